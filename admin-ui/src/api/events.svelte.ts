// The node's event stream: what changed in the catalogue and among the peers, as it happens. The browser reconnects
// by itself and resumes from the last arrival it saw (Last-Event-ID).
import { currentSession } from './hansa';
import type { Change } from './types';

type ChangeListener = (change: Change) => void;
type PlainListener = () => void;

const changeListeners = new Set<ChangeListener>();
const peersListeners = new Set<PlainListener>();
const reopenedListeners = new Set<PlainListener>();
let source: EventSource | null = null;
let wasInterrupted = false;

/** Whether the stream is open; pages say so in words when it is not. */
export const stream = $state({ interrupted: false });

function opened(): void {
  stream.interrupted = false;
  if (wasInterrupted) for (const listener of reopenedListeners) listener();
  wasInterrupted = false;
}

export function openStream(): void {
  if (source) return;
  source = new EventSource('/api/v1/events');
  source.addEventListener('open', opened);
  source.addEventListener('error', () => {
    stream.interrupted = true;
    wasInterrupted = true;
    // A browser gives up for good when the answer was not a stream (a node restarting behind a proxy says 502).
    if (source?.readyState === EventSource.CLOSED) reopenLater();
  });
  source.addEventListener('change', (event) => {
    const change = JSON.parse((event as MessageEvent<string>).data) as Change;
    for (const listener of changeListeners) listener(change);
  });
  // More happened at once than the node keeps for one reader: asking again shows it all.
  source.addEventListener('reset', () => {
    for (const listener of reopenedListeners) listener();
  });
  source.addEventListener('peers', () => {
    for (const listener of peersListeners) listener();
  });
}

let reopenTimer: ReturnType<typeof setTimeout> | undefined;

const reopenMs = 5000;

function reopenLater(): void {
  source = null;
  clearTimeout(reopenTimer);
  reopenTimer = setTimeout(() => void reopen(), reopenMs);
}

/** Asks first whether anybody is signed in: a session that ended is heard of by every page (onSignedOut). */
async function reopen(): Promise<void> {
  const mine = reopenTimer;
  const isReachable = await currentSession().then(() => true, () => false);
  if (reopenTimer !== mine) return; // closed meanwhile
  if (isReachable) openStream();
  else reopenLater();
}

export function closeStream(): void {
  clearTimeout(reopenTimer);
  reopenTimer = undefined;
  source?.close();
  source = null;
  stream.interrupted = false;
  wasInterrupted = false;
}

function subscribe<T>(set: Set<T>, listener: T): () => void {
  set.add(listener);
  return () => set.delete(listener);
}

/** Each subscription returns the function that ends it. */
export const onChange = (listener: ChangeListener) => subscribe(changeListeners, listener);
export const onPeers = (listener: PlainListener) => subscribe(peersListeners, listener);
const onReopened = (listener: PlainListener) => subscribe(reopenedListeners, listener);

interface Freshness {
  /** What makes a page old: `onPeers`, `onChange`, or a subscription that calls `refresh` for some changes only. */
  on: ((refresh: PlainListener) => () => void)[];
  /** A burst of events costs one load, this long after the first of them. */
  gatherMs?: number;
  /** For what is announced to nobody: how often the node is asked while the page is in sight and `askWhile` holds. */
  askEveryMs?: number;
  askWhile?: () => boolean;
}

/** Calls `load` after every such event, and when some may have been missed, until the returned function is called. */
export function keepFresh(load: PlainListener, { on, gatherMs = 250, askEveryMs, askWhile }: Freshness): () => void {
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const refresh = () => {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      load();
    }, gatherMs);
  };
  const ends = [...on, onReopened].map((follow) => follow(refresh));
  const ask = () => {
    if (!document.hidden && (askWhile?.() ?? true)) refresh();
  };
  const asking = askEveryMs === undefined ? undefined : setInterval(ask, askEveryMs);
  return () => {
    clearInterval(asking);
    clearTimeout(gathering);
    ends.forEach((end) => end());
  };
}
