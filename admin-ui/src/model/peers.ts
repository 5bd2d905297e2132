// How it stands with another node, as tone, icon and words' keys. States that a newer node adds are shown raw.
import type { Peer } from '../api/types';
import type { IconName } from '../parts/Icon.svelte';

export const isConnected = (peer: Peer): boolean => ['up', 'live', 'catching_up'].includes(peer.state);

const looks: Record<string, { tone: 'good' | 'wait' | 'bad' | 'plain'; icon: IconName }> = {
  connecting: { tone: 'wait', icon: 'link' },
  handshaking: { tone: 'wait', icon: 'link' },
  catching_up: { tone: 'wait', icon: 'sync' },
  up: { tone: 'good', icon: 'check' },
  live: { tone: 'good', icon: 'check' },
  unlinked: { tone: 'wait', icon: 'clock' },
  waiting_retry: { tone: 'wait', icon: 'clock' },
  refused: { tone: 'bad', icon: 'cross' },
  stopped: { tone: 'plain', icon: 'stop' },
};

export const lookOf = (state: string) => looks[state] ?? { tone: 'plain' as const, icon: 'info' as const };

/** What of the other node's entries is still to come; null when nothing is known or nothing is missing. */
export function progressOf(peer: Peer): { done: number; total: number } | null {
  const { outstanding } = peer;
  if (!outstanding || outstanding.total <= 0 || outstanding.done >= outstanding.total) return null;
  return { done: outstanding.done, total: outstanding.total };
}

/** Clocks that differ by less than this are not worth a word. */
const clockTolerance = 2000;

export function clockSeconds(peer: Peer): number | null {
  const offset = peer.clockOffsetMs;
  return offset === null || Math.abs(offset) < clockTolerance ? null : Math.round(offset / 1000);
}

/** A key in groups of four, to be read out over the telephone. */
export const groupedKey = (key: string): string => key.match(/.{1,4}/g)?.join(' ') ?? key;
