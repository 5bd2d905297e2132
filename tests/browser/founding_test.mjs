// From nothing to a federation of three countries with three signers, by the pages only, between real nodes that were
// just set up: founding, inviting, joining, roles, signers, approving by two of three, and a practice that arrives.
//   node founding_test.mjs HANSA SCREENSHOTS
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { checkPage, fillPractice, launch, openPage, screenshot, signIn, visit } from './browser.mjs';
import { startNodes } from './nodes.mjs';

const [program, folder] = process.argv.slice(2);
const federation = 'Baltic Sea integration';
let nodes;
let browser;
/** A page on each node, open all the time, as in three offices. */
let lv;
let lt;
let fi;

before(async () => {
  nodes = await startNodes(program, [
    { name: 'Rīgas dome', country: 'LV', language: 'lv' },
    { name: 'Alytaus savivaldybė', country: 'LT', language: 'lt' },
    { name: 'Espoon kaupunki', country: 'FI', language: 'fi' },
  ]);
  browser = await launch();
  [lv, lt, fi] = await Promise.all(nodes.nodes.map(async (node) => {
    const opened = await openPage(browser, node.base);
    await signIn(opened.page, node.base, node.user, node.password);
    return { ...opened, ...node };
  }));
});

after(async () => {
  await browser?.close();
  await nodes?.stop();
});

/** axe and the layout at both widths; the page stays as it is. */
async function look({ page }, name) {
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await checkPage(page, `${name} at ${width} px`, 'en');
    await screenshot(page, folder, `${name}-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function openFederation({ page }) {
  await page.locator('.main-nav').getByRole('link', { name: 'Federation' }).click();
  await page.waitForSelector('#partners-heading');
}

/** Writes the words down and goes on. */
async function takePassphrase({ page }) {
  await page.waitForSelector('#f-written');
  const words = await page.locator('.words li').allTextContents();
  assert.equal(words.length, 16);
  await page.check('#f-written');
  await page.getByRole('button', { name: 'Go on' }).click();
  return words.join(' ');
}

async function invite({ page }) {
  await openFederation(lv);
  await page.getByRole('link', { name: /^Invite a partner|asks? to join$/ }).click();
  await page.getByRole('button', { name: 'Make an invitation' }).click();
  await page.getByRole('img', { name: 'The invitation as a QR code' }).waitFor();
  return page.locator('[role=status] .copy-text').textContent();
}

/** `joiner` asks with an invitation; people compare the words; the coordinator proposes and approves. */
async function joinAs(joiner, role) {
  const line = await invite(lv);
  assert.match(line, /^hansa-join-1:/);
  if (role === 'Member') await look(lv, 'invitation');
  await joiner.page.fill('#f-line', line);
  await joiner.page.getByRole('button', { name: 'Ask to join' }).click();
  await joiner.page.getByText('Your request is there; a coordinator decides').waitFor();
  const theirs = await joiner.page.locator('.words li').allTextContents();
  if (role === 'Member') await look(joiner, 'joining');

  const request = lv.page.locator('article', { has: lv.page.getByRole('heading', { name: joiner.name }) });
  await request.waitFor();
  assert.deepEqual(await request.locator('.words li').allTextContents(), theirs);
  assert.equal(theirs.length, 6);
  if (role === 'Member') await look(lv, 'join-request');
  await request.getByLabel(role, { exact: false }).check();
  await request.getByLabel('Passphrase of the signer key', { exact: false }).fill(lv.passphrase);
  await request.getByRole('button', { name: 'The words are the same: propose it' }).click();
  await lv.page.getByText(`${joiner.name} `, { exact: false }).filter({ hasText: `joins as ${role}` }).waitFor();
  await lv.page.locator('.state', { hasText: 'Adopted' }).waitFor();
  if (role === 'Member') await look(lv, 'adopted');
  // The new partner's page goes on by itself.
  await joiner.page.getByRole('heading', { level: 1, name: `Federation: ${federation}` }).waitFor({ timeout: 60_000 });
}

async function makeSigner(node, name) {
  await openFederation(node);
  await node.page.getByRole('link', { name: 'Make a signer key on this node' }).click();
  await node.page.fill('#f-name', name);
  await node.page.getByRole('button', { name: 'Make the key' }).click();
  await node.page.waitForSelector('#f-written');
  await look(node, `passphrase-${name}`);
  node.passphrase = await takePassphrase(node);
  return node.page.locator('.copy-text').textContent();
}

/** From the federation page of a node whose signer has not approved yet, to the adopted version. */
async function approveAt(node, what) {
  await openFederation(node);
  const panel = node.page.locator('article', { hasText: what });
  await panel.getByRole('link', { name: /^Look at it and approve/ }).click();
  await node.page.getByText('1 more signer', { exact: true }).waitFor();
  await look(node, 'proposal');
  // As somebody reads it off a paper.
  await node.page.fill('#passphrase', ` ${node.passphrase.toUpperCase().replace(' ', '  ')} `);
  await node.page.getByRole('button', { name: 'Approve' }).click();
  await node.page.getByText('Approved, and that was enough: the new version is in force.').waitFor();
}

async function addSigner(node, name) {
  const line = await makeSigner(node, name);
  await openFederation(lv);
  await lv.page.getByRole('link', { name: 'Propose another signer' }).click();
  await lv.page.fill('#f-signerLine', line);
  await lv.page.fill('#passphrase', lv.passphrase);
  await lv.page.getByRole('button', { name: 'Propose', exact: true }).click();
  await lv.page.getByText(`${name} becomes a signer`).waitFor();
  await lv.page.getByText('1 more signer', { exact: true }).waitFor();
  await approveAt(lt, `${name} becomes a signer`);
  await lv.page.locator('.state', { hasText: 'Adopted' }).waitFor();
}

async function waitForVersion(node, version) {
  await openFederation(node);
  await node.page.getByText(`Version ${version},`, { exact: false }).waitFor();
}

test('a federation is founded on a node that serves, and its passphrase shown once', async () => {
  await look(lv, 'first-run');
  await lv.page.fill('#f-name', federation);
  await lv.page.getByRole('button', { name: 'Found the federation' }).click();
  await lv.page.getByRole('heading', { level: 1, name: `Founded: ${federation}` }).waitFor();
  await look(lv, 'founded');
  lv.passphrase = await takePassphrase(lv);
  await lv.page.getByRole('heading', { level: 1, name: `Federation: ${federation}` }).waitFor();
  await look(lv, 'federation-of-one');
});

test('two partners join, one as a member, one as an observer', async () => {
  await joinAs(lt, 'Member');
  await joinAs(fi, 'Observer');
  for (const node of [lv, lt, fi]) {
    await waitForVersion(node, 3);
    for (const [name, role] of [[lv.name, 'Coordinator'], [lt.name, 'Member'], [fi.name, 'Observer']]) {
      await node.page.locator('article', { has: node.page.getByRole('heading', { name }) }).locator('.state', { hasText: role }).waitFor();
    }
  }
});

test('two more signers are proposed, and approved where their keys are', async () => {
  await addSigner(lt, 'Ona, Alytus');
  await addSigner(fi, 'Aino, Espoo');
  for (const node of [lv, lt, fi]) {
    await waitForVersion(node, 5);
    await node.page.getByText('2 of 3 signers must approve a change.').waitFor();
  }
  await look(lv, 'federation-of-three');
});

test('a change that two of the three signers approve is in force on all nodes', async () => {
  await openFederation(lv);
  await lv.page.getByRole('link', { name: new RegExp(`^Propose another role.*${lt.name}$`) }).click();
  await lv.page.getByLabel('Coordinator', { exact: false }).check();
  await look(lv, 'propose-role');
  await lv.page.getByRole('button', { name: 'Propose', exact: true }).click();
  await lv.page.getByText('2 more signers', { exact: true }).waitFor();
  await lv.page.fill('#passphrase', lv.passphrase);
  await lv.page.getByRole('button', { name: 'Approve' }).click();
  await lv.page.getByText('Approved. The other signers see it on their nodes.').waitFor();
  await approveAt(lt, `${lt.name} becomes Coordinator instead of Member`);
  await waitForVersion(fi, 6);
  assert.deepEqual([...lv.faults, ...lt.faults, ...fi.faults], []);
});

test('a practice published on one node’s page is seen on another’s', async () => {
  await fi.page.locator('.main-nav').getByRole('link', { name: 'Catalogue' }).click();
  await fi.page.evaluate(() => (window.notReloaded = true));
  const title = 'Neighbours cook together';
  await visit(lt.page, `${lt.base}/practices/new`);
  await fillPractice(lt.page, {
    titles: { en: title }, summaries: { en: 'Newcomers and neighbours cook together every week and name what they cook with in both languages.' },
  });
  await lt.page.getByRole('button', { name: 'Publish', exact: true }).click();
  await lt.page.getByText('Sent to 2 of 2 partners').waitFor();
  await fi.page.getByRole('link', { name: title }).click();
  await fi.page.getByRole('heading', { level: 1, name: title }).waitFor();
  await fi.page.getByText('Signature valid').first().waitFor();
  assert.equal(await fi.page.evaluate(() => window.notReloaded), true);
});
