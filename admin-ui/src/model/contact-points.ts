// The national contact point of each country: at most one, the one that was confirmed last. Pure.
import type { CatalogueRecord } from '../api/types';
import { textOf } from './values';

/** The countries of the region; those of partners stand beside them. */
export const regionCountries = ['DK', 'EE', 'FI', 'IS', 'LT', 'LV', 'NO', 'SE'] as const;

const countryOf = (contact: CatalogueRecord): string => textOf(contact.content?.['country']) || contact.partner.country;

export function contactPoints(contacts: readonly CatalogueRecord[], today: string): Map<string, CatalogueRecord> {
  const isDue = ({ reviewBy }: CatalogueRecord) => Boolean(reviewBy && reviewBy < today.slice(0, reviewBy.length));
  const best = [...contacts].sort((a, b) =>
    Number(isDue(a)) - Number(isDue(b)) || (b.modified ?? '').localeCompare(a.modified ?? '') || a.id.localeCompare(b.id));
  const points = new Map<string, CatalogueRecord>();
  for (const contact of best) if (!points.has(countryOf(contact))) points.set(countryOf(contact), contact);
  return points;
}

// MIPEX has a page for each country under its English name.
const mipexPages: Record<string, string> = {
  DK: 'denmark', EE: 'estonia', FI: 'finland', IS: 'iceland', LT: 'lithuania', LV: 'latvia', NO: 'norway', SE: 'sweden',
};
export const mipexPage = (country: string): string | null =>
  mipexPages[country] ? `https://www.mipex.eu/${mipexPages[country]}` : null;
