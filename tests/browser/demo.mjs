// A federation of real nodes: `hansa demo` on ports that are free, until the test is over.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const readyMsMax = 120_000;
const stopMsMax = 20_000;

async function canListen(port) {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
    return probe.address().port;
  } catch (error) {
    if (error.code === 'EADDRINUSE') return null;
    throw error;
  } finally {
    probe.close();
  }
}

/** The first of `count` ports in a row that are free now. */
export async function freePorts(count) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const first = await canListen(0);
    const rest = [];
    for (let port = first + 1; port < first + count && port < 65_536; port += 1) rest.push(await canListen(port));
    if (rest.length === count - 1 && rest.every((port) => port !== null)) return first;
  }
  throw new Error(`no ${count} free ports in a row`);
}

export const hasEnded = (child) => child.exitCode !== null || child.signalCode !== null;

/** Ends a process that still runs, by force if it does not do so by itself. */
export async function end(child) {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  await ended;
  clearTimeout(killer);
}

async function waitForFile(path, child, output) {
  const deadline = Date.now() + readyMsMax;
  while (!existsSync(path)) {
    if (hasEnded(child)) throw new Error(`hansa demo ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
    if (Date.now() > deadline) throw new Error(`hansa demo was not ready within ${readyMsMax / 1000} s:\n${output()}`);
    await pause(100);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Starts `nodes` nodes; gives what the ready file says of them, and `stop`. */
export async function startDemo(program, nodes) {
  const folder = mkdtempSync(join(tmpdir(), 'hansa-browser-'));
  const readyFile = join(folder, 'ready.json');
  const port = await freePorts(2 * nodes);
  const child = spawn(program, ['demo', '--dir', join(folder, 'demo'), '--nodes', String(nodes), '--base-port', String(port), '--ready-file', readyFile],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => lines.push(String(data)));
  const output = () => lines.join('').slice(-4000);
  const stop = async () => {
    if (hasEnded(child)) {
      process.stderr.write(`hansa demo ended by itself (${child.exitCode ?? child.signalCode}):\n${output()}\n`);
    } else {
      await end(child);
    }
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const ready = await waitForFile(readyFile, child, output);
    return { nodes: ready.nodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
