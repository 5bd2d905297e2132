// The node's code lists, asked for once: the form offers what this node accepts.
import * as hansa from './api/hansa';
import type { Vocabularies } from './api/types';

const state = $state<{ lists: Vocabularies | null }>({ lists: null });

export const vocabularies = {
  get loaded(): boolean {
    return state.lists !== null;
  },
  /** The areas of the policy index that a theme belongs to. */
  mipexAreas(themes: readonly string[]): string[] {
    const areas = state.lists?.['themeAreas'];
    if (!areas || Array.isArray(areas)) return [];
    return [...new Set(themes.flatMap((theme) => areas[theme]?.mipex ?? []))];
  },
  codes(list: string): string[] {
    const codes = state.lists?.[list];
    return Array.isArray(codes) ? codes : [];
  },
  /** Of an assessment's template. */
  criteria(template: string): string[] {
    const byTemplate: unknown = state.lists?.['templateCriteria'];
    if (typeof byTemplate !== 'object' || byTemplate === null) return [];
    const found = (byTemplate as Record<string, unknown>)[template];
    return Array.isArray(found) ? (found as string[]) : [];
  },
};

export async function loadVocabularies(): Promise<void> {
  state.lists ??= await hansa.vocabularies();
}
