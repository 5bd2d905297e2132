// The shapes of the HTTP API that the pages read and write. They follow the node's OpenAPI document; what the API
// may leave out or add later is optional or open here, because an older UI must show what a newer node says.

/** Text by language tag, e.g. {"lv": "…", "en": "…"}. */
export type Multilingual = Record<string, string>;

/** Content of a record as the API gives it: domain fields by name, unknown ones kept as they came. */
export type Content = Record<string, unknown>;

export type Role = 'reader' | 'editor' | 'coordinator' | 'admin';

export interface Session {
  user: string;
  role: Role;
  csrf: string;
  language: string | null;
}

export interface FieldError {
  field: string;
  code: string;
  params?: Record<string, unknown>;
  value?: unknown;
}

export interface Problem {
  type?: string;
  title?: string;
  status: number;
  code: string;
  detail?: string;
  errors?: FieldError[];
}

export interface PartnerName {
  id: string;
  name: string;
  country: string;
}

export type SignatureState = 'valid' | 'invalid' | 'unchecked';
export type ContentState = 'present' | 'missing' | 'erased' | 'not_understood';

export interface Provenance {
  node: string;
  nodeName?: string;
  log: string;
  sequence: number;
  signature: SignatureState;
  hash: string;
  heldBy?: { held: number; of: number };
  authorTime?: string;
  receivedAt?: string;
}

export interface RefSummary {
  title?: Multilingual;
  kind?: string;
  state: 'present' | 'not_received' | 'withdrawn';
}

export interface CatalogueRecord {
  id: string;
  kind: string;
  partner: PartnerName;
  revision: string;
  version?: number;
  status: 'published' | 'withdrawn';
  withdrawnReason?: string;
  replacedBy?: string;
  visibility?: string;
  personal?: boolean;
  language: string;
  licence?: string | null;
  attribution?: string | null;
  source?: string | null;
  keywords?: Multilingual[] | null;
  reviewBy?: string | null;
  attachments?: unknown[];
  publisher?: string;
  importedFrom?: unknown;
  /** Of a response: the version of the other record that its author had seen. */
  aboutVersion?: number;
  /** How a text was translated, by the path of its field: {"content.title": {"en": "machine"}}. */
  translations?: Record<string, Multilingual>;
  created?: string;
  modified?: string;
  content: Content | null;
  contentState: ContentState;
  conflict?: boolean;
  provenance: Provenance;
  refs?: Record<string, RefSummary>;
  /** Of a list: how many responses to it there are, by type. */
  responses?: Record<string, number>;
  /** Where the words that were asked for stand in it. */
  snippet?: Snippet | null;
}

export interface Snippet {
  language: string;
  parts: { text: string; match?: boolean }[];
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Facets = Record<string, Record<string, number>>;

export interface RecordPage extends Page<CatalogueRecord> {
  total: number;
  facets: Facets;
  /** How many changes the search has not taken in yet. */
  index?: { behind: number };
  /** Words that found nothing: what may have been meant. */
  suggestion?: string | null;
}

/** How many records have each two codes of two facets. */
export interface Coverage {
  total: number;
  rows: { facet: string; codes: CoverageCode[] };
  columns: { facet: string; codes: CoverageCode[] };
  /** For each row its counts, in the order of the columns. */
  counts: number[][];
  index: { behind: number };
}

export interface CoverageCode {
  code: string;
  count: number;
  /** Of a place. */
  name?: string;
}

export interface RecordWrite {
  kind: string;
  language: string;
  content: Content;
  visibility?: string;
  licence?: string;
  attribution?: string;
  source?: string;
  keywords?: Multilingual[];
  reviewBy?: string;
  attachments?: unknown[];
  publisher?: string;
  importedFrom?: unknown;
  translations?: Record<string, Multilingual>;
}

/** A change that somebody proposes to a record of one's own. */
export interface Correction {
  correction: CatalogueRecord;
  refs: Record<string, RefSummary>;
  about: string;
  field: string;
  language: string;
  current: unknown;
  proposed: string;
  state: 'open' | 'applied' | 'answered';
}

export interface NodeInfo {
  name: string;
  country: string;
  partner: string | null;
  /** The partner's own organisation record. */
  organisation?: string | null;
  nodeKey: string;
  /** One line by which another node is told of this one. */
  card?: string;
  version: string;
  federation: { id: string; name: string; charterVersion: number; charterHash: string } | null;
  digest: string | null;
  records: number;
  entries: number;
  uncheckedEntries: number;
  log: { id: string; epoch: number; sequence: number } | null;
  /** none, awaiting_statements, fetching_back or ready. */
  ownLogState?: string;
  startedAt: string;
}

export interface CharterPartner {
  id: string;
  names: Multilingual;
  country: string;
  role: string;
  /** present or left. */
  status?: string;
  /** What becomes of the records of a partner that left: stay, hidden or erased. */
  records?: string;
  successorOf?: string[];
  nodes: CharterNode[];
}

export interface CharterNode {
  key: string;
  status: string;
  words?: string[];
  limits?: { logs: number; entriesPerLog: number; payloadBytesPerLog: number };
  /** Where its logs end; 0: nothing of that one counts. */
  cuts?: { log: string; sequence: number; hash: string | null }[];
}

export interface Charter {
  federation: string;
  name: string;
  version: number;
  hash: string;
  partners: CharterPartner[];
  signers: { key: string; name: string; partner?: string | null }[];
  signatures: number;
  inForceSince?: string | null;
  personalDataCountries?: string[];
  erasureDelayDays?: number;
  erasuresPerDay?: number;
  orderedErasures?: string[];
  formats?: { header: number; content: number };
  /** Node keys that signers hold. */
  holds?: Hold[];
}

export interface Hold {
  node: string;
  signer: string;
  signerName: string;
  signed: string;
}

export interface Peer {
  node: string;
  partner: string;
  name: string;
  country: string;
  state: string;
  stateSince: string | null;
  address: string | null;
  direction: 'dialled' | 'accepted' | null;
  lastContact: string | null;
  retryAt: string | null;
  outstanding: { entries: number; payloads: number; done: number; total: number } | null;
  agrees: boolean | null;
  lastError: { code: string; params?: Record<string, unknown>; at: string } | null;
  roundTripMs: number | null;
  clockOffsetMs: number | null;
}

export interface Change {
  arrival: number;
  record: string;
  kind: string;
  revision: string;
  change: string;
}

export type Vocabularies = Record<string, string[] | Record<string, ThemeAreas>>;
export interface ThemeAreas {
  mipex?: string[];
}
