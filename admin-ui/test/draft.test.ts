import { describe, expect, it } from 'vitest';
import type { CatalogueRecord } from '../src/api/types';
import { contentOf, draftFrom, emptyDraft, writeOf, type PracticeDraft } from '../src/model/draft';
import { checkDraft, fieldIdOf, isFilled, pathOf, requiredFields, stepOf } from '../src/model/draft-check';
import { ownOrganisation } from '../src/model/organisations';

const lead = 'urn:hansa:aaaaaaaaaaaaaaaaaaaaaaaaaa:bbbbbbbbbbbbbbbbbbbbbbbbbb';

function fullDraft(): PracticeDraft {
  return {
    ...emptyDraft('lv', 'LV'),
    languages: ['lv', 'en'],
    text: {
      ...emptyDraft('lv', 'LV').text,
      title: { lv: ' Valodas\nkafejnīca ', en: 'Language café' },
      summary: { lv: 'Brīvprātīgie un jaunpienācēji tiekas katru nedēļu un runā.', en: '', fi: 'removed language' },
    },
    level: 'municipal', themes: ['language'], targetGroups: ['women'], lead, practiceStatus: 'running',
    periodStart: '2024-03', periodEnd: '', evidence: 'self-reported', keywords: 'valoda\n\n kafija ',
  };
}

function recordWith(content: Record<string, unknown>, more: Partial<CatalogueRecord> = {}): CatalogueRecord {
  return {
    id: lead, kind: 'practice', partner: { id: 'p', name: 'P', country: 'LV' }, revision: 'ab', status: 'published', language: 'lv',
    content, contentState: 'present',
    provenance: { node: '', log: '', sequence: 1, signature: 'valid', hash: '' }, ...more,
  };
}

describe('a draft', () => {
  it('becomes what the API takes, without what says nothing', () => {
    expect(writeOf(fullDraft())).toEqual({
      kind: 'practice', language: 'lv', visibility: 'network', licence: 'CC-BY-4.0',
      keywords: [{ lv: 'valoda' }, { lv: 'kafija' }],
      content: {
        title: { lv: 'Valodas kafejnīca', en: 'Language café' },
        summary: { lv: 'Brīvprātīgie un jaunpienācēji tiekas katru nedēļu un runā.' },
        country: ['LV'], level: 'municipal', themes: ['language'], targetGroups: ['women'], lead, practiceStatus: 'running',
        period: '2024-03/', evidence: 'self-reported',
      },
    });
  });

  it('needs nine answers and the lead organisation', () => {
    const empty = emptyDraft('lv', '');
    expect(requiredFields.filter((name) => isFilled(empty, name))).toEqual([]);
    expect(checkDraft(empty).map(({ field, code }) => [field, code])).toEqual(
      ['title', 'summary', 'country', 'level', 'themes', 'targetGroups', 'lead', 'practiceStatus', 'period', 'evidence']
        .map((name) => [`content.${name}`, 'required']),
    );
    expect(checkDraft(fullDraft())).toEqual([]);
  });

  it('is told which text is too long or too short, by code points', () => {
    const draft = fullDraft();
    draft.text.title['en'] = '𝒜'.repeat(161);
    draft.text.summary['lv'] = 'Īss.';
    expect(checkDraft(draft)).toEqual([
      { field: 'content.title.en', code: 'too_long', params: { max: 160, actual: 161 } },
      { field: 'content.summary.lv', code: 'too_short', params: { min: 40, actual: 4 } },
    ]);
    draft.text.title['en'] = '𝒜'.repeat(160);
    expect(checkDraft(draft)).toHaveLength(1);
  });

  it('is told about dates, figures and addresses', () => {
    const codes = (change: Partial<PracticeDraft>) => checkDraft({ ...fullDraft(), ...change }).map(({ field, code }) => `${field} ${code}`);
    expect(codes({ periodStart: '2024-13' })).toEqual(['content.period bad_date']);
    expect(codes({ periodEnd: '2023' })).toEqual(['content.period.end bad_period']);
    expect(codes({ periodEnd: '2024' })).toEqual([]);
    expect(codes({ source: 'example.org' })).toEqual(['source bad_url']);
    expect(codes({ cost: { amount: '12,5', currency: 'EUR', per: '', fte: '', text: {} } })).toEqual(['content.resources.cost.amount bad_number']);
    expect(codes({ themes: ['a', 'b', 'c', 'd', 'e', 'f'] })).toEqual(['content.themes too_many']);
    expect(codes({ evidence: 'external-evaluation' })).toEqual(['content.evaluationRefs required']);
  });
});

describe('an edit', () => {
  const content = {
    title: { lv: 'Prakse', en: 'Practice' }, summary: { lv: 'x'.repeat(50) }, country: ['LV'], level: 'eu', themes: ['health'],
    targetGroups: ['men'], lead, practiceStatus: 'pilot', period: '2020/2021', evidence: 'monitored', futureField: { a: 1 },
    places: [{ name: 'Cēsis', country: 'LV', lau: '0420200' }],
    results: [{ label: { lv: 'Cilvēki' }, value: 12, unit: 'persons', source: 'https://example.org' }],
    resources: { cost: { amount: '10.50', currency: 'EUR' }, costPer: 'year' }, projects: [lead],
  };

  it('that changes nothing keeps everything, also what the form does not know of', () => {
    const kept = contentOf(draftFrom(recordWith(content)), content);
    expect(kept).toEqual({ ...content, results: [{ ...content.results[0], value: '12' }] });
  });

  it('keeps the envelope, and marks of translations that are still there', () => {
    const record = recordWith(content, {
      attachments: [{ url: 'https://example.org/a.pdf' }], publisher: lead, keywords: [{ lv: 'vārds', en: 'word' }],
      translations: { 'content.title': { en: 'machine' } },
    });
    const draft = draftFrom(record);
    const body = writeOf(draft, record);
    expect(body.attachments).toEqual(record.attachments);
    expect(body.keywords).toEqual(record.keywords);
    expect(body.translations).toEqual(record.translations);
    expect(writeOf({ ...draft, languages: ['lv'] }, record).translations).toBeUndefined();
  });
});

describe('errors of the API', () => {
  it('are led to their field, its page and its language', () => {
    const draft = fullDraft();
    expect(pathOf('content.results[0].label.en')).toEqual(['results', '0', 'label', 'en']);
    expect(pathOf('/content/title/lv')).toEqual(['title', 'lv']);
    expect(fieldIdOf('content.title.en', draft)).toBe('f-title-en');
    expect(fieldIdOf('content.title', draft)).toBe('f-title-lv');
    expect(fieldIdOf('content.title.fi', draft)).toBe('f-title-lv');
    expect(fieldIdOf('content.results[0].label.en', draft)).toBe('f-results-0-label-en');
    expect(fieldIdOf('content.resources.cost.amount', draft)).toBe('f-costs-amount');
    expect(fieldIdOf('content.period', draft)).toBe('f-period');
    expect(fieldIdOf('licence', draft)).toBe('f-licence');
    expect(fieldIdOf('content.futureField', draft)).toBeNull();
    expect(stepOf('content.themes')).toBe('where');
    expect(stepOf('reviewBy')).toBe('sharing');
  });
});

describe('the own organisation', () => {
  const organisation = (id: string, partner: string, name: string, created: string) =>
    recordWith({ name: { lv: name } }, { id, kind: 'organisation', partner: { id: partner, name: '', country: '' }, created });
  const node = { partner: 'p', name: 'Mans mezgls' } as Parameters<typeof ownOrganisation>[1];

  it('is the one that the node names, else the one with its name, else the first that the partner published', () => {
    const others = organisation('1', 'q', 'Mans mezgls', '2020');
    const first = organisation('2', 'p', 'Cita', '2021');
    const named = organisation('3', 'p', 'Mans mezgls', '2022');
    expect(ownOrganisation([others, named, first], node)?.id).toBe('3');
    expect(ownOrganisation([others, named, first], { ...node, organisation: '2' } as typeof node)?.id).toBe('2');
    expect(ownOrganisation([others, first], node)?.id).toBe('2');
    expect(ownOrganisation([others], node)).toBeNull();
  });
});
