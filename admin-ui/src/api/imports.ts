// Documents that become records: first what would become of every entry, then, step by step, the publishing.
import { request } from './client';
import type { FieldError, Page } from './types';

export const importOutcomes = ['created', 'updated', 'unchanged', 'skipped', 'waiting', 'refused'] as const;
export type ImportOutcome = (typeof importOutcomes)[number];

export interface ImportSummary {
  id: string;
  format: string;
  state: 'receiving' | 'planned' | 'running' | 'done';
  entries: number;
  totals: Record<ImportOutcome, number>;
  published: number;
  toDo: number;
  encoding: string;
  encodingSure: boolean;
  unknownColumns: string[];
  /** What was left out, and how often. */
  dropped: Record<string, number>;
}

export interface ImportLine {
  number: number;
  line: number;
  kind: string;
  title: string;
  key: string;
  outcome: ImportOutcome;
  done: boolean;
  id: string | null;
  reason: { code: string; params?: Record<string, unknown>; detail?: string } | null;
  errors: FieldError[];
  changed: string[];
  dropped: string[];
}

const partBytes = 1024 * 1024; // what one request takes
export const documentBytesMax = 32 * 1024 * 1024;

const importPath = (id: string) => `/imports/${encodeURIComponent(id)}`;

/** Sends a document, part by part; the answer to the last one is the plan. */
export async function sendDocument(file: Blob, query: URLSearchParams, sent: (bytes: number) => void): Promise<ImportSummary> {
  let id = '';
  for (let begin = 0; ; begin += partBytes) {
    const part = file.slice(begin, begin + partBytes);
    const isLast = begin + partBytes >= file.size;
    const more = isLast ? '' : 'more=true';
    const path = id === '' ? `/imports?${[query.toString(), more].filter(Boolean).join('&')}` : `${importPath(id)}/parts?${more}`;
    const summary = await request<ImportSummary>(path, { method: 'POST', bytes: part });
    if (isLast) return summary;
    id = summary.id;
    sent(begin + partBytes);
  }
}

export const imports = () => request<Page<ImportSummary>>('/imports');
export const importOf = (id: string) => request<ImportSummary>(importPath(id));
export const importLines = (id: string, outcome: string, cursor: string, limit: number) =>
  request<Page<ImportLine>>(`${importPath(id)}/lines?${new URLSearchParams({ ...(outcome ? { outcome } : {}), cursor, limit: String(limit) })}`);
export const runImport = (id: string, limit: number, skipRefused: boolean) =>
  request<ImportSummary>(`${importPath(id)}/run`, { method: 'POST', body: { limit, skipRefused } });
export const forgetImport = (id: string) => request<void>(importPath(id), { method: 'DELETE' });
