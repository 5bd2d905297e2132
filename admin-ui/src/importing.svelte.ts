// The document that was chosen last and the publishing that is under way. Both outlive pages, so that one may look at
// others meanwhile; neither outlives the window, but the node keeps what came of the document for an hour.
import { problemOf } from './api/client';
import * as api from './api/imports';
import type { ImportSummary } from './api/imports';
import type { Problem } from './api/types';

export interface Mapping {
  column: string; // theirs
  field: string; // ours; '-' for none
}

export interface ImportSettings {
  format: string;
  kind: string;
  language: string;
  system: string;
  timezone: string;
  encoding: string;
  map: Mapping[];
  set: { field: string; value: string }[];
}

interface State {
  chosen: { id: string; file: File; settings: ImportSettings } | null;
  sentBytes: number | null;
  publishing: string | null;
  stopping: boolean;
  summary: ImportSummary | null;
  problem: Problem | null;
}

const stepRecords = 100;
const state = $state<State>({ chosen: null, sentBytes: null, publishing: null, stopping: false, summary: null, problem: null });

export const importing = {
  /** Of the import with this id, if the window still has the file. */
  chosen(id: string): { file: File; settings: ImportSettings } | null {
    return state.chosen?.id === id ? state.chosen : null;
  },
  /** While a document is on its way to the node. */
  get sentBytes(): number | null {
    return state.sentBytes;
  },
  get publishing(): string | null {
    return state.publishing;
  },
  get stopping(): boolean {
    return state.stopping;
  },
  /** As the last step of the publishing left it. */
  summary(id: string): ImportSummary | null {
    return state.summary?.id === id ? state.summary : null;
  },
  get problem(): Problem | null {
    return state.problem;
  },
};

function queryOf(settings: ImportSettings): URLSearchParams {
  const query = new URLSearchParams({ format: settings.format });
  for (const name of ['kind', 'language', 'system', 'timezone', 'encoding'] as const) if (settings[name]) query.set(name, settings[name]);
  for (const { column, field } of settings.map) query.append('map', `${column}=${field}`);
  for (const { field, value } of settings.set) query.append('set', `${field}=${value}`);
  return query;
}

/** The dry run. What came of the same file before is forgotten: `instead` of it. */
export async function readDocument(file: File, settings: ImportSettings, instead: string | null = null): Promise<string> {
  state.sentBytes = 0;
  try {
    const summary = await api.sendDocument(file, queryOf(settings), (bytes) => (state.sentBytes = bytes));
    state.chosen = { id: summary.id, file, settings };
    state.problem = null;
    if (instead) await api.forgetImport(instead);
    return summary.id;
  } finally {
    state.sentBytes = null;
  }
}

/** Publishes step by step until nothing is left, the node refuses, or stopPublishing() was called. */
export async function publish(id: string, skipRefused: boolean): Promise<void> {
  if (state.publishing) return;
  Object.assign(state, { publishing: id, stopping: false, problem: null, summary: null });
  try {
    for (let left = Infinity; left > 0 && !state.stopping; ) {
      const summary = await api.runImport(id, stepRecords, skipRefused);
      state.summary = summary;
      if (summary.toDo >= left) break; // What is left waits for something that does not come by asking again.
      left = summary.toDo;
    }
  } catch (error) {
    state.problem = problemOf(error);
  } finally {
    state.publishing = null;
    state.stopping = false;
  }
}

/** After the step under way. */
export function stopPublishing(): void {
  state.stopping = true;
}
