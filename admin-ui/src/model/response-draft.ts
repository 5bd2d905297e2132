// What one partner says about another's record, while it is being written, and what the API takes of it.
import type { CatalogueRecord, Content, Multilingual, RecordWrite } from '../api/types';
import { isMultilingual } from './text';

export interface ResponseDraft {
  type: string;
  /** Of what is written here; of a translation, the one translated into. */
  language: string;
  text: string;
  verdict: string;
  stage: string;
  stageDate: string;
  dropReason: string;
  adaptations: string;
  mode: string;
  fields: Record<string, string>;
  field: string;
  proposed: string;
  template: string;
  scores: Record<string, { score: string; note: string }>;
}

export const emptyResponse = (language: string, today: string): ResponseDraft => ({
  type: '', language, text: '', verdict: '', stage: '', stageDate: today, dropReason: '', adaptations: '', mode: 'human', fields: {},
  field: '', proposed: '', template: '', scores: {},
});

/** Texts of a record that can be translated or corrected, each in the language in which the record has it. */
export function textsOf(record: CatalogueRecord): { name: string; text: string; language: string }[] {
  return Object.entries(record.content ?? {}).flatMap(([name, value]) => {
    if (!isMultilingual(value)) return [];
    const language = record.language in value ? record.language : (Object.keys(value)[0] ?? record.language);
    return [{ name, text: value[language] ?? '', language }];
  });
}

const inLanguage = (text: string, language: string): Multilingual => ({ [language]: text.trim() });

/** What the chosen type needs and the draft does not say: names of the API's fields. */
export function missingIn(draft: ResponseDraft, criteria: readonly string[]): string[] {
  const needed: Record<string, [string, boolean][]> = {
    endorsement: [],
    adoption: [['stage', draft.stage !== ''], ['stageDate', draft.stageDate.trim() !== ''], ['dropReason', draft.stage !== 'dropped' || draft.dropReason !== '']],
    translation: [['mode', draft.mode !== ''], ['fields', Object.values(draft.fields).some((text) => text.trim() !== '')]],
    review: [['verdict', draft.verdict !== ''], ['text', draft.text.trim() !== '']],
    correction: [['field', draft.field !== ''], ['proposed', draft.proposed.trim() !== ''], ['text', draft.text.trim() !== '']],
    assessment: [['template', draft.template !== ''], ['scores', criteria.length > 0 && criteria.every((one) => (draft.scores[one]?.score ?? '') !== '')]],
  };
  return (needed[draft.type] ?? [['type', false]]).filter(([, given]) => !given).map(([name]) => name);
}

function contentOf(draft: ResponseDraft, criteria: readonly string[]): Content {
  const { language } = draft;
  if (draft.type === 'adoption') {
    return {
      stage: draft.stage, stageDate: draft.stageDate.trim(), ...(draft.stage === 'dropped' ? { dropReason: draft.dropReason } : {}),
      ...(draft.adaptations.trim() ? { adaptations: inLanguage(draft.adaptations, language) } : {}),
    };
  }
  if (draft.type === 'translation') {
    const given = Object.entries(draft.fields).filter(([, text]) => text.trim() !== '').map(([name, text]) => [name, text.trim()]);
    return { language, mode: draft.mode, fields: Object.fromEntries(given) as Content };
  }
  if (draft.type === 'review') return { verdict: draft.verdict };
  if (draft.type === 'correction') return { field: draft.field, proposed: draft.proposed.trim() };
  if (draft.type !== 'assessment') return {};
  const scores = criteria.map((criterion) => {
    const { score = '', note = '' } = draft.scores[criterion] ?? {};
    return { criterion, score, ...(note.trim() ? { note: inLanguage(note, language) } : {}) };
  });
  return { template: draft.template, scores };
}

/** A new response about `record`, or, with `before`, what the partner's adoption of it becomes; its stages so far stay in it. */
export function responseOf(draft: ResponseDraft, record: CatalogueRecord, by: string | undefined, criteria: readonly string[], before: CatalogueRecord | null): RecordWrite {
  const said: Content = { ...contentOf(draft, criteria), ...(draft.text.trim() ? { text: inLanguage(draft.text, draft.language) } : {}) };
  const about: Content = { about: record.id, aboutRevision: record.revision, ...(by ? { by } : {}), type: draft.type };
  if (draft.type !== 'adoption') return { kind: 'response', language: draft.language, content: { ...about, ...said } };
  const then = (before?.content?.['history'] as { stage: string; date: string }[] | undefined) ?? [];
  const history = [...then, { stage: draft.stage, date: draft.stageDate.trim() }];
  if (!before) return { kind: 'response', language: draft.language, content: { ...about, ...said, history } };
  const { dropReason: _, ...kept } = before.content ?? {};
  const merged = (name: string) => ({ ...(kept[name] as Multilingual | undefined), ...(said[name] as Multilingual | undefined) });
  const texts = Object.fromEntries(['text', 'adaptations'].filter((name) => name in kept || name in said).map((name) => [name, merged(name)]));
  return {
    kind: 'response', language: before.language, visibility: before.visibility ?? undefined, licence: before.licence ?? undefined,
    attribution: before.attribution ?? undefined, source: before.source ?? undefined, keywords: before.keywords ?? undefined,
    content: { ...kept, ...said, ...texts, aboutRevision: record.revision, history },
  };
}
