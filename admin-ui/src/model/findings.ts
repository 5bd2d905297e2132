// What is out of step, in words. Codes that a newer node adds are shown as they came.
import type { Alarm, Coded, Finding } from '../api/federation';
import { label, labelWith, number, t } from '../i18n/i18n.svelte';
import type { Params } from '../i18n/messages';
import { partners } from '../partners.svelte';
import { wordsOf } from './problems';

const shortened = (key: string) => (/^[0-9a-f]{64}$/.test(key) ? `${key.slice(0, 16)}…` : key);

/** Parameters as people read them: names for ids, words for codes, keys cut short. */
function shownParams(coded: Coded): Params {
  const words = wordsOf(coded.params);
  for (const [name, value] of Object.entries(words)) if (typeof value === 'string') words[name] = shortened(value);
  const partner = coded.params?.['partner'];
  if (typeof partner === 'string') words['partner'] = partners.nameOf(partner);
  const reason = coded.params?.['reason'];
  if (typeof reason === 'string') words['reason'] = labelWith('linkError', reason, words) ?? labelWith('reason', reason, {}) ?? reason;
  // Whole hashes: they are typed into a command.
  for (const name of ['own', 'hash']) if (typeof coded.params?.[name] === 'string') words[name] = String(coded.params[name]);
  words['count'] ??= words['entries'] ?? words['payloads'] ?? '';
  for (const name of ['entries', 'payloads', 'count', 'records']) {
    if (typeof words[name] === 'string' && /^\d+$/.test(String(words[name]))) words[name] = Number(words[name]);
  }
  return words;
}

export const alarmWords = (alarm: Alarm): Params => {
  const words = shownParams(alarm);
  const reason = alarm.params?.['reason'];
  if (typeof reason === 'string') words['reason'] = label('epochReason', reason);
  // A node that the charter does not list has no partner: its key names it.
  if (alarm.params?.['partner'] === '') words['partner'] = words['node'] ?? '';
  // The whole id: it is typed into a command.
  if (alarm.code === 'reissue_waiting') {
    words['log'] = String(alarm.params?.['log'] ?? '');
    words['count'] = Number(alarm.params?.['entries'] ?? 0);
  }
  return words;
};

const text = (vocabulary: string, coded: Coded): string =>
  labelWith(vocabulary, coded.code, shownParams(coded)) ?? t('finding.other', { code: coded.code });

export const findingText = (finding: Finding): string => text('finding', finding);
export const nextText = (finding: Finding): string | null => (finding.next ? text('findingNext', finding.next) : null);
export const countText = (count: number): string => number(count);
