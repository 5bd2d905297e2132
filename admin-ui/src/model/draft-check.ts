// What is missing or wrong in a draft. The node judges again and has the last word; this only spares a round trip.
// Errors have the API's own form, so that both are shown in the same way.
import type { FieldError } from '../api/types';
import { isEdtf } from '../i18n/dates';
import type { PracticeDraft, TextField } from './draft';

export const stepNames = ['text', 'where', 'state', 'story', 'results', 'sharing', 'check'] as const;
export type StepName = (typeof stepNames)[number];

const fieldSteps: Record<Exclude<StepName, 'check'>, string[]> = {
  text: ['title', 'summary', 'language'],
  where: ['country', 'places', 'level', 'themes', 'targetGroups', 'lead', 'partners'],
  state: ['practiceStatus', 'period', 'evidence', 'evaluationRefs'],
  story: ['problem', 'goals', 'activities', 'difficulties', 'transferability'],
  results: ['results', 'resources', 'conditions', 'participation', 'indicators'],
  sharing: ['licence', 'visibility', 'attribution', 'source', 'keywords', 'reviewBy'],
};

export const textLimits: Record<TextField, { min: number; max: number }> = {
  title: { min: 3, max: 160 }, summary: { min: 40, max: 600 }, problem: { min: 0, max: 3000 },
  goals: { min: 0, max: 2000 }, activities: { min: 0, max: 6000 }, difficulties: { min: 0, max: 3000 },
  transferability: { min: 0, max: 3000 },
};

/** The answers that a practice needs. The lead organisation is one more, but has a default. */
export const requiredFields = [
  'title', 'summary', 'country', 'level', 'themes', 'targetGroups', 'practiceStatus', 'period', 'evidence',
] as const;

const evaluated = new Set(['internal-evaluation', 'external-evaluation', 'controlled-study']);

/** Who says that it was evaluated names the evaluation. */
export const needsEvaluation = (draft: PracticeDraft): boolean => evaluated.has(draft.evidence);

/** Length as the limits count it: in Unicode code points of the composed form. */
export const lengthOf = (text: string): number => [...text.trim().normalize('NFC')].length;

export function isFilled(draft: PracticeDraft, name: string): boolean {
  const original = draft.languages[0] ?? '';
  if (name === 'period') return draft.periodStart.trim() !== '';
  if (name in draft.text) return (draft.text[name as TextField][original] ?? '').trim() !== '';
  const value = draft[name as keyof PracticeDraft];
  return Array.isArray(value) ? value.length > 0 : String(value).trim() !== '';
}

const error = (field: string, code: string, params: Record<string, unknown> = {}): FieldError => ({ field, code, params });

function checkTexts(draft: PracticeDraft): FieldError[] {
  const found: FieldError[] = [];
  for (const [name, { min, max }] of Object.entries(textLimits)) {
    for (const language of draft.languages) {
      const actual = lengthOf(draft.text[name as TextField][language] ?? '');
      const field = `content.${name}.${language}`;
      if (actual > max) found.push(error(field, 'too_long', { max, actual }));
      else if (actual > 0 && actual < min) found.push(error(field, 'too_short', { min, actual }));
    }
  }
  return found;
}

function checkPeriod({ periodStart, periodEnd }: PracticeDraft): FieldError[] {
  const start = periodStart.trim();
  const end = periodEnd.trim();
  if (start === '' && end === '') return [];
  if (!isEdtf(start)) return [error('content.period', 'bad_date')];
  if (end !== '' && !isEdtf(end)) return [error('content.period.end', 'bad_date')];
  const shared = Math.min(start.length, end.length);
  return end !== '' && end.slice(0, shared) < start.slice(0, shared) ? [error('content.period.end', 'bad_period')] : [];
}

const isDecimal = (text: string) => text.trim() === '' || /^\d{1,12}(\.\d{1,4})?$/.test(text.trim());

function checkFigures(draft: PracticeDraft): FieldError[] {
  const found: FieldError[] = [];
  if (!isDecimal(draft.cost.amount)) found.push(error('content.resources.cost.amount', 'bad_number'));
  if (!isDecimal(draft.cost.fte)) found.push(error('content.resources.staffFte', 'bad_number'));
  draft.results.forEach((row, index) => {
    if (!isDecimal(row.value)) found.push(error(`content.results[${index}].value`, 'bad_number'));
  });
  return found;
}

function checkEnvelope(draft: PracticeDraft): FieldError[] {
  const found: FieldError[] = [];
  const source = draft.source.trim();
  if (source !== '' && !/^https?:\/\/\S+$/.test(source)) found.push(error('source', 'bad_url'));
  if (lengthOf(draft.attribution) > 300) found.push(error('attribution', 'too_long', { max: 300 }));
  if (draft.reviewBy.trim() !== '' && !isEdtf(draft.reviewBy.trim())) found.push(error('reviewBy', 'bad_date'));
  return found;
}

export function checkDraft(draft: PracticeDraft): FieldError[] {
  const required = [...requiredFields, 'lead', ...(needsEvaluation(draft) ? ['evaluationRefs'] : [])];
  const missing = required.filter((name) => !isFilled(draft, name))
    .map((name) => error(`content.${name}`, 'required'));
  const lists: FieldError[] = [];
  if (draft.themes.length > 5) lists.push(error('content.themes', 'too_many', { max: 5 }));
  if (draft.targetGroups.length > 8) lists.push(error('content.targetGroups', 'too_many', { max: 8 }));
  const found = [...missing, ...checkTexts(draft), ...lists, ...checkPeriod(draft), ...checkFigures(draft), ...checkEnvelope(draft)];
  return found.sort((a, b) => order(a.field) - order(b.field));
}

/** `content.results[0].value` → ["results", "0", "value"]; a JSON pointer is read in the same way. */
export function pathOf(field: string): string[] {
  const parts = field.replace(/\[(\w[\w-]*|"[^"]*")\]/g, '.$1').replaceAll('"', '').replaceAll('/', '.')
    .split('.').filter((part) => part !== '');
  return parts[0] === 'content' ? parts.slice(1) : parts;
}

export function stepOf(field: string): StepName {
  const name = pathOf(field)[0] ?? '';
  return stepNames.find((step) => step !== 'check' && fieldSteps[step].includes(name)) ?? 'check';
}

const allFields = Object.values(fieldSteps).flat();
const order = (field: string): number => allFields.indexOf(pathOf(field)[0] ?? '');

const byLanguage = new Set(['title', 'summary', 'problem', 'goals', 'activities', 'difficulties', 'transferability']);

/** The id of the form field that an error is about, or null when the form has none for it. */
export function fieldIdOf(field: string, draft: PracticeDraft): string | null {
  const [name, second, third, fourth] = pathOf(field);
  if (!name || stepOf(field) === 'check') return null;
  const original = draft.languages[0] ?? '';
  if (byLanguage.has(name)) return `f-${name}-${second && draft.languages.includes(second) ? second : original}`;
  if (name === 'language') return 'f-add-language';
  if (name === 'period') return second === 'end' ? 'f-period-end' : 'f-period';
  if (name === 'resources') {
    if (second === 'text') return `f-costs-${third && draft.languages.includes(third) ? third : original}`;
    return second === 'staffFte' ? 'f-costs-fte' : second === 'costPer' ? 'f-costs-per' : 'f-costs-amount';
  }
  if (name === 'results' && second) return `f-results-${second}-${third === 'label' ? `label-${fourth ?? original}` : third ?? 'value'}`;
  if (name === 'places' && second) return `f-places-${second}-${third ?? 'name'}`;
  if (name === 'partners' && second) return `f-partners-${second}-${third === 'role' ? 'role' : 'name'}`;
  return `f-${name}`;
}
