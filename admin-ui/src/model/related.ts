// Which records that name another one are shown on its page, and under which heading. Pure.
import type { CatalogueRecord } from '../api/types';
import { listOf, textOf } from './values';

/** In the order in which they are shown. */
export const groupNames = [
  'studyVisits', 'newerEditions', 'practice', 'service', 'event', 'project', 'agreements', 'resource', 'adoptions', 'derived', 'contact', 'organisation',
] as const;
export type GroupName = (typeof groupNames)[number];

export interface Group {
  name: GroupName;
  records: CatalogueRecord[];
}

const isOneOf = (name: string): name is GroupName => groupNames.some((one) => one === name);

/** Null: it is shown elsewhere on the page, or says nothing about this record. */
function groupOf(of: CatalogueRecord, one: CatalogueRecord): GroupName | null {
  const names = (field: string) => listOf(one.content?.[field]).includes(of.id);
  if (one.id === of.id) return null;
  if (one.kind === 'response') return of.kind === 'organisation' && textOf(one.content?.['type']) === 'adoption' ? 'adoptions' : null;
  if (one.kind === 'event' && one.content?.['eventType'] === 'study-visit' && names('aboutPractices')) return 'studyVisits';
  if (one.kind === 'resource' && names('supersedes')) return 'newerEditions';
  if (one.kind === 'resource' && names('parties')) return 'agreements';
  if (one.kind === 'practice' && names('derivedFrom')) return 'derived';
  return isOneOf(one.kind) ? one.kind : null;
}

const startOf = (record: CatalogueRecord): string => textOf(record.content?.['start']);

/** Events in the order of their days, everything else as it came: the newest first. */
export function relatedGroups(of: CatalogueRecord, found: readonly CatalogueRecord[]): Group[] {
  return groupNames
    .map((name) => ({ name, records: found.filter((one) => groupOf(of, one) === name) }))
    .filter(({ records }) => records.length > 0)
    .map((group) => (group.name === 'event' || group.name === 'studyVisits'
      ? { ...group, records: [...group.records].sort((a, b) => startOf(a).localeCompare(startOf(b))) }
      : group));
}
