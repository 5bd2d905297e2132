// Messages by key, plural forms by CLDR rules. Pure, so that it is tested without a browser.
import en from './en.json';
import lv from './lv.json';

export type Language = 'en' | 'lv';
export type Key = keyof typeof en;
export type Params = Record<string, string | number>;
/** A message is a text, or one text for each plural category of the language, chosen by the parameter `count`. */
export type Message = string | Partial<Record<Intl.LDMLPluralRule, string>>;

export const languages: { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'lv', name: 'Latviešu' },
];

const catalogues: Record<Language, Record<string, Message>> = { en, lv };
const rules: Record<Language, Intl.PluralRules> = { en: new Intl.PluralRules('en'), lv: new Intl.PluralRules('lv') };
const numbers: Record<Language, Intl.NumberFormat> = { en: new Intl.NumberFormat('en-GB'), lv: new Intl.NumberFormat('lv') };

export function formatNumber(language: Language, value: number): string {
  return numbers[language].format(value);
}

function textOf(language: Language, message: Message, params: Params): string {
  if (typeof message === 'string') return message;
  const category = rules[language].select(Number(params['count'] ?? 0));
  return message[category] ?? message.other ?? '';
}

/** The message with its `{name}` places filled in; numbers in the language's own form. */
export function format(language: Language, message: Message, params: Params = {}): string {
  return textOf(language, message, params).replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = params[name];
    if (value === undefined) return place;
    return typeof value === 'number' ? formatNumber(language, value) : value;
  });
}

export function message(language: Language, key: Key, params?: Params): string {
  return format(language, catalogues[language][key] ?? key, params);
}

/** The label of a code, or null: a code that a newer node knows and this UI does not is shown as it came. */
export function codeLabel(language: Language, vocabulary: string, code: string, params?: Params): string | null {
  const found = catalogues[language][`${vocabulary}.${code}`];
  return found === undefined ? null : format(language, found, params);
}
