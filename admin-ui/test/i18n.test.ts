import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import en from '../src/i18n/en.json';
import lv from '../src/i18n/lv.json';
import { codeLabel, format, languages, message, type Message } from '../src/i18n/messages';
import { labelPrefixes, ownNames } from '../src/model/vocabularies';

const catalogues: Record<string, Record<string, Message>> = { en, lv };
const vocabularies = JSON.parse(readFileSync(new URL('../dev/vocabularies.json', import.meta.url), 'utf8')) as Record<string, string[]>;

const textsOf = (text: Message): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const placesOf = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe('catalogues', () => {
  it('have the same keys, in the same order', () => {
    expect(Object.keys(lv)).toEqual(Object.keys(en));
  });

  it('have words for every error code of a record', () => {
    const page = readFileSync(new URL('../../docs/content.md', import.meta.url), 'utf8');
    const rows = page.slice(page.indexOf('## Errors')).match(/^\| [a-z_, ]+ \|/gm) ?? [];
    const codes = rows.flatMap((row) => row.replaceAll('|', '').split(',').map((code) => code.trim())).filter((code) => code !== 'code');
    expect(codes.length).toBeGreaterThan(40);
    expect(codes.filter((code) => !(`error.${code}` in en))).toEqual([]);
  });

  it('have no empty text', () => {
    for (const catalogue of Object.values(catalogues)) {
      for (const [key, text] of Object.entries(catalogue)) {
        expect(textsOf(text).every((one) => one.trim() !== ''), key).toBe(true);
      }
    }
  });

  it('fill the same places in every language and plural form', () => {
    for (const key of Object.keys(en)) {
      const places = Object.values(catalogues).flatMap((catalogue) => textsOf(catalogue[key] ?? '').map(placesOf));
      for (const one of places) expect(one, key).toEqual(places[0]);
    }
  });

  it('have every plural form that the language has', () => {
    for (const [language, catalogue] of Object.entries(catalogues)) {
      const categories = [...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort();
      for (const [key, text] of Object.entries(catalogue)) {
        if (typeof text !== 'string') expect(Object.keys(text).sort(), `${language} ${key}`).toEqual(categories);
      }
    }
  });
});

describe('labels', () => {
  for (const [list, codes] of Object.entries(vocabularies)) {
    if (ownNames.has(list)) continue;
    it(`exist for every code of ${list} in every language`, () => {
      const prefix = labelPrefixes[list];
      expect(prefix, list).toBeDefined();
      for (const { code: language } of languages) {
        for (const code of codes) expect(codeLabel(language, prefix ?? '', code), `${language} ${list} ${code}`).not.toBeNull();
      }
    });
  }

  it('exist for every alarm that the manual names', () => {
    const manual = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8');
    const table = manual.slice(manual.indexOf('| code | what happened |')).split('\n\n')[0] ?? '';
    const codes = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code ?? '');
    const reasons = [...(table.match(/^\| `new_epoch`.*?\| .*?\|/m)?.[0] ?? '').matchAll(/`(\w+)`/g)].map(([, code]) => code ?? '');
    expect(codes.length).toBeGreaterThan(6);
    for (const { code: language } of languages) {
      for (const code of codes) {
        for (const prefix of ['alarm', 'alarmNext']) expect(codeLabel(language, prefix, code), `${language} ${prefix} ${code}`).not.toBeNull();
      }
      for (const reason of reasons.filter((one) => !['new_epoch', 'reason'].includes(one))) {
        expect(codeLabel(language, 'epochReason', reason), `${language} ${reason}`).not.toBeNull();
      }
    }
  });

  it('of unknown codes are left to the caller', () => {
    expect(codeLabel('lv', 'theme', 'not-a-theme')).toBeNull();
  });
});

describe('format', () => {
  it('chooses Latvian plurals by CLDR', () => {
    const total = (count: number) => message('lv', 'catalogue.total', { count });
    expect(total(0)).toBe('0 ierakstu');
    expect(total(1)).toBe('1 ieraksts');
    expect(total(2)).toBe('2 ieraksti');
    expect(total(11)).toBe('11 ierakstu');
    expect(total(21)).toBe('21 ieraksts');
  });

  it('writes numbers as the language does', () => {
    expect(message('en', 'catalogue.total', { count: 12345 })).toBe('12,345 records');
    expect(message('lv', 'catalogue.total', { count: 12345 })).toBe('12\u00a0345 ieraksti');
  });

  it('leaves a place that nobody fills, so that the fault is seen', () => {
    expect(format('en', 'Hello {name}')).toBe('Hello {name}');
  });
});
