import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Peer } from '../src/api/types';
import { codeLabel, languages } from '../src/i18n/messages';
import { clockSeconds, groupedKey, isConnected, lookOf, progressOf } from '../src/model/peers';

const peer = (more: Partial<Peer>): Peer => ({
  node: 'ab', partner: 'p', name: 'P', country: 'LV', state: 'live', stateSince: null, address: null, direction: null, lastContact: null,
  retryAt: null, outstanding: null, agrees: null, lastError: null, roundTripMs: null, clockOffsetMs: null, ...more,
});

describe('other nodes', () => {
  it('are shown with a look for every state, also an unknown one', () => {
    expect(lookOf('refused').tone).toBe('bad');
    expect(lookOf('something-new')).toEqual({ tone: 'plain', icon: 'info' });
    expect(isConnected(peer({ state: 'catching_up' }))).toBe(true);
    expect(isConnected(peer({ state: 'waiting_retry' }))).toBe(false);
  });

  it('show progress only while something is missing', () => {
    expect(progressOf(peer({}))).toBeNull();
    expect(progressOf(peer({ outstanding: { entries: 0, payloads: 0, done: 10, total: 10 } }))).toBeNull();
    expect(progressOf(peer({ outstanding: { entries: 6, payloads: 6, done: 4, total: 10 } }))).toEqual({ done: 4, total: 10 });
  });

  it('mention a clock only when it is off', () => {
    expect(clockSeconds(peer({ clockOffsetMs: -40 }))).toBeNull();
    expect(clockSeconds(peer({ clockOffsetMs: 90_500 }))).toBe(91);
  });

  it('have keys that can be read out', () => {
    expect(groupedKey('0123456789')).toBe('0123 4567 89');
  });
});

describe('reasons why a link ended', () => {
  // The node's own lists: a reason that is added there without words here fails this test.
  function namesIn(path: string, list: string): string[] {
    const header = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
    const body = new RegExp(`enum class ${list}[^{]*\\{([^}]*)\\}`).exec(header)?.[1] ?? '';
    return [...body.replace(/\/\/.*$/gm, '').matchAll(/\b([a-z_]+)\b/g)].map(([, name]) => name ?? '');
  }
  const reasons = [
    ...namesIn('node/core/include/core/link_port.h', 'LinkEnd'), ...namesIn('protocol/include/protocol/refusal.h', 'Refusal'),
  ];

  it('all have words in every language', () => {
    expect(reasons.length).toBeGreaterThan(50);
    for (const { code: language } of languages) {
      for (const reason of reasons) expect(codeLabel(language, 'linkError', reason), `${language} ${reason}`).not.toBeNull();
    }
  });
});
