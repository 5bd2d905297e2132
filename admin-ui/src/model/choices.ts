// The answers that the form offers, with their labels, from the node's code lists.
import { countryName, label, sortedBy } from '../i18n/i18n.svelte';
import { vocabularies } from '../vocabularies.svelte';
import { labelPrefixes } from './vocabularies';

export interface Choice {
  code: string;
  text: string;
}

export function choicesOf(list: string): Choice[] {
  return vocabularies.codes(list).map((code) => ({ code, text: label(labelPrefixes[list] ?? list, code) }));
}

const regionCount = 11; // The Nordic and Baltic countries, which the node lists first.

export function countryChoices(): { near: Choice[]; far: Choice[] } {
  const all = vocabularies.codes('countries').map((code) => ({ code, text: countryName(code) }));
  return { near: all.slice(0, regionCount), far: sortedBy(all.slice(regionCount), ({ text }) => text) };
}
