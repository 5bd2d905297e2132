// The catalogue's search as it stands in the address: whatever is shown can be bookmarked and sent to a colleague.
export const facetNames = ['kind', 'country', 'theme', 'partner', 'language'] as const;
export type FacetName = (typeof facetNames)[number];

export type Filters = Partial<Record<FacetName | 'q' | 'cursor', string>>;

const names = ['q', ...facetNames, 'cursor'] as const;
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
export function withFilter(filters: Filters, name: FacetName | 'q', value: string): Filters {
  const { cursor: _, ...rest } = filters;
  return { ...rest, [name]: value };
}

/** What the API is asked for these filters. */
export function apiQuery(filters: Filters): URLSearchParams {
  const query = new URLSearchParams({ limit: String(pageSize), status: 'published', expand: 'refs' });
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
