// Under which prefix the catalogues have the labels of each code list of the API (vocabularies.json, which the browser
// test reads as well).
import known from './vocabularies.json';

export const labelPrefixes: Record<string, string> = known.labelPrefixes;

/** Lists whose codes are names already, which the browser names in each language, or which are tables. */
export const ownNames: ReadonlySet<string> = new Set(known.ownNames);
