// Debian's Chromium as the tests use it: one browser, pages that report what a reader would never see, and the checks
// that hold for every page.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const wide = 1280;
const narrow = 320; // CSS pixels: 1280 at 400 %, WCAG 2.1 1.4.10
const languages = ['en', 'lv'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });

/** A page of its own session. `faults` gathers script errors, CSP violations and requests to any other host. */
export async function openPage(browser, base, { language = 'en', width = 1280 } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: 900 }, locale: language === 'lv' ? 'lv-LV' : 'en-GB', reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(20_000);
  await context.addInitScript((chosen) => localStorage.getItem('hansa.language') ?? localStorage.setItem('hansa.language', chosen), language);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) faults.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(base).origin) faults.push(`request to ${request.url()}`);
  });
  return { page, context, faults };
}

export async function signIn(page, base, user, password) {
  await page.goto(`${base}/sign-in`);
  await page.fill('#user', user);
  await page.fill('#password', password);
  await page.click('form button[type=submit]');
  await page.waitForSelector('.main-nav');
}

/** Goes to a page of the application and waits until it has loaded what it shows. */
export async function visit(page, address) {
  await page.goto(address);
  await page.waitForSelector('h1');
  await page.waitForFunction(() => !document.querySelector('.loading'));
}

export async function axeViolations(page) {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  });
}

/** What holds for every page in every language. */
export async function checkPage(page, name, language) {
  assert.deepEqual(await axeViolations(page), [], `axe on ${name} in ${language}`);
  await checkLayout(page, name, language);
}

/** What besides holds at every width. */
async function checkLayout(page, name, language) {
  const facts = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    unfilled: document.body.innerText.match(/\{\w+\}|\bundefined\b|\bNaN\b|\[object /g) ?? [],
  }));
  assert.deepEqual(facts, { lang: language, headings: 1, overflow: 0, unfilled: [] }, `${name} in ${language}`);
}

export async function screenshot(page, folder, name) {
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** Checks and pictures `pages` (name → path) in both languages at both widths; titles must differ. */
export async function checkEveryPage(browser, base, { user, password, pages, folder }) {
  for (const language of languages) {
    const { page, context, faults } = await openPage(browser, base, { language });
    await visit(page, `${base}/sign-in`);
    await checkPage(page, 'sign-in', language);
    await screenshot(page, folder, `sign-in-${language}`);
    await signIn(page, base, user, password);
    const titles = new Map();
    for (const [name, path] of Object.entries(pages)) {
      await page.setViewportSize({ width: wide, height: 900 });
      await visit(page, base + path);
      await checkPage(page, name, language);
      await screenshot(page, folder, `${name}-${language}-${wide}`);
      await page.setViewportSize({ width: narrow, height: 900 });
      await checkLayout(page, `${name} at ${narrow} px`, language);
      await screenshot(page, folder, `${name}-${language}-${narrow}`);
      titles.set(name, await page.title());
    }
    assert.equal(new Set(titles.values()).size, titles.size, `titles are unique: ${[...titles.values()].join(' | ')}`);
    assert.deepEqual(faults, []);
    await context.close();
  }
}

/** Fills in the nine answers of the form that is open in English and goes to its last page. */
export async function fillPractice(page, { titles, summaries }) {
  await page.waitForSelector('#f-add-language');
  for (const tag of Object.keys(titles)) {
    if (await page.locator(`#f-title-${tag}`).count()) continue;
    await page.selectOption('#f-add-language', tag);
    await page.click('.field-languages .add-row button');
  }
  for (const [tag, text] of Object.entries(titles)) await page.fill(`#f-title-${tag}`, text);
  for (const [tag, text] of Object.entries(summaries)) await page.fill(`#f-summary-${tag}`, text);
  await page.click('button[type=submit]');
  await page.getByLabel('Municipality', { exact: true }).check();
  await page.getByLabel('Language learning', { exact: true }).check();
  await page.getByLabel('Women', { exact: true }).check();
  await page.click('button[type=submit]');
  await page.getByLabel('Running', { exact: true }).check();
  await page.fill('#f-period', '2025');
  await page.getByLabel('Our own account', { exact: true }).check();
  await page.getByRole('link', { name: 'Check your answers', exact: true }).first().click();
  await page.waitForSelector('#preview-heading');
}
