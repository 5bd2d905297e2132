// What a record is called in lists and above its page. A response has no title of its own: it is called by what it is
// and what it is about, which `expand=refs` brings along.
import type { CatalogueRecord } from '../api/types';
import { label, t } from '../i18n/i18n.svelte';
import { choose, titleOf } from './text';
import { textOf } from './values';

export interface Headline {
  text: string;
  /** None where it is put together in the language of the page. */
  language?: string;
}

export function headline(record: CatalogueRecord, wanted: readonly string[]): Headline {
  if (record.kind !== 'response') {
    return choose(titleOf(record.kind, record.content), wanted, record.language) ?? { text: t('record.untitled') };
  }
  if (!record.content) return { text: t('record.untitled') };
  const about = choose(record.refs?.[textOf(record.content['about'])]?.title, wanted, record.language);
  const type = label('responseType', textOf(record.content['type']));
  return { text: about ? t('response.to', { type, title: about.text }) : type };
}
