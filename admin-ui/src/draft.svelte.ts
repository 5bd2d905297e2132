// The one unfinished practice of this window. It lives in memory, beyond pages and sign-ins, until it is published,
// discarded or the window is closed; nothing of it is ever stored in the browser.
import type { CatalogueRecord } from './api/types';
import { draftFrom, emptyDraft, type PracticeDraft } from './model/draft';
import { choose } from './model/text';

interface Unfinished {
  draft: PracticeDraft;
  /** The record that is being edited, or null for a new one. */
  before: CatalogueRecord | null;
}

const state = $state<{ current: Unfinished | null; initial: string }>({ current: null, initial: '' });

function begin(draft: PracticeDraft, before: CatalogueRecord | null): void {
  state.current = { draft, before };
  state.initial = JSON.stringify(draft);
}

export const unfinished = {
  get current(): Unfinished | null {
    return state.current;
  },
  get touched(): boolean {
    return state.current !== null && JSON.stringify(state.current.draft) !== state.initial;
  },
  get title(): string | null {
    const current = state.current;
    return current ? choose(current.draft.text.title, [], current.draft.languages[0] ?? 'en')?.text ?? null : null;
  },
};

/** Goes on with the new practice at hand, or begins one. */
export function beginNew(language: string, country: string): void {
  if (state.current && state.current.before === null) return;
  begin(emptyDraft(language, country), null);
}

/** Goes on with the edit at hand, or begins one; `again` drops what was typed and takes the record as it is now. */
export function beginEdit(record: CatalogueRecord, again = false): void {
  if (!again && state.current?.before?.id === record.id) return;
  begin(draftFrom(record), record);
}

/** A default that the form filled in is not the user's work. */
export function setDefaultLead(id: string): void {
  const current = state.current;
  if (!current || current.draft.lead !== '') return;
  const wasTouched = unfinished.touched;
  current.draft.lead = id;
  if (!wasTouched) state.initial = JSON.stringify(current.draft);
}

export function discard(): void {
  state.current = null;
  state.initial = '';
}
