// The way of a practice from one node's pages to another's, in a real browser, between real nodes.
//   node browser_test.mjs HANSA CATALOGUES SCREENSHOTS
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { checkEveryPage, checkPage, fillPractice, launch, openPage, screenshot, signIn, visit } from './browser.mjs';
import { startDemo } from './demo.mjs';

const [program, catalogues, folder] = process.argv.slice(2);
const words = {
  titles: { en: 'Walking in both languages', lv: 'Pastaigas divās valodās' },
  summaries: {
    en: 'Newcomers and neighbours walk through the town together and name what they see in both languages.',
    lv: 'Jaunpienācēji un kaimiņi kopā staigā pa pilsētu un redzamo nosauc abās valodās.',
  },
};

let demo;
let browser;

before(async () => {
  demo = await startDemo(program, 3);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const baseOf = (node) => new URL(node.admin).origin;

async function signedIn(t, node) {
  const opened = await openPage(browser, baseOf(node));
  t.after(() => opened.context.close());
  await signIn(opened.page, baseOf(node), node.user, node.password);
  return opened;
}

test('a practice published on one node appears on the other without reloading', async (t) => {
  const [here, , there] = demo.nodes;
  const reader = await signedIn(t, there);
  await reader.page.waitForSelector('.record-list');
  await reader.page.evaluate(() => (window.notReloaded = true));

  const writer = await signedIn(t, here);
  await writer.page.click('.main-nav a[href="/practices/new"]');
  await fillPractice(writer.page, words);
  await checkPage(writer.page, 'check', 'en');
  await writer.page.getByRole('button', { name: 'Publish', exact: true }).click();
  await writer.page.getByText('Sent to 2 of 2 partners').waitFor();
  await screenshot(writer.page, folder, 'published');

  await reader.page.getByRole('link', { name: words.titles.en }).click();
  await reader.page.getByRole('heading', { level: 1, name: words.titles.en }).waitFor();
  assert.equal(await reader.page.evaluate(() => window.notReloaded), true);
  await reader.page.getByText('Signature valid').first().waitFor();
  await reader.page.getByRole('link', { name: 'Latvian' }).click();
  await reader.page.getByRole('heading', { level: 1, name: words.titles.lv }).waitFor();
  assert.equal(await reader.page.getAttribute('h1', 'lang'), 'lv');
  await screenshot(reader.page, folder, 'received');
  assert.equal(await reader.page.getByRole('link', { name: 'Edit', exact: true }).count(), 0, 'only its own partner edits a record');
  assert.deepEqual([...writer.faults, ...reader.faults], []);
});

test('the search finds words without their diacritics', async (t) => {
  const { page } = await signedIn(t, demo.nodes[1]);
  await visit(page, `${baseOf(demo.nodes[1])}/catalogue`);
  await page.fill('#q', 'jaunpienaceji kaimini');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: words.titles.en }).waitFor();
});

test('what a search found can be taken along', async (t) => {
  const { page } = await signedIn(t, demo.nodes[1]);
  await visit(page, `${baseOf(demo.nodes[1])}/catalogue?kind=event`);
  const links = page.getByRole('navigation', { name: 'Download these records as…' }).getByRole('link');
  await links.first().waitFor();
  assert.equal(await links.count(), 5);
  for (const [name, ending, begins] of [['table (CSV)', 'csv', '\ufeffid;kind'], ['calendar (iCalendar)', 'ics', 'BEGIN:VCALENDAR']]) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name, exact: true }).click()]);
    assert.equal(download.suggestedFilename(), `hansa-records.${ending}`);
    assert.ok(readFileSync(await download.path(), 'utf8').startsWith(begins), ending);
  }
});

test('an edit reaches the other node’s open page, and a withdrawal as well', async (t) => {
  const [here, , there] = demo.nodes;
  const reader = await signedIn(t, there);
  await reader.page.getByRole('link', { name: words.titles.en }).click();
  await reader.page.getByRole('heading', { level: 1, name: words.titles.en }).waitFor();

  const writer = await signedIn(t, here);
  await writer.page.getByRole('link', { name: words.titles.en }).click();
  await writer.page.getByRole('link', { name: 'Edit', exact: true }).click();
  await writer.page.fill('#f-title-en', 'Walking in three languages');
  await writer.page.getByRole('link', { name: 'Check your answers', exact: true }).first().click();
  await writer.page.getByRole('button', { name: 'Publish the new version' }).click();
  await reader.page.getByRole('heading', { level: 1, name: 'Walking in three languages' }).waitFor();

  await writer.page.getByRole('link', { name: 'Show the practice' }).click();
  await writer.page.getByRole('link', { name: 'Withdraw', exact: true }).click();
  await writer.page.getByLabel('published by mistake').check();
  await writer.page.locator('form button[type=submit]').click();
  await reader.page.getByText('Reason: published by mistake.').waitFor();
});

test('the page of the partners’ nodes says that all agree', async (t) => {
  const { page } = await signedIn(t, demo.nodes[0]);
  await visit(page, `${baseOf(demo.nodes[0])}/peers`);
  await page.getByText('2 of 2 connected.').waitFor();
  await page.getByText('2 of 2 have the same catalogue as this node').waitFor();
  assert.equal(await page.getByText('Same as on this node').count(), 2);
});

test('every code that the node offers has words in both languages', async (t) => {
  const { page } = await signedIn(t, demo.nodes[0]);
  const lists = await page.evaluate(async () => (await fetch('/api/v1/vocabularies')).json());
  const { labelPrefixes, ownNames } = JSON.parse(readFileSync(join(catalogues, '../model/vocabularies.json'), 'utf8'));
  for (const language of ['en', 'lv']) {
    const catalogue = JSON.parse(readFileSync(join(catalogues, `${language}.json`), 'utf8'));
    for (const [list, codes] of Object.entries(lists)) {
      if (ownNames.includes(list)) continue;
      for (const code of codes) assert.ok(catalogue[`${labelPrefixes[list]}.${code}`], `${language}: ${list} ${code}`);
    }
  }
});

test('every page passes in both languages', async () => {
  const [node] = demo.nodes;
  const base = baseOf(node);
  const headers = { Authorization: `Bearer ${node.token}` };
  const pages = { catalogue: '/catalogue', form: '/practices/new', peers: '/peers', node: '/node' };
  for (const kind of ['practice', 'event', 'organisation', 'contact', 'response']) {
    const list = await (await fetch(`${base}/api/v1/records?kind=${kind}&limit=1`, { headers })).json();
    assert.ok(list.items.length > 0, `the demo catalogue has a ${kind}`);
    pages[kind] = `/records/${list.items[0].id}`;
  }
  await checkEveryPage(browser, base, { user: node.user, password: node.password, pages, folder });
});

test('people change their own password and stay signed in', async (t) => {
  const node = demo.nodes[1];
  const { page } = await signedIn(t, node);
  await page.locator('.masthead a.signed-in').click();
  await page.getByRole('heading', { level: 1, name: 'Your password' }).waitFor();
  const change = async (current, next) => {
    await page.fill('#current', current);
    await page.fill('#password', next);
    await page.getByRole('button', { name: 'Change the password' }).click();
  };
  await change('not this one', 'long enough to be one');
  await page.waitForSelector('.error-summary:focus');
  await checkPage(page, 'refused password', 'en');
  await change(node.password, 'five herrings in a row');
  await page.getByText('Your password is changed.').waitFor();
  await page.reload();
  await page.getByRole('heading', { level: 1, name: 'Your password' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForSelector('#user');
  node.password = 'five herrings in a row';
  await signIn(page, baseOf(node), node.user, node.password);
});
