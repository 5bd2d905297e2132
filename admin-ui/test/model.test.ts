import { describe, expect, it } from 'vitest';
import { formatEdtf, formatPeriod, isEdtf, splitPeriod } from '../src/i18n/dates';
import { apiQuery, exportHref, facetChoices, filtersOf, hrefOf, withFilter } from '../src/model/filters';
import { shownFields, unknownFields } from '../src/model/fields';
import { choose, isMultilingual, languagesOf, paragraphs, shorten, titleOf } from '../src/model/text';
import { decimalText, listOf, moneyText } from '../src/model/values';

describe('multilingual text', () => {
  const text = { lv: 'Prakse', en: 'Practice', fi: 'Käytäntö' };

  it('falls back per field: asked, English, original, any', () => {
    expect(choose(text, ['fi'], 'lv')).toEqual({ language: 'fi', text: 'Käytäntö' });
    expect(choose(text, ['et'], 'lv')).toEqual({ language: 'en', text: 'Practice' });
    expect(choose({ lv: 'Prakse', fi: 'Käytäntö' }, ['et'], 'fi')).toEqual({ language: 'fi', text: 'Käytäntö' });
    expect(choose({ sv: 'Praxis' }, ['et'], 'fi')).toEqual({ language: 'sv', text: 'Praxis' });
    expect(choose({}, ['et'], 'fi')).toBeNull();
  });

  it('is told from other maps', () => {
    expect(isMultilingual({ 'nb-NO': 'x' })).toBe(true);
    expect(isMultilingual({ amount: '1', currency: 'EUR' })).toBe(false);
    expect(isMultilingual({ lv: ['x'] })).toBe(false);
    expect(isMultilingual({})).toBe(false);
  });

  it('lists the languages with the original first', () => {
    expect(languagesOf({ title: { en: 'a', lv: 'b' }, results: [{ label: { uk: 'c' } }] }, 'lv')).toEqual(['lv', 'en', 'uk']);
    expect(languagesOf({}, 'lv')).toEqual(['lv']);
  });

  it('finds the name of each kind', () => {
    expect(titleOf('organisation', { name: { lv: 'A' } })).toEqual({ lv: 'A' });
    expect(titleOf('contact', { displayName: { lv: 'B' } })).toEqual({ lv: 'B' });
    expect(titleOf('practice', null)).toBeNull();
  });

  it('is parted into paragraphs and shortened by code points', () => {
    expect(paragraphs('a\nb\n\n c \n')).toEqual(['a\nb', 'c']);
    expect(shorten('ābčdē', 3)).toBe('āb…');
    expect(shorten('ābč', 3)).toBe('ābč');
  });
});

describe('dates', () => {
  it('know which exist', () => {
    for (const good of ['2024', '2024-02', '2024-02-29']) expect(isEdtf(good), good).toBe(true);
    for (const bad of ['24', '2023-02-29', '2023-13', '2023-00', '2023-1', 'x', '']) expect(isEdtf(bad), bad).toBe(false);
  });

  it('are written with the precision they have', () => {
    expect(formatEdtf('en', '2024')).toBe('2024');
    expect(formatEdtf('en', '2024-03')).toBe('March 2024');
    expect(formatEdtf('en', '2024-03-01')).toBe('1 March 2024');
    expect(formatEdtf('en', 'spring')).toBe('spring');
  });

  it('make periods', () => {
    expect(splitPeriod('2023-01-02/')).toEqual({ start: '2023-01-02', end: '' });
    expect(splitPeriod('2023/..')).toEqual({ start: '2023', end: '' });
    expect(splitPeriod('2023')).toEqual({ start: '2023', end: '2023' });
    expect(formatPeriod('en', '2023/', 'ongoing')).toBe('2023 – ongoing');
    expect(formatPeriod('en', '2015/2018', 'ongoing')).toBe('2015 – 2018');
    expect(formatPeriod('en', undefined, 'ongoing')).toBe('');
  });
});

describe('filters', () => {
  it('live in the address', () => {
    const filters = { q: 'bēgļi', theme: 'housing', cursor: 'abc' };
    expect(filtersOf(new URL(hrefOf(filters), 'http://x').search)).toEqual(filters);
    expect(hrefOf({})).toBe('/catalogue');
  });

  it('start again at the first page when changed', () => {
    expect(hrefOf(withFilter({ cursor: 'abc', kind: 'event' }, 'country', 'LV'))).toBe('/catalogue?kind=event&country=LV');
  });

  it('ignore what they do not know', () => {
    expect(filtersOf('?x=1&kind=')).toEqual({});
    expect(apiQuery({ kind: 'event' }, 'lv').toString()).toBe('limit=20&status=published&expand=refs&reader=lv&kind=event');
  });

  it('are those of the downloads, which have no pages', () => {
    const filters = { q: 'bēgļi', theme: 'housing', cursor: 'abc' };
    expect(exportHref(filters, 'ics')).toBe('/api/v1/records.ics?q=b%C4%93g%C4%BCi&theme=housing');
    expect(exportHref({}, 'vcf')).toBe('/api/v1/records.vcf');
    expect(exportHref({ kind: 'event' }, 'csv')).toBe('/api/v1/records.csv?kind=event&separator=semicolon');
  });

  it('keep the chosen code among the choices', () => {
    expect(facetChoices({ a: 2 }, 'b')).toEqual([['a', 2], ['b', 0]]);
    expect(facetChoices(undefined, undefined)).toEqual([]);
  });
});

describe('fields', () => {
  it('are shown in the order of the kind, empty ones not at all', () => {
    const content = { period: '2023/', problem: { lv: 'x' }, places: [], title: { lv: 't' } };
    expect(shownFields('practice', content).map(({ name }) => name)).toEqual(['problem', 'period']);
  });

  it('of a newer version are kept apart', () => {
    expect(unknownFields('practice', { title: { lv: 't' }, level: 'eu', futureField: 1 })).toEqual(['futureField']);
  });
});

describe('values', () => {
  const plain = (value: number) => String(value);

  it('take whatever shape comes', () => {
    expect(listOf(['a', 'a', 'b'])).toEqual(['a', 'b']);
    expect(listOf('a')).toEqual(['a']);
    expect(listOf(null)).toEqual([]);
    expect(decimalText('1112', plain)).toBe('1112');
    expect(decimalText('about ten', plain)).toBe('about ten');
    expect(moneyText({ amount: '12.50', currency: 'EUR' }, plain)).toBe('12.5 EUR');
  });
});
