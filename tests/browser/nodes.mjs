// Real nodes as an operator sets them up: `hansa init`, then `hansa serve`. What `init` printed once is what there is.
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { end, freePorts, hasEnded } from './demo.mjs';

const readyMsMax = 60_000;

async function waitUntilServing(base, child, output) {
  const deadline = Date.now() + readyMsMax;
  for (;;) {
    if (hasEnded(child)) throw new Error(`hansa serve ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
    const answer = await fetch(`${base}/healthz`).catch(() => null);
    if (answer?.ok) return;
    if (Date.now() > deadline) throw new Error(`hansa serve did not answer within ${readyMsMax / 1000} s:\n${output()}`);
    await pause(100);
  }
}

/** Starts a node for each of `partners` ({name, country, language}); gives their addresses and first users, and `stop`. */
export async function startNodes(program, partners) {
  const folder = mkdtempSync(join(tmpdir(), 'hansa-founding-'));
  const port = await freePorts(2 * partners.length);
  const children = [];
  const stop = async () => {
    for (const { child, output } of children) {
      if (hasEnded(child)) process.stderr.write(`hansa serve ended by itself (${child.exitCode ?? child.signalCode}):\n${output()}\n`);
      else await end(child);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const nodes = [];
    for (const [index, { name, country, language }] of partners.entries()) {
      const directory = join(folder, country);
      const [admin, link] = [0, 1].map((offset) => `127.0.0.1:${port + 2 * index + offset}`);
      const { stdout } = await promisify(execFile)(program, ['init', '--json', '--dir', directory, '--name', name, '--country', country,
        '--language', language, '--admin-listen', admin, '--link-listen', link, '--link-address', `ws://${link}/`]);
      const { user, password } = JSON.parse(stdout);
      const child = spawn(program, ['serve', '--dir', directory], { stdio: ['ignore', 'pipe', 'pipe'] });
      const lines = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => lines.push(String(data)));
      children.push({ child, output: () => lines.join('').slice(-4000) });
      await waitUntilServing(`http://${admin}`, child, children.at(-1).output);
      nodes.push({ base: `http://${admin}`, user, password, name });
    }
    return { nodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
