// The API's paths, one function each.
import { request } from './client';
import type {
  CatalogueRecord, Charter, Correction, Coverage, NodeInfo, Page, Peer, RecordPage, RecordWrite, Session, Vocabularies,
} from './types';

const recordPath = (id: string) => `/records/${encodeURIComponent(id)}`;

export const currentSession = () => request<Session>('/session');
export const signIn = (user: string, password: string) =>
  request<Session>('/session', { method: 'POST', body: { user, password } });
export const setPassword = (user: string, current: string, password: string) =>
  request<void>(`/users/${encodeURIComponent(user)}/password`, { method: 'PUT', body: { current, password } });
export const signOut = () => request<void>('/session', { method: 'DELETE' });

export const node = () => request<NodeInfo>('/node');
export const charter = () => request<Charter>('/charter');
export const peers = () => request<Page<Peer>>('/peers');
export const vocabularies = () => request<Vocabularies>('/vocabularies');

/** A record whose content is not here says nothing, not even its language: "und" is BCP 47 for that. */
const asShown = (found: CatalogueRecord): CatalogueRecord => ({
  ...found,
  content: found.contentState === 'present' ? found.content : null,
  language: found.language ?? 'und',
});

export async function records(query: URLSearchParams, signal?: AbortSignal): Promise<RecordPage> {
  const page = await request<RecordPage>(`/records?${query}`, { signal });
  return { ...page, items: page.items.map(asShown) };
}

export const record = async (id: string) => asShown(await request<CatalogueRecord>(`${recordPath(id)}?expand=refs`));
/** Newest first. */
export async function revisions(id: string): Promise<CatalogueRecord[]> {
  const page = await request<Page<CatalogueRecord>>(`${recordPath(id)}/revisions?expand=refs`);
  return page.items.map(asShown);
}

export const publish = (body: RecordWrite) => request<CatalogueRecord>('/records', { method: 'POST', body });
export const revise = (id: string, revision: string, body: RecordWrite) =>
  request<CatalogueRecord>(recordPath(id), { method: 'PUT', body, ifMatch: revision });
export const withdraw = (id: string, body: { reason: string; replacedBy?: string }) =>
  request<unknown>(`${recordPath(id)}/withdraw`, { method: 'POST', body });

export const inbox = () => request<Page<Correction>>('/inbox');
export const acceptCorrection = (id: string) =>
  request<CatalogueRecord>(`/inbox/${encodeURIComponent(id)}/accept`, { method: 'POST' });

export const coverage = (query: URLSearchParams) => request<Coverage>(`/coverage?${query}`);

/** All records of a kind, page after page, up to `max` of them. */
export const allRecords = (kind: string, max = 500) => allOf(new URLSearchParams({ kind }), max);

/** All published records that match, page after page, up to `max` of them. */
export async function allOf(filters: URLSearchParams, max = 500): Promise<CatalogueRecord[]> {
  const found: CatalogueRecord[] = [];
  const query = new URLSearchParams([...filters, ['status', 'published'], ['limit', '100']]);
  for (;;) {
    const page = await records(query);
    found.push(...page.items);
    if (!page.next || found.length >= max) return found.slice(0, max);
    query.set('cursor', page.next);
  }
}
