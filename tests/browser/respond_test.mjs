// What one partner says about another's record, by the pages: every type of response, on two nodes.
//   node respond_test.mjs HANSA SCREENSHOTS
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkEveryPage, checkPage, launch, openPage, screenshot, signIn, visit } from './browser.mjs';
import { startDemo } from './demo.mjs';

const [program, folder] = process.argv.slice(2);
let demo;
let browser;
let here;
let base;
let practice; // another partner's, which may be translated

before(async () => {
  demo = await startDemo(program, 2);
  [here] = demo.nodes;
  base = new URL(here.admin).origin;
  browser = await launch();
  const own = (await (await ask('/node')).json()).partner;
  const list = await (await ask('/records?kind=practice&status=published&limit=100')).json();
  practice = list.items.find(({ partner, licence, contentState }) => partner.id !== own && licence === 'CC0-1.0' && contentState === 'present');
  assert.ok(practice, 'the demo catalogue has a practice of another partner');
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const ask = (path) => fetch(`${base}/api/v1${path}`, { headers: { Authorization: `Bearer ${here.token}` } });

async function responding(t, type, options) {
  const opened = await openPage(browser, base, options);
  t.after(() => opened.context.close());
  await signIn(opened.page, base, here.user, here.password);
  await visit(opened.page, `${base}/records/${practice.id}/respond`);
  if (type) await opened.page.getByLabel(type).check();
  return opened.page;
}

/** Publishes what is filled in; what this node's partner has said about the practice by then, newest first. */
async function publish(page, type) {
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.waitForURL(`**/records/${practice.id}`);
  const { partner } = await (await ask('/node')).json();
  const list = await (await ask(`/records?kind=response&about=${practice.id}&response_type=${type}&partner=${partner}&limit=100`)).json();
  const newest = list.items.sort((a, b) => (a.modified < b.modified ? 1 : -1))[0];
  assert.equal(newest.content.aboutRevision, practice.revision);
  return newest;
}

test('the page passes in both languages and widths, and the record leads to it', async (t) => {
  await checkEveryPage(browser, base, { user: here.user, password: here.password, pages: { respond: `/records/${practice.id}/respond`, record: `/records/${practice.id}` }, folder });
  const page = await responding(t);
  await visit(page, `${base}/records/${practice.id}`);
  await page.getByRole('link', { name: 'Respond to this record' }).click();
  await page.waitForSelector('h1:focus');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.waitForSelector('.error-summary:focus');
  await page.getByRole('link', { name: 'Type of response: enter an answer' }).click();
  await page.waitForSelector('#f-type:focus');
});

test('an assessment by each template, each criterion with its score and note', async (t) => {
  for (const [template, count] of [['DIVE-4', 4], ['FI-6', 6], ['NIEM-13', 13]]) {
    const page = await responding(t, 'Assessment');
    await page.selectOption('#f-template', template);
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('link', { name: 'Scores: enter an answer' }).click();
    await page.waitForSelector('#f-scores:focus');
    await checkPage(page, `assessment ${template}`, 'en');
    await screenshot(page, folder, `assessment-${template}`);
    const criteria = page.locator('fieldset.score');
    assert.equal(await criteria.count(), count);
    for (let at = 0; at < count; at += 1) {
      // By the keyboard: the arrows go from score to score.
      await criteria.nth(at).locator('input[type=radio]').first().focus();
      await page.keyboard.press('Space');
      for (let up = 0; up < at % 6; up += 1) await page.keyboard.press('ArrowRight');
    }
    await criteria.nth(1).locator('textarea').fill('Seen on the spot.');
    const { content } = await publish(page, 'assessment');
    assert.equal(content.template, template);
    assert.deepEqual(content.scores.map(({ score }) => String(score)), Array.from({ length: count }, (_, at) => ['0', '1', '2', '3', '4', 'n/a'][at % 6]));
    assert.deepEqual(content.scores[1].note, { en: 'Seen on the spot.' });
    await page.context().close();
  }
});

test('a review, an endorsement, a correction and a translation', async (t) => {
  const page = await responding(t, 'Review');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('link', { name: 'Verdict: enter an answer' }).waitFor();
  await page.getByLabel('Recommended with reservations').check();
  await page.fill('#f-text', 'It needs a lot of volunteers.');
  assert.equal((await publish(page, 'review')).content.verdict, 'with-reservations');

  await visit(page, `${base}/records/${practice.id}/respond`);
  await page.getByLabel('Correction').check();
  await page.selectOption('#f-field', 'title');
  await page.fill('#f-proposed', 'A better title');
  await page.fill('#f-text', 'It is called so.');
  const { content: correction } = await publish(page, 'correction');
  assert.deepEqual([correction.field, correction.proposed], ['title', 'A better title']);

  await visit(page, `${base}/records/${practice.id}/respond`);
  await page.getByLabel('Translation').check();
  await page.selectOption('#f-language', 'is');
  await page.locator('textarea[lang=is]').first().fill('Íslenskur titill');
  await checkPage(page, 'translation', 'en');
  const { content: translation } = await publish(page, 'translation');
  assert.deepEqual([translation.language, translation.mode, Object.values(translation.fields)], ['is', 'human', ['Íslenskur titill']]);

  // One endorsement of each organisation: whether this one has given it already is up to the catalogue.
  await visit(page, `${base}/records/${practice.id}/respond`);
  await page.getByLabel('Endorsement').check();
  const before = await (await ask(`/records?kind=response&about=${practice.id}&response_type=endorsement&limit=1`)).json();
  assert.equal((await publish(page, 'endorsement')).content.type, 'endorsement');
  const after = await (await ask(`/records?kind=response&about=${practice.id}&response_type=endorsement&limit=1`)).json();
  assert.equal(after.total, before.total + 1);
  await visit(page, `${base}/records/${practice.id}/respond`);
  await page.getByLabel('Endorsement').check();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByText('this organisation has endorsed the record already', { exact: false }).waitFor();
});

test('an adoption goes from stage to stage, and keeps them', async (t) => {
  const page = await responding(t, 'Adoption');
  await page.getByLabel('Interested').check();
  await page.fill('#f-stageDate', '2026-03-01');
  const first = await publish(page, 'adoption');
  assert.deepEqual(first.content.history, [{ stage: 'interested', date: '2026-03-01' }]);
  await visit(page, `${base}/records/${practice.id}/respond`);
  await page.getByLabel('Adoption').check();
  await page.getByText('Your organisation said before: Interested.', { exact: false }).waitFor();
  await page.getByLabel('Dropped').check();
  await page.fill('#f-stageDate', '2026-05-01');
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await page.getByRole('link', { name: 'Reason for dropping it: enter an answer' }).waitFor();
  await page.selectOption('#f-dropReason', 'law');
  const second = await publish(page, 'adoption');
  assert.equal(second.id, first.id);
  assert.deepEqual([second.content.stage, second.content.dropReason, second.version], ['dropped', 'law', 2]);
  assert.deepEqual(second.content.history, [{ stage: 'interested', date: '2026-03-01' }, { stage: 'dropped', date: '2026-05-01' }]);
});

test('the fields of a response in Latvian, on a narrow page', async (t) => {
  const page = await responding(t, undefined, { language: 'lv', width: 320 });
  for (const type of ['Vērtējums', 'Tulkojums', 'Pārņemšana']) {
    await page.getByLabel(type).check();
    if (type === 'Vērtējums') await page.selectOption('#f-template', 'FI-6');
    await checkPage(page, type, 'lv');
    await screenshot(page, folder, `respond-${type}-lv-320`);
  }
});
