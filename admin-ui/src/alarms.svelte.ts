// What an operator should know of, on every page: asked for at the start and whenever the node has news.
import { keepFresh, onPeers } from './api/events.svelte';
import { alarms as ask, type Alarm } from './api/federation';

const state = $state<{ items: Alarm[] }>({ items: [] });

export const alarms = {
  get items(): Alarm[] {
    return state.items;
  },
};

/** A node that cannot be asked says so on the page itself; the last known alarms stay. */
async function load(): Promise<void> {
  const found = await ask().catch(() => null);
  if (found) state.items = found.items;
}

/** Until the returned function is called. */
export function watchAlarms(): () => void {
  void load();
  const leave = keepFresh(load, { on: [onPeers], gatherMs: 1000 });
  return () => {
    leave();
    state.items = [];
  };
}
