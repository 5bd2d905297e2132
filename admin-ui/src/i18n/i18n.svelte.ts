// The language of the UI, and everything that is written in it.
import { codeLabel, formatNumber, message, type Key, type Language, type Params } from './messages';
import { formatEdtf, formatInstant, formatPeriod, formatRelative } from './dates';

const preferenceKey = 'hansa.language';

function isLanguage(tag: string | null | undefined): tag is Language {
  return tag === 'en' || tag === 'lv';
}

// The preference is a convenience: where storage is switched off, the browser's own language decides each time.
function storedPreference(): string | null {
  try {
    return localStorage.getItem(preferenceKey);
  } catch {
    return null;
  }
}

function firstLanguage(): Language {
  const wanted = [storedPreference(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find(isLanguage) ?? 'en';
}

const state = $state({ language: firstLanguage() });

export const i18n = {
  get language(): Language {
    return state.language;
  },
};

export function setLanguage(language: Language): void {
  state.language = language;
  try {
    localStorage.setItem(preferenceKey, language);
  } catch {
    return; // Storage is switched off: the choice holds until the page is closed.
  }
}

/** The language that the node has for this user, unless they have chosen one in this browser. */
export function suggestLanguage(tag: string | null): void {
  if (!storedPreference() && isLanguage(tag)) state.language = tag;
}

export const t = (key: Key, params?: Params) => message(state.language, key, params);
export const label = (vocabulary: string, code: string) => codeLabel(state.language, vocabulary, code) ?? code;
export const labelWith = (vocabulary: string, code: string, params: Params) =>
  codeLabel(state.language, vocabulary, code, params);
export const number = (value: number) => formatNumber(state.language, value);

export const edtf = (value: string) => formatEdtf(state.language, value);
export const period = (value: unknown) => formatPeriod(state.language, value, t('period.ongoing'));
export const instant = (value: string) => formatInstant(state.language, value);
export const relative = (value: string, nowMs: number) => formatRelative(state.language, value, nowMs);

// Names that CLDR does not carry in every browser, or (kmr) not apart from another: the region's sign languages first.
const ownNames = new Set(['lsl', 'lls', 'eso', 'fse', 'swl', 'dsl', 'nsl', 'icl', 'kl', 'se', 'kmr']);

function displayName(type: 'region' | 'language', code: string): string {
  try {
    return new Intl.DisplayNames(state.language, { type, fallback: 'code' }).of(code) ?? code;
  } catch {
    return code; // Not a well-formed code: shown as it came.
  }
}

export const countryName = (code: string) => displayName('region', code);
export const languageName = (code: string) =>
  ownNames.has(code) ? label('languageName', code) : displayName('language', code);

/** Sorts by what people read, in the order of their language. */
export function sortedBy<T>(items: readonly T[], text: (item: T) => string): T[] {
  const collator = new Intl.Collator(state.language);
  return [...items].sort((a, b) => collator.compare(text(a), text(b)));
}
