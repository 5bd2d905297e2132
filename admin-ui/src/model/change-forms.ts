// The changes of the charter that the pages offer, and what each asks.
import type { Change } from '../api/federation';

export type ChangeField = 'partner' | 'card' | 'role' | 'node' | 'signerLine' | 'signer' | 'records' | 'predecessor' | 'from';
export type ChangeAnswers = Record<ChangeField, string>;

/** What the form offers: one change, or two that belong together, each with the answer that each of its fields takes. */
export interface ChangeForm {
  code: string;
  parts: { code: string; uses: Record<string, ChangeField> }[];
  danger?: boolean;
  /** It is about partners that have left. */
  left?: boolean;
}

const one = (code: string, uses: Record<string, ChangeField>, more: Partial<ChangeForm> = {}): ChangeForm =>
  ({ code, parts: [{ code, uses }], ...more });

export const changeForms: ChangeForm[] = [
  one('partner_added', { card: 'card', role: 'role' }),
  one('node_added', { partner: 'partner', card: 'card' }),
  one('role_changed', { partner: 'partner', role: 'role' }),
  one('node_rotated', { key: 'node', card: 'card', from: 'from' }),
  one('node_retired', { key: 'node', from: 'from' }),
  one('node_revoked', { key: 'node', from: 'from' }, { danger: true }),
  one('partner_left', { partner: 'partner', records: 'records' }, { danger: true }),
  one('partner_returned', { partner: 'partner' }, { left: true }),
  {
    code: 'partners_merged', danger: true,
    parts: [
      { code: 'successor_changed', uses: { partner: 'partner', predecessor: 'predecessor' } },
      { code: 'partner_left', uses: { partner: 'predecessor', records: 'records' } },
    ],
  },
  one('successor_changed', { partner: 'partner', predecessor: 'predecessor' }),
  one('signer_added', { line: 'signerLine' }),
  {
    code: 'signer_replaced',
    parts: [{ code: 'signer_removed', uses: { key: 'signer' } }, { code: 'signer_added', uses: { line: 'signerLine' } }],
  },
  one('signer_removed', { key: 'signer' }, { danger: true }),
];

/** Each answer that the form asks for, once; `from` may stay empty. */
export const fieldsOf = (form: ChangeForm): ChangeField[] => [...new Set(form.parts.flatMap(({ uses }) => Object.values(uses)))];

/** The places that a text of lines LOG:SEQUENCE names; null: a line is none. */
export function cutPlaces(text: string): { log: string; sequence: number }[] | null {
  const places = [];
  for (const line of text.split('\n').map((part) => part.trim()).filter((part) => part !== '')) {
    const [, log, sequence] = /^([0-9a-f]{64}):([1-9][0-9]{0,14})$/i.exec(line) ?? [];
    if (!log || !sequence) return null;
    places.push({ log: log.toLowerCase(), sequence: Number(sequence) });
  }
  return places;
}

/** What the API is asked to propose. */
export function changesOf(form: ChangeForm, answers: ChangeAnswers): Change[] {
  const valueOf = (name: ChangeField) => (name === 'from' ? cutPlaces(answers.from) ?? [] : answers[name].trim());
  return form.parts.map(({ code, uses }) =>
    ({ code, ...Object.fromEntries(Object.entries(uses).map(([field, name]) => [field, valueOf(name)])) }));
}

/** The answer that an error of the API, such as "changes[1].key", is about. */
export function answerAt(form: ChangeForm | undefined, path: string): ChangeField | undefined {
  const [, part, field] = /^changes\[(\d+)\]\.([a-zA-Z]+)/.exec(path) ?? [];
  return field ? form?.parts[Number(part)]?.uses[field] : undefined;
}

export const roles = ['coordinator', 'member', 'observer'];
export const recordsLeft = ['stay', 'hidden', 'erased'];
