// What a proposal changes, in words; and the changes that the pages offer, with what each asks.
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

export type ChangeField = 'partner' | 'card' | 'role' | 'node' | 'signerLine' | 'signer' | 'records' | 'predecessor';

/** What a change of the form is called, and which answers it needs. */
export interface ChangeForm {
  code: string;
  fields: ChangeField[];
  danger?: boolean;
  /** It is about partners that have left. */
  left?: boolean;
}

export const changeForms: ChangeForm[] = [
  { code: 'partner_added', fields: ['card', 'role'] },
  { code: 'node_added', fields: ['partner', 'card'] },
  { code: 'role_changed', fields: ['partner', 'role'] },
  { code: 'node_rotated', fields: ['node', 'card'] },
  { code: 'node_retired', fields: ['node'] },
  { code: 'node_revoked', fields: ['node'], danger: true },
  { code: 'partner_left', fields: ['partner', 'records'], danger: true },
  { code: 'partner_returned', fields: ['partner'], left: true },
  { code: 'successor_changed', fields: ['partner', 'predecessor'] },
  { code: 'signer_added', fields: ['signerLine'] },
  { code: 'signer_removed', fields: ['signer'], danger: true },
];

/** The API's name of a field of the form. */
export const apiField = (name: ChangeField): string =>
  ({ node: 'key', signer: 'key', signerLine: 'line' } as Partial<Record<ChangeField, string>>)[name] ?? name;

export const roles = ['coordinator', 'member', 'observer'];
export const recordsLeft = ['stay', 'hidden', 'erased'];
