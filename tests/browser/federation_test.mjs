// The pages of the federation against the stand-in node: proposing, approving, inviting, joining, founding, alarms.
//   node federation_test.mjs MOCK_SERVER DIST SCREENSHOTS
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPage, screenshot, visit } from './browser.mjs';
import { base, checkPages, folder, signedIn } from './stand_in.mjs';

const revoking = `/federation/proposals/${'7a'.repeat(32)}`;
const arrange = (query) => fetch(`${base}/api/v1/mock/federation?${query}`);

test('every page passes in both languages and widths', async () => {
  const propose = (code) => `/federation/propose?change=${code}`;
  await checkPages({ federation: '/federation', proposal: revoking, propose: propose('partner_added'), invitations: '/federation/invitations', signer: '/federation/signer', hold: `/federation/hold?node=${'c3'.repeat(32)}` });
  for (const code of ['node_added', 'role_changed', 'node_rotated', 'node_revoked', 'partner_left', 'partners_merged', 'successor_changed', 'partner_returned', 'signer_added', 'signer_replaced', 'signer_removed']) {
    await checkPages({ [`propose-${code}`]: propose(code) });
  }
});

test('a proposal says what it changes and what stops counting, and is approved with the passphrase', async (t) => {
  const { page, faults } = await signedIn(t);
  await visit(page, `${base}/federation`);
  await page.getByRole('link', { name: /Look at it and approve/ }).click();
  await page.getByText('The key of the node', { exact: false }).waitFor();
  await page.getByText('31 entries no longer count, and 4 records change', { exact: false }).waitFor();
  await page.getByRole('link', { name: 'Language café' }).waitFor();
  await page.getByText('and 3 more', { exact: true }).waitFor();
  await page.getByText('2 entries count again, and 1 record comes back or changes', { exact: false }).waitFor();
  await page.getByText('A walk in the town').waitFor();
  await page.getByText('Every signer would have to sign the next version', { exact: false }).waitFor();
  await checkPage(page, 'proposal with its effects', 'en');
  await page.getByText('1 more signer').waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.waitForSelector('.error-summary:focus');
  await page.fill('#passphrase', 'wrong');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.locator('.error-summary').getByText('The passphrase is not right').waitFor();
  assert.equal(await page.inputValue('#passphrase'), '');
  await page.fill('#passphrase', 'parole parole');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('the new version is in force', { exact: false }).waitFor();
  await checkPage(page, 'adopted proposal', 'en');
  assert.deepEqual(faults, []);
});

test('a signer holds a key alone, sees it at the node, and releases it', async (t) => {
  const { page, faults } = await signedIn(t);
  await visit(page, `${base}/federation`);
  const finland = page.locator('article', { has: page.getByRole('heading', { name: /Demo node Finland/ }) });
  await finland.locator('summary').first().click();
  await finland.getByRole('link', { name: /^Hold its key/ }).click();
  await page.getByRole('heading', { level: 2, name: 'A node of Demo node Finland' }).waitFor();
  await checkPage(page, 'holding a key', 'en');
  await page.getByRole('button', { name: 'Hold this key' }).click();
  await page.waitForSelector('.error-summary:focus');
  await page.fill('#passphrase', 'parole parole');
  await page.getByRole('button', { name: 'Hold this key' }).click();
  await page.getByText('The key is held.', { exact: false }).waitFor();
  await page.getByText('Held by Latvija since', { exact: false }).waitFor();
  await checkPage(page, 'a key that is held', 'en');
  await page.fill('#passphrase', 'parole parole');
  await page.getByRole('button', { name: 'Release this key' }).click();
  await page.getByText('The key is released.').waitFor();
  assert.equal(await page.getByText('Held by', { exact: false }).count(), 0);
  assert.deepEqual(faults, []);
});

test('what the node refuses of a change is led to its field', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/federation/propose?change=partner_added`);
  await page.getByRole('button', { name: 'Propose', exact: true }).click();
  await page.waitForSelector('.error-summary:focus');
  await page.fill('#f-card', 'not a card');
  await page.getByRole('button', { name: 'Propose', exact: true }).click();
  await page.locator('#f-card-error').getByText('this is not a card', { exact: false }).waitFor();
  await checkPage(page, 'refused change', 'en');
});

test('a change is proposed from the partner it is about', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/federation`);
  await page.getByRole('link', { name: /^Propose another role.*Demo node Finland$/ }).click();
  assert.equal(await page.inputValue('#f-partner'), `suomi${'a'.repeat(21)}`);
  await page.getByLabel('Observer', { exact: false }).check();
  await page.getByRole('button', { name: 'Propose', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: 'Proposal for version 2 of the charter' }).waitFor();
  await page.getByText('Nobody yet').waitFor();
  await page.getByText('2 more signers').waitFor();
});

test('an invitation is made, shown as text and as a QR code, and withdrawn', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/federation/invitations`);
  await page.selectOption('#f-days', '90');
  await page.locator('form', { has: page.locator('#f-days') }).getByRole('button').click();
  await page.getByText('hansa-join-1:', { exact: false }).first().waitFor();
  const code = page.getByRole('img', { name: 'The invitation as a QR code' });
  await code.waitFor();
  assert.ok((await code.locator('path').getAttribute('d')).length > 5000);
  await checkPage(page, 'new invitation', 'en');
  await page.getByRole('button', { name: /^Withdraw it/ }).click();
  await page.locator('.response-head', { hasText: /^Withdrawn/ }).waitFor();
  assert.equal(await code.count(), 0);
});

test('who asks to join is shown with the words, and becomes a proposal', async (t) => {
  const { page } = await signedIn(t);
  await visit(page, `${base}/federation/invitations`);
  await page.getByRole('heading', { level: 3, name: /Norsk demonode/ }).waitFor();
  assert.deepEqual(await page.locator('.words li').allTextContents(), ['anchor', 'bridge', 'candle', 'desert', 'evening', 'forest']);
  await page.getByText('forest evening desert candle bridge anchor').waitFor();
  await page.getByRole('button', { name: 'The words are the same: propose it' }).click();
  await page.getByText('Norsk demonode (Norway) joins as Member').waitFor();
});

test('a reader sees the federation and may change nothing', async (t) => {
  const { page } = await signedIn(t);
  await page.route('**/api/v1/session', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), role: 'reader' } });
  });
  await visit(page, `${base}/federation`);
  await page.getByRole('heading', { level: 3, name: /Demo node Finland/ }).waitFor();
  assert.equal(await page.getByRole('link', { name: /Propose|Invite|ask to join/ }).count(), 0);
  await visit(page, `${base}/federation/invitations`);
  await page.getByText('Only coordinators and administrators', { exact: false }).waitFor();
});

test('alarms stand on every page, in words', async (t) => {
  t.after(() => arrange('quiet=yes'));
  const { page } = await signedIn(t);
  await arrange('alarm=new_epoch');
  await page.getByText('goes on in a new epoch (2): the store is older', { exact: false }).waitFor();
  for (const code of ['log_forked', 'node_held', 'reissue_waiting', 'charter_conflict', 'charter_behind', 'key_in_use_elsewhere', 'charter_pin_differs', 'not-known-here']) await arrange(`alarm=${code}`);
  await page.getByText('not-known-here', { exact: false }).waitFor();
  await visit(page, `${base}/peers`);
  await page.getByText('hansa charter follow', { exact: false }).waitFor();
  await checkPage(page, 'peers with alarms', 'en');
});

test('a fresh node joins with an invitation, step by step, and may give up', async (t) => {
  t.after(() => arrange('federation=yes&join=none'));
  await arrange('federation=none');
  for (const language of ['en', 'lv']) {
    await arrange('join=none');
    const { page } = await signedIn(t, { language });
    await page.waitForSelector('#f-line');
    for (const width of [1280, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await checkPage(page, `first run at ${width} px`, language);
      await screenshot(page, folder, `first-run-${language}-${width}`);
    }
    await page.fill('#f-line', 'not an invitation');
    await page.locator('form', { has: page.locator('#f-line') }).getByRole('button').click();
    await page.waitForSelector('.error-summary:focus');
    await page.fill('#f-line', 'hansa-join-1:AAAA');
    await page.locator('form', { has: page.locator('#f-line') }).getByRole('button').click();
    await page.waitForSelector('.words');
    await checkPage(page, 'joining at 320 px', language);
    await screenshot(page, folder, `joining-${language}-320`);
    await arrange('join=refused&reason=refused_by_coordinator');
    await page.getByText(language === 'en' ? 'A coordinator said no.' : 'Koordinators atteica.').waitFor();
    await page.getByRole('button', { name: language === 'en' ? 'Stop asking' : 'Vairs nelūgt' }).click();
    await page.waitForSelector('#f-line');
  }
  const { page } = await signedIn(t);
  await page.fill('#f-line', 'hansa-join-1:AAAA');
  await page.getByRole('button', { name: 'Ask to join' }).click();
  await page.waitForSelector('.words');
  await arrange('federation=yes&join=member');
  await page.getByRole('heading', { level: 1, name: /^Federation: / }).waitFor();
});

test('a federation is founded, and going on takes the word that the passphrase is written down', async (t) => {
  t.after(() => arrange('federation=yes&join=none'));
  for (const [language, goOn] of [['en', 'Go on'], ['lv', 'Turpināt']]) {
    await arrange('federation=none&join=none');
    const { page } = await signedIn(t, { language });
    const form = page.locator('form', { has: page.locator('#f-name') });
    await form.getByRole('button').click();
    await page.waitForSelector('.error-summary:focus');
    await page.fill('#f-name', 'n'.repeat(500));
    await form.getByRole('button').click();
    await page.locator('#f-name-error').getByText(language === 'en' ? 'it is too long' : 'tas ir par garu', { exact: false }).waitFor();
    await page.fill('#f-name', 'Baltic integration');
    await form.getByRole('button').click();
    await page.waitForSelector('.words');
    assert.equal(await page.locator('.words li').count(), 16);
    await checkPage(page, 'founded', language);
    await page.setViewportSize({ width: 320, height: 900 });
    await checkPage(page, 'founded at 320 px', language);
    await screenshot(page, folder, `founded-${language}-320`);
    await page.setViewportSize({ width: 1280, height: 900 });
    await screenshot(page, folder, `founded-${language}-1280`);
    await page.getByRole('button', { name: goOn }).click();
    await page.waitForSelector('#f-written[aria-invalid=true]:focus');
    await page.check('#f-written');
    await page.getByRole('button', { name: goOn }).click();
    await page.waitForSelector('#partners-heading');
  }
});

test('a signer key is made here, its line handed over, and replaced only when that is said', async (t) => {
  t.after(() => arrange('signer=yes'));
  await arrange('signer=none');
  const { page } = await signedIn(t);
  await visit(page, `${base}/federation`);
  await page.getByRole('link', { name: 'Make a signer key on this node' }).click();
  await page.fill('#f-name', 'Līga, Riga');
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.check('#f-written');
  await checkPage(page, 'signer key made', 'en');
  await page.getByRole('button', { name: 'Go on' }).click();
  const line = await page.locator('.copy-text').textContent();
  assert.match(line, /^hansa-signer-1:/);
  await checkPage(page, 'signer line', 'en');
  await page.getByRole('link', { name: 'Propose this signer' }).click();
  assert.equal(await page.inputValue('#f-signerLine'), line);
  await visit(page, `${base}/federation/signer`);
  await page.getByText('This node holds a signer key already', { exact: false }).waitFor();
  await page.fill('#f-name', 'Līga, Riga');
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.waitForSelector('.error-summary:focus');
  await page.check('#f-replace');
  await page.getByRole('button', { name: 'Make the key' }).click();
  await page.waitForSelector('.words');
});

test('pages of an observer’s node offer nothing that it cannot do', async (t) => {
  const { page } = await signedIn(t);
  await page.route('**/api/v1/charter', async (route) => {
    const response = await route.fetch();
    const charter = await response.json();
    charter.partners.forEach((partner) => Object.assign(partner, { role: 'observer' }));
    await route.fulfill({ response, json: charter });
  });
  await visit(page, `${base}/federation`);
  await page.getByRole('heading', { level: 3, name: /Demo node Finland/ }).waitFor();
  assert.equal(await page.getByRole('link', { name: /Propose|Invite|ask to join/ }).count(), 0);
  await visit(page, `${base}/federation/invitations`);
  await page.getByText('Only a coordinator’s node invites.', { exact: false }).waitFor();
  await visit(page, `${base}/federation/propose`);
  await page.getByText('an observer’s node proposes nothing', { exact: false }).waitFor();
});
