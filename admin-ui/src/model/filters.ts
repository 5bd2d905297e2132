// The catalogue's search as it stands in the address: whatever is shown can be bookmarked and sent to a colleague.
/** Shown always, in this order; the others only where records found bear them. */
export const mainFacets = ['kind', 'country', 'theme', 'partner', 'language'] as const;
/** The facet as the API calls it, and what its codes are: a vocabulary of the texts, or countries, partners, languages. */
export const facetCodes = {
  kind: 'kind',
  country: 'country',
  theme: 'theme',
  partner: 'partner',
  language: 'language',
  target_group: 'targetGroup',
  level: 'level',
  practice_status: 'practiceStatus',
  evidence: 'evidence',
  cost: 'costBand',
  participation: 'participation',
  adopted_in: 'country',
  endorsed_by: 'partner',
  event_type: 'eventType',
  mode: 'mode',
  org_type: 'orgType',
  role: 'contactRole',
  service_type: 'serviceType',
  spoken: 'language',
  resource_type: 'resourceType',
  response_type: 'responseType',
  stage: 'stage',
  licence: 'licence',
  channel: 'channelType',
  municipality: 'plain',
  origin: 'country',
  condition: 'condition',
  indicator_area: 'zaragozaArea',
  indicator: 'indicator',
  module: 'module',
  event_status: 'eventStatus',
  series: 'plain',
  host_country: 'country',
  sending_country: 'country',
  cefr: 'plain',
  accessibility: 'accessibility',
  programme: 'programme',
  plain_language: 'flag',
  addressee: 'addressee',
} as const;
export type FacetName = keyof typeof facetCodes;
export const facetNames = Object.keys(facetCodes) as FacetName[];

export const sortOrders = ['relevance', 'updated', 'title'] as const;

export type Filters = Partial<Record<FacetName | 'q' | 'sort' | 'cursor', string>>;

const names = ['q', ...facetNames, 'sort', 'cursor'] as const;
const pageSize = 20;

export function filtersOf(search: string): Filters {
  const query = new URLSearchParams(search);
  const filters: Filters = {};
  for (const name of names) {
    const value = query.get(name)?.trim();
    if (value) filters[name] = value;
  }
  return filters;
}

/** The address of the catalogue under `filters`. */
export function hrefOf(filters: Filters): string {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = filters[name];
    if (value) query.set(name, value);
  }
  const text = query.toString();
  return text ? `/catalogue?${text}` : '/catalogue';
}

/** A changed filter starts again at the first page. */
export function withFilter(filters: Filters, name: FacetName | 'q' | 'sort', value: string): Filters {
  const { cursor: _, ...rest } = filters;
  return { ...rest, [name]: value };
}

/** What the API is asked for these filters by somebody who reads `language`. */
export function apiQuery(filters: Filters, language: string): URLSearchParams {
  const query = new URLSearchParams({ limit: String(pageSize), status: 'published', expand: 'refs', reader: language });
  for (const name of names) {
    const value = filters[name];
    if (value) query.set(name, value);
  }
  return query;
}

/** The ways out: what other programs read, and the address of what these filters find. */
export const exportFormats = ['csv', 'ics', 'vcf', 'atom', 'jsonld'] as const;
export function exportHref(filters: Filters, format: (typeof exportFormats)[number]): string {
  const query = new URLSearchParams();
  for (const name of names) {
    const value = filters[name];
    if (value && name !== 'cursor') query.set(name, value);
  }
  // Spreadsheets of the countries here take a semicolon for what separates columns.
  if (format === 'csv') query.set('separator', 'semicolon');
  const text = query.toString();
  return `/api/v1/records.${format}${text ? `?${text}` : ''}`;
}

/** The codes of a facet with their counts, the chosen one among them even when nothing has it. */
export function facetChoices(counts: Record<string, number> | undefined, chosen: string | undefined): [string, number][] {
  const choices = Object.entries(counts ?? {});
  if (chosen && !choices.some(([code]) => code === chosen)) choices.push([chosen, 0]);
  return choices;
}
