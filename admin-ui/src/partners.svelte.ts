// The partners' names: from the charter, in the reader's language. The charter is small and asked for once a session.
import * as hansa from './api/hansa';
import type { Charter } from './api/types';
import { i18n } from './i18n/i18n.svelte';
import { choose } from './model/text';

const state = $state<{ charter: Charter | null }>({ charter: null });

export const partners = {
  get charter(): Charter | null {
    return state.charter;
  },
  /** As what a node belongs to the federation: what its people may do follows from it. */
  roleOf(nodeKey: string): string | null {
    return state.charter?.partners.find(({ nodes }) => nodes.some(({ key }) => key === nodeKey))?.role ?? null;
  },
  /** The partner's name in the reader's language; `other`, or its id, while the charter does not name it. */
  nameOf(id: string, other = id): string {
    const partner = state.charter?.partners.find((one) => one.id === id);
    return choose(partner?.names, [i18n.language], 'en')?.text ?? other;
  },
};

/** A node outside any federation has no charter: then partners keep their ids. */
export async function loadCharter(): Promise<void> {
  state.charter = await hansa.charter();
}
