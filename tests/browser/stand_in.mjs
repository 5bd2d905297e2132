// The stand-in node of the page tests, and the browser that looks at it; both stand from before the first test of the
// file that imports this until after its last. Arguments of that file: MOCK_SERVER DIST SCREENSHOTS
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before } from 'node:test';
import { checkEveryPage, launch, openPage, signIn } from './browser.mjs';

const [mockServer, dist, screenshots] = process.argv.slice(2);
const account = { user: 'anna', password: 'parole' };
let server;

export const folder = screenshots;
export let browser;
export let base;

before(async () => {
  server = spawn(process.execPath, [mockServer, '0', dist], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(server.stdout, 'data');
  base = /http:\/\/[\d.]+:\d+/.exec(String(line))[0];
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server?.kill();
});

/** A page of its own session, until the test `t` ends. */
export async function opened(t, options) {
  const found = await openPage(browser, base, options);
  t.after(() => found.context.close());
  return found;
}

export async function signedIn(t, options) {
  const found = await opened(t, options);
  await signIn(found.page, base, account.user, account.password);
  return found;
}

/** Each of `pages`, name and path, as somebody who is signed in: both languages, both widths. */
export const checkPages = (pages) => checkEveryPage(browser, base, { ...account, folder, pages });
