// A practice while it is being written: what the form binds to, and how that becomes what the API takes. Pure.
import type { CatalogueRecord, Content, Multilingual, RecordWrite } from '../api/types';
import { splitPeriod } from '../i18n/dates';
import { isMultilingual, languagesOf } from './text';
import { listOf, rowsOf, textOf } from './values';

export const textFields = [
  'title', 'summary', 'problem', 'goals', 'activities', 'difficulties', 'transferability',
] as const;
export type TextField = (typeof textFields)[number];

export interface PlaceRow { name: string; country: string; nuts: string }
export interface PartyRow { name: string; organisation: string; role: string }
export interface ResultRow { label: Multilingual; value: string; unit: string; period: string }

export interface PracticeDraft {
  /** The languages it is written in; the first is the original. */
  languages: string[];
  text: Record<TextField, Multilingual>;
  country: string[];
  level: string;
  themes: string[];
  targetGroups: string[];
  lead: string;
  practiceStatus: string;
  periodStart: string;
  periodEnd: string;
  evidence: string;
  /** Web addresses or record ids, one a line. */
  evaluationRefs: string;
  places: PlaceRow[];
  partners: PartyRow[];
  results: ResultRow[];
  conditions: string[];
  participation: string;
  indicators: string[];
  cost: { amount: string; currency: string; per: string; fte: string; text: Multilingual };
  keywords: string;
  licence: string;
  attribution: string;
  source: string;
  visibility: string;
  reviewBy: string;
}

function emptyTexts(): Record<TextField, Multilingual> {
  return { title: {}, summary: {}, problem: {}, goals: {}, activities: {}, difficulties: {}, transferability: {} };
}

export function emptyDraft(language: string, country: string): PracticeDraft {
  return {
    languages: [language], text: emptyTexts(), country: country ? [country] : [], level: '', themes: [], targetGroups: [],
    lead: '', practiceStatus: '', periodStart: '', periodEnd: '', evidence: '', evaluationRefs: '', places: [], partners: [], results: [],
    conditions: [], participation: '', indicators: [],
    cost: { amount: '', currency: 'EUR', per: '', fte: '', text: {} },
    keywords: '', licence: 'CC-BY-4.0', attribution: '', source: '', visibility: 'network', reviewBy: '',
  };
}

const texts = (value: unknown): Multilingual => (isMultilingual(value) ? { ...value } : {});

export function draftFrom(record: CatalogueRecord): PracticeDraft {
  const content = record.content ?? {};
  const draft = emptyDraft(record.language, '');
  const { start, end } = splitPeriod(content['period']);
  const costs = rowsOf([content['resources']])[0] ?? {};
  const money = rowsOf([costs['cost']])[0] ?? {};
  for (const name of textFields) draft.text[name] = texts(content[name]);
  return {
    ...draft,
    languages: languagesOf(content, record.language),
    country: listOf(content['country']), level: textOf(content['level']), themes: listOf(content['themes']),
    targetGroups: listOf(content['targetGroups']), lead: textOf(content['lead']),
    practiceStatus: textOf(content['practiceStatus']), periodStart: start, periodEnd: end,
    evidence: textOf(content['evidence']), evaluationRefs: listOf(content['evaluationRefs']).join('\n'),
    places: rowsOf(content['places'] ?? []).map((row) => (
      { name: textOf(row['name']), country: textOf(row['country']), nuts: textOf(row['nuts']) })),
    partners: rowsOf(content['partners'] ?? []).map((row) => (
      { name: textOf(row['name']), organisation: textOf(row['organisation']), role: textOf(row['role']) })),
    results: rowsOf(content['results'] ?? []).map((row) => (
      { label: texts(row['label']), value: textOf(row['value']), unit: textOf(row['unit']), period: textOf(row['period']) })),
    conditions: listOf(content['conditions']), participation: textOf(content['participation']),
    indicators: listOf(content['indicators']),
    cost: {
      amount: textOf(money['amount']), currency: textOf(money['currency']) || 'EUR', per: textOf(costs['costPer']),
      fte: textOf(costs['staffFte']), text: texts(costs['text']),
    },
    keywords: (record.keywords ?? []).map((word) => word[record.language] ?? Object.values(word)[0] ?? '').join('\n'),
    licence: record.licence ?? 'CC-BY-4.0', attribution: record.attribution ?? '', source: record.source ?? '',
    visibility: record.visibility ?? 'network', reviewBy: record.reviewBy ?? '',
  };
}

/** The languages of the draft in which `text` says something. */
function written(text: Multilingual, languages: readonly string[], oneLine = false): Multilingual | undefined {
  const wordsIn = (tag: string) => (oneLine ? (text[tag] ?? '').replace(/\s+/g, ' ') : text[tag] ?? '').trim();
  const entries = languages.map((tag) => [tag, wordsIn(tag)] as const).filter(([, words]) => words !== '');
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

export const linesOf = (text: string) => text.split('\n').map((line) => line.trim()).filter((line) => line !== '');

const filled = (value: string): string | undefined => value.trim() || undefined;
const some = <T>(list: T[]): T[] | undefined => (list.length > 0 ? list : undefined);

/** An object without the members that say nothing; undefined when nothing is left. */
function compact(members: Content): Content | undefined {
  const kept = Object.entries(members).filter(([, value]) => value !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}

export function periodOf(start: string, end: string): string | undefined {
  if (!start.trim()) return undefined;
  return `${start.trim()}/${end.trim()}`;
}

function resourcesOf({ cost, languages }: PracticeDraft, before: unknown): Content | undefined {
  const amount = filled(cost.amount);
  return compact({
    ...rowsOf([before])[0],
    cost: amount ? { amount, currency: cost.currency } : undefined,
    costPer: amount ? filled(cost.per) : undefined,
    staffFte: filled(cost.fte),
    text: written(cost.text, languages),
  });
}

function rowsWith<T>(rows: readonly T[], before: unknown, members: (row: T) => Content, names: (row: T) => unknown): Content[] {
  const old = rowsOf(before ?? []);
  return rows
    .filter((row) => names(row))
    .map((row, index) => compact({ ...(rows.length === old.length ? old[index] : {}), ...members(row) }) ?? {});
}

/** The content of the draft over `before`: what the form does not know of stays as it was. */
export function contentOf(draft: PracticeDraft, before: Content = {}): Content {
  const { languages } = draft;
  const content: Content = { ...before };
  for (const name of textFields) content[name] = written(draft.text[name], languages, name === 'title');
  Object.assign(content, {
    country: some([...draft.country]), level: filled(draft.level), themes: some([...draft.themes]),
    targetGroups: some([...draft.targetGroups]), lead: filled(draft.lead), practiceStatus: filled(draft.practiceStatus),
    period: periodOf(draft.periodStart, draft.periodEnd), evidence: filled(draft.evidence),
    evaluationRefs: some(linesOf(draft.evaluationRefs)),
    conditions: some([...draft.conditions]), participation: filled(draft.participation),
    indicators: some([...draft.indicators]),
    places: some(rowsWith(draft.places, before['places'], (row) => (
      { name: filled(row.name), country: filled(row.country), nuts: filled(row.nuts) }), (row) => filled(row.name))),
    partners: some(rowsWith(draft.partners, before['partners'], (row) => (
      { name: row.organisation ? undefined : filled(row.name), organisation: filled(row.organisation), role: filled(row.role) }),
    (row) => filled(row.name) ?? filled(row.organisation))),
    results: some(rowsWith(draft.results, before['results'], (row) => ({
      label: written(row.label, languages), value: filled(row.value), unit: filled(row.unit), period: filled(row.period),
    }), (row) => written(row.label, languages) ?? filled(row.value))),
    resources: resourcesOf(draft, before['resources']),
  });
  return compact(content) ?? {};
}

/** What the form does not show and an edit must not lose. */
function keptOf(content: Content, before?: CatalogueRecord): Partial<RecordWrite> {
  if (!before) return {};
  const { attachments, publisher, importedFrom, translations } = before;
  const marks: Record<string, Multilingual> = {};
  for (const [path, modes] of Object.entries(translations ?? {})) {
    const text = path.startsWith('content.') ? content[path.slice('content.'.length)] : undefined;
    const kept = Object.entries(modes).filter(([language]) => isMultilingual(text) && text[language] !== undefined);
    if (kept.length > 0) marks[path] = Object.fromEntries(kept);
  }
  return compact({
    attachments, publisher, importedFrom: importedFrom ?? undefined,
    translations: Object.keys(marks).length > 0 ? marks : undefined,
  }) ?? {};
}

/** What the API is sent. `before` is the record that is being edited. */
export function writeOf(draft: PracticeDraft, before?: CatalogueRecord): RecordWrite {
  const language = draft.languages[0] ?? 'en';
  const keywords = linesOf(draft.keywords).map((line) => before?.keywords?.find((word) => word[language] === line) ?? { [language]: line });
  const content = contentOf(draft, before?.content ?? {});
  return {
    ...keptOf(content, before),
    kind: 'practice', language, content,
    visibility: draft.visibility, licence: draft.licence,
    ...(filled(draft.attribution) ? { attribution: draft.attribution.trim() } : {}),
    ...(filled(draft.source) ? { source: draft.source.trim() } : {}),
    ...(filled(draft.reviewBy) ? { reviewBy: draft.reviewBy.trim() } : {}),
    ...(keywords.length > 0 ? { keywords } : {}),
  };
}
