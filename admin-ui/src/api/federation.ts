// The API of the federation itself: the charter and what is proposed for it, invitations, joining, alarms, and what is
// out of step. Shapes follow the node's OpenAPI document.
import { request } from './client';
import type { Charter, Multilingual, Page } from './types';

/** A stable code with parameters; the words are in the catalogues. */
export interface Coded {
  code: string;
  params?: Record<string, unknown>;
}

export interface Alarm extends Coded {
  since: string;
}

/** What is out of step, why, since when, and what happens next. */
export interface Finding extends Coded {
  since: string | null;
  next: Coded | null;
}

export interface Explanation {
  id: string;
  kind: 'record' | 'partner' | 'node' | 'log' | 'this';
  name: string;
  inStep: boolean;
  findings: Finding[];
}

export interface ProposalApproval {
  signer: string;
  name: string;
  at: string;
}

/** What counts under only one of two charters; the first of the records by id. */
export interface CharterEffect {
  entries: number;
  records: number;
  named?: Record<string, { title: Multilingual; kind: string; state: string }>;
}

export interface Proposal {
  hash: string;
  version: number;
  proposedBy: { node: string; partner: string | null; name: string };
  at: string;
  changes: Coded[];
  approvals: ProposalApproval[];
  /** How many signatures it takes, and how many there are: of the signers in force, and of those it names itself. */
  needed: { current: number; own: number } | null;
  given: { current: number; own: number } | null;
  stopsCounting?: CharterEffect | null;
  countsAgain?: CharterEffect | null;
  /** What could not be mended afterwards. */
  warnings?: Coded[];
  state: 'open' | 'adopted' | 'superseded';
  /** What a signer whose key is elsewhere signs. */
  text?: string;
}

/** Whose signer key this machine holds; the key is null if it holds none. */
export interface OwnSigner {
  key: string | null;
  name: string | null;
  listed: boolean;
}

export interface JoinRequest {
  key: string;
  state: 'pending' | 'refused' | 'approved';
  words: string[];
  name?: string;
  country?: string;
  from: string;
  card: string;
  asked: string;
  seen: string;
  partner?: string;
  /** The partner of the charter whose further node it says it is. */
  partnerName?: string | null;
}

export interface Knock {
  key: string;
  words: string[];
  from: string;
  first: string;
  last: string;
  count: number;
}

export interface Invitation {
  id: string;
  state: 'open' | 'used' | 'withdrawn' | 'expired';
  by: string;
  created: string;
  expires: string;
  line: string | null;
}

/** How far this node is with asking for a place in a federation. */
export interface Application {
  state: 'none' | 'member' | 'waiting' | 'pending' | 'refused';
  federationName?: string;
  reason?: string | null;
  words?: string[];
  lastAnswer?: string | null;
}

export const alarms = () => request<Page<Alarm>>('/alarms');
export const explainAll = () => request<Page<Explanation>>('/explain');
export const explain = (id: string) => request<Explanation>(`/explain/${encodeURIComponent(id)}`);

export const proposals = () => request<Page<Proposal>>('/charter/proposals');
export const proposal = (hash: string) => request<Proposal>(`/charter/proposals/${hash}`);
/** A change by its code, with the fields that docs/api.md gives for it. */
export type Change = { code: string } & Record<string, unknown>;
/** With a passphrase the proposal is approved at once. */
export const propose = (changes: Change[], passphrase: string) =>
  request<Proposal>('/charter/proposals', { method: 'POST', body: { changes, ...(passphrase ? { passphrase } : {}) } });
export const approve = (hash: string, passphrase: string) =>
  request<Proposal>(`/charter/proposals/${hash}/approve`, { method: 'POST', body: { passphrase } });
/** What is shown once: the passphrase of a key that was just made. */
export interface FoundedFederation {
  federation: string;
  name: string;
  signer: string;
  passphrase: string;
}
export interface MadeSigner {
  key: string;
  line: string;
  passphrase: string;
}
export const found = (name: string, language: string) =>
  request<FoundedFederation>('/federation', { method: 'POST', body: { name, language } });
/** With `replace` a key that is there already is put away. */
export const makeSigner = (name: string, replace: boolean) =>
  request<MadeSigner>('/charter/signer', { method: 'POST', body: { name, replace } });
export const ownSigner = () => request<OwnSigner>('/charter/signer');

/** In the name of this machine's signer. */
export const holdKey = (key: string, passphrase: string) =>
  request<Charter>('/charter/holds', { method: 'POST', body: { key, passphrase } });
export const releaseKey = (key: string, passphrase: string) =>
  request<Charter>('/charter/holds/release', { method: 'POST', body: { key, passphrase } });

export const invitations = () => request<Page<Invitation>>('/invitations');
export const invite = (days: number) => request<Invitation>('/invitations', { method: 'POST', body: { days } });
export const withdrawInvitation = (id: string) => request<void>(`/invitations/${id}`, { method: 'DELETE' });
export const joinRequests = () => request<Page<JoinRequest>>('/join-requests');
export const knocks = () => request<Page<Knock>>('/knocks');
export const refuseRequest = (key: string) => request<void>(`/join-requests/${key}/refuse`, { method: 'POST', body: {} });

export const application = () => request<Application>('/join');
export const join = (line: string) => request<Application>('/join', { method: 'POST', body: { line } });
export const giveUpJoining = () => request<void>('/join', { method: 'DELETE' });
