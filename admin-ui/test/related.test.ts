import { describe, expect, it } from 'vitest';
import type { CatalogueRecord } from '../src/api/types';
import { assessmentTables } from '../src/model/assessments';
import { contactPoints, mipexPage } from '../src/model/contact-points';
import { relatedGroups } from '../src/model/related';

function record(id: string, kind: string, content: Record<string, unknown>, more: Partial<CatalogueRecord> = {}): CatalogueRecord {
  return {
    id, kind, content, partner: { id: 'p', name: 'P', country: 'LV' }, revision: '', status: 'published', language: 'en',
    contentState: 'present', provenance: { node: '', log: '', sequence: 1, signature: 'valid', hash: '' }, ...more,
  };
}

describe('what names a record', () => {
  const town = record('town', 'organisation', {});
  const groups = (of: CatalogueRecord, found: CatalogueRecord[]) =>
    relatedGroups(of, found).map(({ name, records }) => [name, records.map(({ id }) => id)]);

  it('stands under what it is to it, events by their days', () => {
    expect(groups(town, [
      record('late', 'event', { start: '2026-10-01' }), record('early', 'event', { start: '2026-02' }),
      record('pact', 'resource', { parties: ['town'] }), record('paper', 'resource', { authors: [{ organisation: 'town' }] }),
      record('led', 'practice', { lead: 'town' }), record('adopted', 'response', { type: 'adoption', by: 'town' }),
      record('praised', 'response', { type: 'endorsement', by: 'town' }), record('odd', 'newKind', {}), town,
    ])).toEqual([['practice', ['led']], ['event', ['early', 'late']], ['agreements', ['pact']], ['resource', ['paper']], ['adoptions', ['adopted']]]);
  });

  it('is a visit, an edition or a practice made from it only where it says so', () => {
    const handbook = record('two', 'resource', {});
    expect(groups(handbook, [record('three', 'resource', { supersedes: ['two'] })])).toEqual([['newerEditions', ['three']]]);
    const practice = record('one', 'practice', {});
    expect(groups(practice, [
      record('visit', 'event', { eventType: 'study-visit', aboutPractices: ['one'] }), record('talk', 'event', { eventType: 'seminar', aboutPractices: ['one'] }),
      record('copy', 'practice', { derivedFrom: ['one'] }), record('answer', 'response', { type: 'adoption', about: 'one' }),
    ])).toEqual([['studyVisits', ['visit']], ['event', ['talk']], ['derived', ['copy']]]);
  });
});

describe('assessments', () => {
  it('stand side by side by template, a line for each criterion that any of them has', () => {
    const one = record('b', 'response', { type: 'assessment', template: 'DIVE-4', scores: [{ criterion: 'buyer', score: '2' }] }, { created: '2026-02' });
    const two = record('a', 'response', { type: 'assessment', template: 'DIVE-4', scores: [{ criterion: 'employer', score: 'n/a' }, { criterion: 'buyer', score: '3' }] }, { created: '2026-03' });
    const other = record('c', 'response', { type: 'assessment', template: 'FI-6', scores: 'unreadable' }, { created: '2026-01' });
    const tables = assessmentTables([two, other, one, record('d', 'response', { type: 'review' })]);
    expect(tables.map(({ template, assessments }) => [template, assessments.map(({ id }) => id)])).toEqual([['FI-6', ['c']], ['DIVE-4', ['b', 'a']]]);
    expect(tables[1]?.lines.map(({ criterion, scores }) => [criterion, scores.map((score) => score?.['score'])]))
      .toEqual([['buyer', ['2', '3']], ['employer', [undefined, 'n/a']]]);
    expect(tables[0]?.lines).toEqual([]);
  });
});

describe('contact points', () => {
  it('are at most one for each country: confirmed, then newest', () => {
    const contact = (id: string, country: string | undefined, modified: string, reviewBy?: string) => record(id, 'contact', country ? { country } : {}, { modified, reviewBy });
    const points = contactPoints([
      contact('old', 'FI', '2025-01-01T00:00:00Z'), contact('new', 'FI', '2026-01-01T00:00:00Z'), contact('overdue', 'FI', '2026-06-01T00:00:00Z', '2026-07'),
      contact('ofPartner', undefined, '2020-01-01T00:00:00Z', '2021'),
    ], '2026-11-22T10:00:00Z');
    expect([...points].map(([country, { id }]) => [country, id]).sort()).toEqual([['FI', 'new'], ['LV', 'ofPartner']]);
    // In the month itself there is still time.
    expect(contactPoints([contact('old', 'SE', '2025'), contact('due', 'SE', '2026', '2026-11')], '2026-11-22').get('SE')?.id).toBe('due');
  });

  it('have a page of the policy index where there is one', () => {
    expect(mipexPage('LV')).toBe('https://www.mipex.eu/latvia');
    expect(mipexPage('AX')).toBeNull();
  });
});
