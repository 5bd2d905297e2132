// Files become records by the pages: a table in old letters with columns of its own, a calendar, and one so long that it
// is stopped, left and taken up again.
//   node import_test.mjs HANSA SCREENSHOTS
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkEveryPage, checkPage, launch, openPage, screenshot, signIn, visit } from './browser.mjs';
import { startDemo } from './demo.mjs';

const [program, folder] = process.argv.slice(2);
const longRecords = 3000;
let demo;
let browser;
let base;

before(async () => {
  demo = await startDemo(program, 1);
  base = new URL(demo.nodes[0].admin).origin;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

async function signedIn(t, options) {
  const opened = await openPage(browser, base, options);
  t.after(() => opened.context.close());
  await signIn(opened.page, base, demo.nodes[0].user, demo.nodes[0].password);
  return opened;
}

/** Windows-1257, as programs of the region wrote it for long. */
const oldLetters = (text) => Buffer.from([...text].map((letter) =>
  ({ ā: 0xe2, č: 0xe8, ē: 0xe7, ģ: 0xec, ī: 0xee, ķ: 0xed, ļ: 0xef, ņ: 0xf2, š: 0xf0, ū: 0xfb, ž: 0xfe, Ā: 0xc2, Č: 0xc8, Ļ: 0xcf, Š: 0xd0 })[letter] ?? letter.charCodeAt(0)));

const table = oldLetters([
  'Nr;Nosaukums;orgType;Piezīmes',
  'B-1;Bēgļu atbalsta biedrība;ngo;zvanīt pēc plkst. 9',
  'B-2;Čiekurkalna kopienas nams;ngo;',
  'B-3;Ļaudona;kaut kas;',
  'B-4;Šūšanas darbnīca;ngo;',
].join('\r\n'));

const calendar = (name) => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN',
  ...[1, 2].flatMap((day) => ['BEGIN:VEVENT', `UID:${name}-${day}@example.org`, 'DTSTAMP:20260101T000000Z', `DTSTART:2026090${day}T100000`,
    `SUMMARY:Valodas kafejnīca ${day}`, 'LOCATION:Bibliotēka', 'ATTENDEE:mailto:anna@example.org', 'END:VEVENT']),
  'END:VCALENDAR'].join('\r\n');

async function choose(page, name, mimeType, buffer) {
  await visit(page, `${base}/import`);
  await page.setInputFiles('#f-file', { name, mimeType, buffer: Buffer.from(buffer) });
}

async function look(page) {
  await page.getByRole('button', { name: 'Look at it first' }).click();
  await page.waitForURL(/\/import\/[0-9a-f]+$/);
  await page.waitForSelector('h1:focus');
}

/** Until this element has the focus: by the keyboard alone. */
async function tabTo(page, locator) {
  for (let pressed = 0; pressed < 60; pressed += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail('the keyboard does not reach it');
}

test('the page passes in both languages and widths', async () => {
  await checkEveryPage(browser, base, { user: demo.nodes[0].user, password: demo.nodes[0].password, pages: { import: '/import', practice: '/practices/new' }, folder });
});

test('publishers find it', async (t) => {
  const { page } = await signedIn(t);
  await page.click('.main-nav a[href="/practices/new"]');
  await page.getByRole('link', { name: 'Import the file' }).click();
  await page.getByRole('heading', { level: 1, name: 'Import a file' }).waitFor();
  await page.getByRole('button', { name: 'Look at it first' }).click();
  await page.waitForSelector('.error-summary:focus');
  await page.getByRole('link', { name: 'File: enter an answer' }).click();
  await page.waitForSelector('#f-file:focus');
});

test('a table in old letters with columns of its own becomes records, once', async (t) => {
  const { page, faults } = await signedIn(t);
  const begin = async () => {
    await choose(page, 'biedribas.csv', 'text/csv', table);
    await page.selectOption('#f-kind', 'organisation');
    await page.selectOption('#f-language', 'lv');
    await page.fill('#f-system', 'biedrību reģistrs');
    await page.getByRole('button', { name: 'Add an answer' }).click();
    await page.selectOption('#f-set-0', 'country');
    await page.selectOption('#f-set-value-0', 'LV');
    await look(page);
  };
  await begin();
  // The letters first: nothing is published while they are guessed.
  await page.getByRole('heading', { name: 'Are the letters right?' }).waitFor();
  await page.getByText('Piezīmes', { exact: true }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: /^Publish/ }).count(), 0);
  await checkPage(page, 'encoding', 'en');
  await screenshot(page, folder, 'encoding');
  await page.locator('input[value], input[name=f-encoding]').nth(1).check();
  await page.getByRole('button', { name: 'Read the file again' }).first().click();
  // Then the columns.
  await page.getByRole('heading', { name: 'Nothing is read from 3 columns' }).waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Are the letters right?' }).count(), 0);
  await page.getByLabel('Nr', { exact: true }).selectOption('importedFrom.id');
  await page.getByLabel('Nosaukums', { exact: true }).selectOption('name');
  await page.getByLabel('Language of the texts in “Nosaukums”').selectOption('lv');
  await checkPage(page, 'mapping', 'en');
  await page.getByRole('button', { name: 'Read the file again' }).click();
  await page.getByRole('heading', { name: 'Nothing is read from 1 column' }).waitFor();
  await page.getByText('Line 4', { exact: true }).waitFor();
  await page.getByText('Type of organisation: choose one of', { exact: false }).waitFor();
  await checkPage(page, 'dry run', 'en');
  await screenshot(page, folder, 'dry-run');
  await page.selectOption('#f-outcome', 'refused');
  await page.getByText('Line 2', { exact: true }).waitFor({ state: 'detached' });
  await page.getByText('Ļaudona').waitFor();
  await page.selectOption('#f-outcome', '');
  const publish = page.getByRole('button', { name: 'Publish 3 records' });
  await publish.click();
  await page.waitForSelector('.error-summary:focus');
  await tabTo(page, page.locator('#f-skip'));
  await page.keyboard.press('Space');
  await tabTo(page, publish);
  await page.keyboard.press('Enter');
  await page.getByText('3 of 3 records published').waitFor();
  await page.getByRole('link', { name: 'Bēgļu atbalsta biedrība' }).click();
  await page.getByRole('heading', { level: 1, name: 'Bēgļu atbalsta biedrība' }).waitFor();
  assert.deepEqual(faults, []);
});

test('every field that is offered is one that the node reads', async (t) => {
  const { page } = await signedIn(t);
  await choose(page, 'any.csv', 'text/csv', 'a;b');
  const headers = { Authorization: `Bearer ${demo.nodes[0].token}`, 'Content-Type': 'text/csv' };
  for (const kind of ['practice', 'event', 'organisation', 'contact', 'response', 'project', 'service', 'resource']) {
    await page.selectOption('#f-kind', kind);
    await page.getByRole('button', { name: 'Add an answer' }).click();
    const fields = await page.locator('#f-set-0 option').evaluateAll((options) => options.map(({ value }) => value).filter(Boolean));
    assert.ok(fields.length > 10, kind);
    const answer = await (await fetch(`${base}/api/v1/imports?format=csv&kind=${kind}`, { method: 'POST', headers, body: `\ufeff${fields.join(';')}` })).json();
    assert.deepEqual(answer.unknownColumns, [], kind);
    await fetch(`${base}/api/v1/imports/${answer.id}`, { method: 'DELETE', headers });
    await page.getByRole('button', { name: 'Remove row 1' }).click();
  }
});

test('a calendar says what is missing, and whose data is not taken', async (t) => {
  const { page } = await signedIn(t);
  await choose(page, 'events.ics', 'text/calendar', calendar('spring'));
  await look(page);
  await page.getByText('ATTENDEE: in 2 entries').waitFor();
  await page.getByText('cannot be taken', { exact: true }).first().waitFor();
  await page.getByText('Line 4', { exact: true }).waitFor();
  assert.equal(await page.getByRole('button', { name: /^Publish/ }).count(), 0);
  await checkPage(page, 'calendar', 'en');
  await page.getByRole('link', { name: 'Change the answers' }).click();
  await page.selectOption('#f-timezone', 'Europe/Riga');
  for (const [row, [field, value]] of [['eventType', 'meeting'], ['themes', 'language'], ['venue.country', 'LV']].entries()) {
    await page.getByRole('button', { name: 'Add an answer' }).click();
    await page.selectOption(`#f-set-${row}`, field);
    await page.selectOption(`#f-set-value-${row}`, field === 'eventType' ? { index: 1 } : value);
  }
  await look(page);
  await page.getByRole('button', { name: 'Publish 2 records' }).click();
  await page.getByText('2 of 2 records published').waitFor();
  await page.getByText('That is all.').waitFor();
});

test('a long import is stopped, left and taken up again, also after the page was loaded anew', async (t) => {
  const { page } = await signedIn(t);
  const rows = Array.from({ length: longRecords }, (_, number) => `L-${number};Biedrība ${number};ngo;LV`);
  await choose(page, 'long.csv', 'text/csv', `\ufeffimportedFrom.id;name;orgType;country\r\n${rows.join('\r\n')}`);
  await page.selectOption('#f-kind', 'organisation');
  await page.fill('#f-system', 'long');
  await look(page);
  await page.getByRole('button', { name: 'Next page' }).click();
  await page.waitForSelector('#lines-heading:focus');
  await page.getByText('Line 52', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Publish 3,000 records/ }).click();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('It has stopped.', { exact: false }).waitFor();
  await checkPage(page, 'stopped', 'en');
  await screenshot(page, folder, 'stopped');
  await page.reload();
  await page.getByText('It has stopped.', { exact: false }).waitFor();
  const { pathname } = new URL(page.url());
  await visit(page, `${base}/import`);
  await page.locator(`a[href="${pathname}"]`).click();
  await page.getByRole('button', { name: /^Go on with/ }).click();
  // It goes on while somebody looks at another page.
  await page.click('.main-nav a[href="/catalogue"]');
  await page.waitForSelector('h1:focus');
  await page.goBack();
  await page.getByText('3,000 of 3,000 records published').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Import another file' }).click();
  await page.getByRole('heading', { level: 1, name: 'Import a file' }).waitFor();
  // All of them, each once.
  const headers = { Authorization: `Bearer ${demo.nodes[0].token}` };
  const found = [];
  for (let cursor = ''; cursor !== null; ) {
    const list = await (await fetch(`${base}/api/v1/records?kind=organisation&limit=200${cursor && `&cursor=${cursor}`}`, { headers })).json();
    found.push(...list.items.filter(({ importedFrom }) => importedFrom?.system === 'long').map(({ importedFrom }) => importedFrom.id));
    cursor = list.next;
  }
  assert.deepEqual([found.length, new Set(found).size], [longRecords, longRecords]);
});

test('an import that the node has forgotten says what to do', async (t) => {
  const { page } = await signedIn(t, { language: 'lv' });
  await visit(page, `${base}/import/000000000000000000000000`);
  await page.getByRole('heading', { level: 1, name: 'Šī importa vairs nav' }).waitFor();
  await checkPage(page, 'forgotten', 'lv');
});

test('the states of an import in Latvian, and on a narrow page', async (t) => {
  const { page } = await signedIn(t, { language: 'lv', width: 320 });
  await choose(page, 'biedribas.csv', 'text/csv', table);
  await page.selectOption('#f-kind', 'organisation');
  await page.getByRole('button', { name: 'Vispirms apskatīt' }).click();
  await page.getByRole('heading', { name: 'Vai burti ir pareizi?' }).waitFor();
  await page.getByText('No 3 kolonnām nekas netiek lasīts').waitFor();
  await checkPage(page, 'encoding and mapping', 'lv');
  await screenshot(page, folder, 'encoding-lv-320');
  await choose(page, 'events.ics', 'text/calendar', calendar('autumn'));
  await page.getByRole('button', { name: 'Vispirms apskatīt' }).click();
  await page.getByText('nevar pieņemt', { exact: true }).first().waitFor();
  await checkPage(page, 'calendar', 'lv');
  await screenshot(page, folder, 'dry-run-lv-320');
});
