// What a proposal changes, in words.
import type { Coded, Proposal } from '../api/federation';
import { countryName, labelWith, t } from '../i18n/i18n.svelte';
import type { Params } from '../i18n/messages';
import { partners } from '../partners.svelte';
import { wordsOf } from './problems';

const shortened = (key: string) => (/^[0-9a-f]{64}$/.test(key) ? `${key.slice(0, 16)}…` : key);

/** Codes of the charter in words; names of partners, where an id stands. */
function shown(name: string, code: string): string {
  if (name === 'country' || ((name === 'from' || name === 'to') && /^[A-Z]{2}$/.test(code))) return countryName(code);
  if (name === 'records') return labelWith('recordsLeft', code, {}) ?? code;
  if (['role', 'from', 'to'].includes(name)) return labelWith('charterRole', code, {}) ?? shortened(code);
  return shortened(code);
}

function shownParams(params: Record<string, unknown> | undefined): Params {
  const words = wordsOf(params);
  for (const [name, value] of Object.entries(words)) if (typeof value === 'string') words[name] = shown(name, value);
  const partner = params?.['partner'];
  if (typeof partner === 'string') words['partner'] = partners.nameOf(partner, String(params?.['name'] ?? partner));
  const after = String(params?.['to'] ?? '').split(' ');
  const before = String(params?.['from'] ?? '').split(' ');
  words['successor'] = after.filter((id) => !before.includes(id)).map((id) => partners.nameOf(id)).join(', ');
  return words;
}

export const changeText = (change: Coded): string =>
  labelWith('change', change.code, shownParams(change.params)) ?? t('change.other', { code: change.code });

/** How many more signers must approve: more than half of those in force, and of those that the proposal names. */
export function missingApprovals({ needed, given }: Proposal): number | null {
  if (!needed || !given) return null;
  return Math.max(0, needed.current - given.current, needed.own - given.own);
}
