// Values of record fields as text. What came from another node may have any shape: nothing here trusts it.
import { isMultilingual } from './text';

export type Row = Record<string, unknown>;

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function listOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : value === undefined || value === null || value === '' ? [] : [value];
  return [...new Set(list.map(textOf))];
}

export function rowsOf(value: unknown): Row[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((row): row is Row => typeof row === 'object' && row !== null && !Array.isArray(row));
}

/** A decimal in the reader's own notation, or the text itself when it is not one. */
export function decimalText(value: unknown, number: (value: number) => string): string {
  const text = textOf(value);
  return /^-?\d{1,15}(\.\d{1,6})?$/.test(text) ? number(Number(text)) : text;
}

export function moneyText(value: unknown, number: (value: number) => string): string {
  const row = rowsOf([value])[0];
  return row ? `${decimalText(row['amount'], number)} ${textOf(row['currency'])}`.trim() : textOf(value);
}

export function placeText(value: unknown, country: (code: string) => string): string {
  const place = rowsOf([value])[0];
  if (!place) return textOf(value);
  const name = isMultilingual(place['name']) ? Object.values(place['name'])[0] : textOf(place['name']);
  return [name, textOf(place['nuts']), place['country'] ? country(textOf(place['country'])) : '']
    .filter((part) => part).join(', ');
}

export function addressLines(address: Row, country: (code: string) => string): string[] {
  const town = [textOf(address['postcode']), textOf(address['locality'])].filter((part) => part).join(' ');
  return [textOf(address['street']), town, address['country'] ? country(textOf(address['country'])) : '']
    .filter((line) => line);
}
