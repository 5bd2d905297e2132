// What pages show of the rows of docs/domain.md, between the real nodes of the demo: Latvia, Lithuania and Finland.
//   node domain_test.mjs HANSA SCREENSHOTS
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { checkEveryPage, launch, openPage, signIn, visit } from './browser.mjs';
import { startDemo } from './demo.mjs';

const [program, folder] = process.argv.slice(2);
const arriveMsMax = 60_000;
let demo;
let browser;
let lv;
let lt;
let fi;
/** Signed in on the Finnish node, in English. */
let page;
/** Ids of what is published here, by short names. */
const made = {};

async function ask(node, path, body) {
  const response = await fetch(`${node.base}/api/v1${path}`, {
    method: body ? 'POST' : 'GET', body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${node.token}`, ...(body && { 'Content-Type': 'application/json' }) },
  });
  const answer = await response.json();
  assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`);
  return answer;
}

async function publish(node, kind, language, content) {
  return (await ask(node, '/records', { kind, language, content })).id;
}

/** Until the Finnish node, whose pages are looked at, finds it. */
async function arrived(id, on = fi) {
  const deadline = Date.now() + arriveMsMax;
  for (;;) {
    const response = await fetch(`${on.base}/api/v1/records/${id}`, { headers: { Authorization: `Bearer ${on.token}` } });
    if (response.ok && (await response.json()).contentState === 'present') return;
    assert.ok(Date.now() < deadline, `${id} did not arrive`);
    await pause(50);
  }
}

/** Until the first record of a list has two adoptions and two assessments: those count once their signatures are checked. */
async function counted(path) {
  const deadline = Date.now() + arriveMsMax;
  for (;;) {
    const { responses } = (await ask(fi, path)).items[0];
    if (responses.adoption === 2 && responses.assessment === 2) return;
    assert.ok(Date.now() < deadline, `only ${JSON.stringify(responses)} are counted`);
    await pause(50);
  }
}

const summary = 'Pašvaldība pirmajos trīs mēnešos palīdz atrast dzīvokli un noslēgt pirmo īres līgumu.';
const practice = (title, lead, more) => ({
  title, summary: { lv: summary }, country: ['LV'], level: 'municipal', themes: ['employment'], targetGroups: ['women'], lead,
  practiceStatus: 'running', period: '2024/..', evidence: 'self-reported', ...more,
});
const event = (title, start, organiser, more) => ({
  title: { en: title }, eventType: 'forum', start, eventStatus: 'confirmed', mode: 'onsite', venue: { name: { en: 'Hall' }, country: 'FI' },
  organisers: [organiser], languages: ['en'], themes: ['governance'], ...more,
});
const service = (name, provider, lau, more) => ({
  name, description: { lv: 'Palīdzība jauniebraucējiem.' }, provider, serviceType: 'language-course', themes: ['language'],
  targetGroups: ['women'], languages: ['lv', 'so'], area: { country: 'LV', lau, name: lau === '0001000' ? 'Rīga' : 'Cēsis' },
  channels: [{ type: 'phone', value: '+37180000001', free: true, hours: { lv: 'Darba dienās' } }], ...more,
});
const statements = [
  { text: { en: 'Open one counter for everybody.' }, addressees: ['municipality', 'region'] },
  { text: { en: 'Fund it for five years.' }, addressees: ['ministry'] },
  { text: { en: 'Let newcomers shape it.' }, addressees: ['municipality'] },
];

async function fill() {
  const [own, fiOwn, ltOwn] = await Promise.all([lv, fi, lt].map(async (node) => (await ask(node, '/node')).organisation));
  made.town = await publish(lv, 'organisation', 'lv', { name: { lv: 'Rindupes novads' }, orgType: 'municipality', country: 'LV' });
  made.practice = await publish(lv, 'practice', 'lv', practice({ lv: 'Mentori darbā', en: 'Mentors at work' }, made.town, {
    indicators: ['Z-ED-2'], policyRefs: ['https://policy.example/zaragoza'] }));
  made.course = await publish(lv, 'service', 'lv', service({ lv: 'Kurss Rīgā', en: 'Course in Riga' }, made.town, '0001000'));
  made.other = await publish(lv, 'service', 'lv', service({ lv: 'Otrs kurss' }, own, '0001000'));
  made.third = await publish(lv, 'service', 'lv', service({ lv: 'Mājoklis Cēsīs' }, own, '0022000', { themes: ['housing'] }));
  made.project = await publish(lv, 'project', 'lv', { title: { lv: 'Rindupes projekts' }, period: '2026/2027', lead: made.town });
  made.desk = await publish(lv, 'contact', 'lv', { displayName: { lv: 'Rindupes pults' }, organisation: made.town, roles: ['service-desk'], email: 'pults@demo-lv.example' });
  const paper = (title, more) => ({ title: { en: title }, type: 'report', issued: '2010', languages: ['en'], themes: ['governance'], url: 'https://library.example/', ...more });
  made.pact = await publish(lv, 'resource', 'en', paper('Pact of Rindupe', { type: 'agreement', parties: [made.town] }));
  made.handbook = await publish(lv, 'resource', 'en', paper('Handbook, second edition', { type: 'handbook', edition: '2' }));
  made.newer = await publish(lv, 'resource', 'en', paper('Handbook, third edition', { type: 'handbook', edition: '3', supersedes: [made.handbook] }));
  made.advice = await publish(lv, 'resource', 'en', paper('Advice of Rindupe', { type: 'recommendation', recommendations: statements }));
  for (const id of Object.values(made)) await arrived(id);
  await arrived(made.practice, lt);
  made.visit = await publish(fi, 'event', 'en', event('A visit to Rindupe', '2026-09-10', fiOwn, { eventType: 'study-visit', host: made.town, aboutPractices: [made.practice], venue: { name: { en: 'Town hall' }, country: 'LV' } }));
  made.second = await publish(fi, 'event', 'en', event('Forum in autumn', '2026-10-01', fiOwn, { series: 'rindupe-forum' }));
  made.first = await publish(lv, 'event', 'en', event('Forum in spring', '2026-04-01', made.town, { series: 'rindupe-forum' }));
  const assess = (node, by, score) => publish(node, 'response', 'en', { about: made.practice, by, type: 'assessment', template: 'DIVE-4',
    scores: ['employer', 'buyer', 'policy-maker', 'service-provider'].map((criterion) => ({ criterion, score })) });
  made.fromFi = await assess(fi, fiOwn, '3');
  made.fromLt = await assess(lt, ltOwn, '1');
  made.adoption = await publish(lt, 'response', 'en', { about: made.practice, by: ltOwn, type: 'adoption', stage: 'dropped', stageDate: '2026-02', dropReason: 'law', place: { country: 'LT', name: 'Alytus' } });
  made.taken = await publish(fi, 'response', 'en', { about: made.practice, by: fiOwn, type: 'adoption', stage: 'piloting', stageDate: '2026-03', place: { country: 'FI', name: 'Kotka' } });
  for (const id of Object.values(made)) await arrived(id);
}

before(async () => {
  demo = await startDemo(program, 3);
  [lv, lt, fi] = demo.nodes.map((node) => ({ ...node, base: new URL(node.admin).origin }));
  await fill();
  browser = await launch();
  const opened = await openPage(browser, fi.base);
  page = opened.page;
  await signIn(page, fi.base, fi.user, fi.password);
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const open = (path) => visit(page, fi.base + path);
const record = (name) => open(`/records/${made[name]}`);
const group = (heading) => page.locator('.related h3', { hasText: heading }).locator('+ ul a');

test('row 03: a table of themes by places shows gaps and overlaps, and leads to the services', async () => {
  await open('/coverage?spoken=so');
  const row = (theme) => page.getByRole('row', { name: new RegExp(`^${theme}`) });
  const column = async (name) => (await page.locator('thead th').allTextContents()).indexOf(name) - 1;
  const riga = await column('Rīga');
  assert.ok(riga >= 0, 'only one of the places called Rīga has services in Somali');
  const cesis = await column('Cēsis');
  assert.match(await row('Language learning').locator('td').nth(riga).textContent(), /^\s*2 overlap/);
  assert.match(await row('Language learning').locator('td').nth(cesis).textContent(), /^\s*0 gap/);
  assert.match(await row('Housing').locator('td').nth(cesis).textContent(), /^\s*1\s*$/);
  await row('Language learning').getByRole('link', { name: '2' }).click();
  await page.getByText('2 records', { exact: true }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Course in Riga' }).count(), 1);
  // What is not translated stands there in its own language, and says so.
  const other = page.getByRole('link', { name: 'Otrs kurss' });
  assert.equal(await other.getAttribute('lang'), 'lv');
  await record('course');
  assert.equal(await page.getAttribute('h1', 'lang'), 'en');
  assert.equal(await page.getByText('Palīdzība jauniebraucējiem.').getAttribute('lang'), 'lv');
});

test('row 05: a telephone is a number to call, free of charge', async () => {
  await record('course');
  assert.equal(await page.getByRole('link', { name: '+37180000001' }).getAttribute('href'), 'tel:+37180000001');
  await page.getByText('Free of charge').waitFor();
});

test('rows 10 and 33: a practice shows who visited it, and who has tried it', async () => {
  await record('practice');
  await group('Study visits to this practice').getByText('A visit to Rindupe').waitFor();
  const responses = page.locator('.responses');
  await responses.getByText('Kotka, Finland, since March 2026').waitFor();
  await responses.getByText('Alytus, Lithuania, since February 2026, given up: Law').waitFor();
  await counted('/records?kind=practice&q=mentori%20darba');
  await open('/catalogue?kind=practice&q=mentori%20darba');
  const item = page.getByRole('article').filter({ hasText: 'Mentors at work' });
  await item.getByText('Adoptions: 2').waitFor();
  await item.getByText('Assessments: 2').waitFor();
});

test('row 11: recommendations are shown by whom they address, each at its own address', async () => {
  await record('advice');
  assert.equal(await page.locator('.recommendations li').count(), 3);
  await page.selectOption('#addressee', 'municipality');
  await page.getByText('2 of 3 are shown').waitFor();
  assert.deepEqual(await page.locator('.recommendations .prose').allTextContents(), ['Open one counter for everybody.', 'Let newcomers shape it.']);
  assert.match(await page.getByRole('link', { name: 'Link to recommendation 3' }).getAttribute('href'), /#recommendation-3$/);
  // In the list of what is found, too; its link leads to the very statement.
  await open('/catalogue?addressee=municipality&q=Rindupe');
  assert.equal(await page.getByText('Fund it for five years.').count(), 0);
  await page.getByRole('link', { name: 'Let newcomers shape it.' }).click();
  await page.waitForSelector('#recommendation-3:focus');
  assert.match(page.url(), /#recommendation-3$/);
});

test('row 13: assessments by two partners stand side by side', async () => {
  await record('practice');
  const table = page.locator('.assessments');
  await table.getByRole('row').nth(4).waitFor();
  assert.equal(await table.locator('thead a').count(), 2);
  assert.equal(await table.locator('thead .quiet').filter({ hasText: /20\d\d/ }).count(), 2, 'each with its date');
  await page.getByRole('heading', { name: 'Assessments side by side: DIVE-4' }).waitFor();
  for (const line of await table.locator('tbody tr').all())
    assert.deepEqual((await line.locator('td').allTextContents()).map((text) => text.trim()).sort(), ['1', '3']);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'All assessments as a table (CSV)' }).click()]);
  assert.equal(readFileSync(await download.path(), 'utf8').trim().split('\n').length, 1 + 2 * 4);
});

test('rows 14, 15 and 30: indicators say what they measure, themes name their area, policies are linked', async () => {
  await record('practice');
  await page.getByText('15-year-olds with low achievement', { exact: false }).waitFor();
  assert.match(await page.getByRole('link', { name: 'Figures at Eurostat' }).getAttribute('href'), /^https:\/\/ec\.europa\.eu\/eurostat\//);
  await page.locator('.facts > div', { hasText: 'MIPEX area' }).getByText('Labour market mobility').waitFor();
  assert.equal(await page.getByRole('link', { name: 'https://policy.example/zaragoza' }).count(), 1);
});

test('rows 17 and 20: an organisation shows what it has a part in', async () => {
  await record('town');
  for (const [heading, title] of [['Practices', 'Mentors at work'], ['Services', 'Course in Riga'], ['Events', 'Forum in spring'], ['Projects', 'Rindupes projekts'],
    ['Agreements it is party to', 'Pact of Rindupe'], ['Contacts', 'Rindupes pults']]) {
    await group(heading).getByText(title, { exact: true }).waitFor();
  }
  await open(`/records/${(await ask(fi, '/node')).organisation}`);
  await group('What it has adopted').getByText('Mentors at work', { exact: false }).first().waitFor();
});

test('row 19: an older edition leads to the newer one', async () => {
  await record('handbook');
  await group('Newer editions').getByText('Handbook, third edition').click();
  await page.getByRole('heading', { level: 1, name: 'Handbook, third edition' }).waitFor();
  await page.getByRole('link', { name: 'Handbook, second edition' }).waitFor();
});

test('rows 15 and 21: each country has at most one contact point, or none, and a way to its policy', async () => {
  await open('/countries');
  const row = (country) => page.getByRole('row', { name: new RegExp(`^${country}`) });
  assert.match(await row('Finland').locator('td').first().textContent(), /yhteyspiste|contact point/i);
  assert.match(await row('Latvia').locator('td').first().textContent(), /None is published/);
  await page.getByText(/^Without a national contact point: .*Latvia.*\.$/).waitFor();
  assert.equal(await row('Latvia').getByRole('link', { name: 'Latvia in MIPEX' }).getAttribute('href'), 'https://www.mipex.eu/latvia');
});

test('row 22: a series has its meetings in order, and a calendar', async () => {
  await record('second');
  await page.getByRole('link', { name: 'rindupe-forum' }).click();
  await page.getByRole('heading', { level: 1, name: 'Series: rindupe-forum' }).waitFor();
  await page.locator('tbody th a').nth(1).waitFor();
  assert.deepEqual(await page.locator('tbody th a').allTextContents(), ['Forum in spring', 'Forum in autumn']);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Calendar of the series (iCalendar)' }).click()]);
  assert.equal(readFileSync(await download.path(), 'utf8').match(/BEGIN:VEVENT/g).length, 2);
});

test('every page of these passes in both languages and widths', async () => {
  const pages = { coverage: '/coverage', countries: '/countries', series: '/series/rindupe-forum' };
  for (const name of ['town', 'practice', 'advice', 'course', 'visit']) pages[name] = `/records/${made[name]}`;
  await checkEveryPage(browser, fi.base, { user: fi.user, password: fi.password, pages, folder });
});
