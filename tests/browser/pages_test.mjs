// The pages with an API that stands still or fails on demand: what a federation of real nodes does not show at will.
//   node pages_test.mjs MOCK_SERVER DIST SCREENSHOTS
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPage, fillPractice, screenshot, visit } from './browser.mjs';
import { base, checkPages, folder, opened, signedIn } from './stand_in.mjs';

const padded = (word) => (word + 'a'.repeat(26)).slice(0, 26);
const recordPath = (partner, name) => `/records/urn:hansa:${padded(partner)}:${padded(name)}`;
const mentors = recordPath('latvija', 'mentors');
const words = {
  titles: { en: 'Reading together', lv: 'Lasām kopā' },
  summaries: { en: 'Families and volunteers read aloud to each other in the library every Saturday.' },
};

test('every page passes in both languages and widths', async () => {
  const step = (name) => `/practices/new?step=${name}`;
  await checkPages({
    catalogue: '/catalogue', nothing: '/catalogue?q=zzz', record: mentors, event: recordPath('lietuva', 'tartu'),
    conflict: recordPath('lietuva', 'center'), contact: recordPath('lietuva', 'contact'), response: recordPath('suomi', 'adoption'),
    'form-text': step('text'), 'form-where': step('where'), 'form-state': step('state'), 'form-story': step('story'),
    'form-results': step('results'), 'form-sharing': step('sharing'), 'form-check': step('check'),
    withdraw: `${mentors}/withdraw`, published: `${mentors}/published`, peers: '/peers', account: '/account', inbox: '/inbox', node: '/node', 'not-found': '/nowhere',
  });
});

test('records that are not whole say why', async (t) => {
  const { page } = await signedIn(t);
  for (const [name, text] of [['missing', 'does not have its content yet'], ['newer', 'newer version of Hansa']]) {
    await visit(page, base + recordPath(name === 'missing' ? 'suomi' : 'lietuva', name));
    await page.getByText(text).waitFor();
    if (name === 'missing') await page.getByText('3 entries are kept aside', { exact: false }).waitFor();
    await checkPage(page, name, 'en');
  }
});

test('a wrong password is explained, and what was typed stays', async (t) => {
  const { page } = await opened(t);
  await visit(page, `${base}/peers`);
  await page.fill('#user', 'anna');
  await page.fill('#password', 'wrong');
  await page.click('form button[type=submit]');
  await page.waitForSelector('.error-summary:focus');
  assert.equal(await page.inputValue('#user'), 'anna');
  await checkPage(page, 'refused sign-in', 'en');
  await page.click('.error-summary a');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'user');
  await page.fill('#password', 'parole');
  await page.click('form button[type=submit]');
  await page.getByRole('heading', { level: 1, name: 'Partners’ nodes' }).waitFor();
});

test('the keyboard reaches the content first, and headings take the focus', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/catalogue`);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip-link');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.click('.main-nav a[href="/peers"]');
  await page.waitForSelector('h1:focus');
  assert.equal(await page.textContent('h1:focus'), 'Partners’ nodes');
});

test('filters stand in the address and outlive a reload', async (t) => {
  const { page } = await signedIn(t);
  await page.selectOption('#filter-country', 'FI');
  await page.waitForURL('**/catalogue?country=FI');
  await page.fill('#q', 'kotona');
  await page.keyboard.press('Enter');
  await page.getByText('1 record', { exact: true }).waitFor();
  await page.reload();
  await page.getByText('1 record', { exact: true }).waitFor();
  assert.equal(await page.inputValue('#q'), 'kotona');
  assert.equal(await page.inputValue('#filter-country'), 'FI');
  await page.goBack();
  await page.waitForURL('**/catalogue?country=FI');
});

test('pages of the list are turned by links, and its heading takes the focus', async (t) => {
  const { page } = await signedIn(t);
  await page.getByRole('link', { name: 'Next page' }).click();
  await page.waitForSelector('#results-heading:focus');
  await page.getByRole('link', { name: 'First page' }).click();
  await page.getByRole('link', { name: 'Next page' }).waitFor();
});

test('a record that arrives appears without reloading', async (t) => {
  const { page } = await signedIn(t);
  await page.waitForSelector('.record-list');
  await page.evaluate(() => (window.notReloaded = true));
  await page.evaluate(() => fetch('/api/v1/mock/arrive'));
  await page.getByRole('link', { name: 'A practice that just arrived' }).waitFor();
  await page.getByText('1 new since you opened this page').waitFor();
  assert.equal(await page.evaluate(() => window.notReloaded), true);
});

test('each text of a record is marked with its own language', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}${mentors}?lang=uk`);
  assert.equal(await page.getAttribute('h1', 'lang'), 'uk');
  assert.equal(await page.getAttribute('.summary .prose', 'lang'), 'en', 'the summary has no Ukrainian: English is next');
  await page.getByText('not yet received from Demo node Finland').waitFor();
  await page.getByRole('link', { name: 'All languages' }).click();
  await page.waitForSelector('.summary .by-language [lang=lv]');
});

test('a practice is published in two languages, and the page says who has it', async (t) => {
  const { page, faults } = await signedIn(t);
  await page.click('.main-nav a[href="/practices/new"]');
  await fillPractice(page, words);
  await page.getByText('Others may copy, translate and change it').waitFor();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('Sent to 2 of 2 partners').waitFor();
  await page.getByText('Every partner has it.').waitFor();
  await checkPage(page, 'published', 'en');
  await page.getByRole('link', { name: 'Show the practice' }).click();
  await page.getByRole('heading', { level: 1, name: 'Reading together' }).waitFor();
  assert.deepEqual(faults, []);
  assert.deepEqual(await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]), [['hansa.language'], [], '']);
});

test('missing answers are listed, and lead to their fields', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/practices/new?step=check`);
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.waitForSelector('.error-summary:focus');
  await checkPage(page, 'form with errors', 'en');
  await page.getByRole('link', { name: 'Themes: enter an answer' }).click();
  await page.waitForSelector('#f-themes:focus');
  assert.match(page.url(), /step=where$/);
});

test('what the node refuses is led to its field, and nothing is lost', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/practices/new`);
  await fillPractice(page, { titles: { en: 'Refused!', lv: 'Atteikts!' }, summaries: words.summaries });
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('link', { name: 'Title in English: at most 160 characters' }).click();
  await page.waitForSelector('#f-title-en:focus');
  assert.equal(await page.inputValue('#f-title-en'), 'Refused!');
  await page.getByText('Title in English: at most 160 characters').nth(1).waitFor();
});

test('a session that ends keeps the draft', async (t) => {
  const { page, context } = await signedIn(t);
  await visit(page, `${base}/practices/new`);
  await fillPractice(page, words);
  await context.clearCookies();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.waitForSelector('#password');
  await page.fill('#user', 'anna');
  await page.fill('#password', 'parole');
  await page.click('form button[type=submit]');
  await page.getByText('Reading together').first().waitFor();
  await page.click('.main-nav a[href="/catalogue"]');
  await page.getByText('You have an unfinished practice: Reading together.').waitFor();
});

test('an edit of an older revision is refused with what to do', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}${mentors}/edit?step=check`);
  await page.evaluate(async (path) => {
    const url = `/api/v1${path}`;
    const record = await (await fetch(url)).json();
    const { csrf } = await (await fetch('/api/v1/session')).json();
    const { kind, language, content, keywords } = record;
    await fetch(url, { method: 'PUT', headers: { 'X-CSRF-Token': csrf, 'If-Match': `"${record.revision}"` }, body: JSON.stringify({ kind, language, content, keywords }) });
  }, mentors);
  await page.getByRole('button', { name: 'Publish the new version' }).click();
  await page.getByText('Someone changed this record since you opened it').waitFor();
  await page.getByRole('button', { name: /Load the newest version/ }).click();
  await page.getByRole('button', { name: 'Publish the new version' }).click();
  await page.getByText('The new version of', { exact: false }).waitFor();
});

test('a record is withdrawn with a reason', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}${recordPath('latvija', 'moree')}/withdraw`);
  await page.click('form button[type=submit]');
  await page.waitForSelector('.error-summary:focus');
  await page.getByLabel('no longer true').check();
  await page.click('form button[type=submit]');
  await page.getByText('Reason: no longer true.').waitFor();
  // What it said is still to be read, marked as what it is.
  await page.getByText('What follows is its last text', { exact: false }).waitFor();
  await page.getByRole('heading', { level: 1, name: /^Language café number/ }).waitFor();
  await page.getByText('Volunteers and newcomers meet every week', { exact: false }).waitFor();
  await checkPage(page, 'withdrawn', 'en');
});

test('a withdrawal names what replaces the record; for its licence the text is not shown any more', async (t) => {
  const { page } = await signedIn(t);
  const merged = recordPath('latvija', 'moreh');
  await visit(page, `${base}${merged}/withdraw`);
  await page.getByLabel('merged into another record').check();
  await page.fill('#f-replacedBy', decodeURIComponent(mentors.slice('/records/'.length)));
  await page.click('form button[type=submit]');
  await page.getByText('It is replaced by:', { exact: false }).waitFor();
  await page.getByRole('link', { name: 'Social mentor: 60 days with a family' }).waitFor();
  await visit(page, `${base}${recordPath('latvija', 'morek')}/withdraw`);
  await page.getByLabel('licence', { exact: true }).check();
  await page.click('form button[type=submit]');
  await page.getByText('Its text is no longer shown.', { exact: false }).waitFor();
  assert.equal(await page.getByText('Volunteers and newcomers meet', { exact: false }).count(), 0);
});

test('after a start the page of the nodes says that own entries wait, and for what', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/peers`);
  const waiting = page.getByText('first asks the other nodes', { exact: false });
  assert.equal(await waiting.count(), 0);
  t.after(() => fetch(`${base}/api/v1/mock/own-log?state=ready`));
  await fetch(`${base}/api/v1/mock/own-log?state=awaiting_statements`);
  await waiting.waitFor();
  await checkPage(page, 'peers after a start', 'en');
  await fetch(`${base}/api/v1/mock/own-log?state=fetching_back`);
  await page.getByText('They are being fetched back', { exact: false }).waitFor();
});

test('forced colours and paper', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, base + mentors);
  await page.emulateMedia({ forcedColors: 'active' });
  await screenshot(page, folder, 'record-forced-colours');
  await page.emulateMedia({ forcedColors: 'none', media: 'print' });
  assert.equal(await page.isVisible('.masthead'), false);
  assert.equal(await page.isVisible('.provenance'), true);
  await screenshot(page, folder, 'record-print');
});

test('a correction is taken with one click', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/inbox`);
  await page.getByRole('button', { name: 'Take it: publish a new version' }).click();
  await page.getByText('The new version is published.').waitFor();
  await page.getByText('No correction is waiting for an answer.').waitFor();
  await visit(page, base + mentors);
  await page.getByRole('heading', { name: 'Mentors for newcomers, second year' }).waitFor();
});
