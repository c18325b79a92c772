import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { DemoUser } from './demo-server.ts';

/** Screens on which the product must work. */
export const DESK = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** Starts the Chromium that `npm test` found, else Debian's. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

/** A page of a person of their own: nothing is shared with other pages. */
export async function openPage(
  browser: Browser,
  baseUrl: string,
  viewport: { width: number; height: number },
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({ viewport, baseURL: baseUrl });
  context.setDefaultTimeout(20_000);
  return context.newPage();
}

/** Fills in the sign-in page, as a person does. */
export async function fillSignIn(page: Page, user: DemoUser): Promise<void> {
  await page.getByLabel('E-mail').fill(user.email);
  await page.getByLabel('Password', { exact: true }).fill(user.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Signs in to the workspace. */
export async function signIn(page: Page, user: DemoUser): Promise<void> {
  await page.goto('/');
  await fillSignIn(page, user);
  await page.waitForURL('**/apps/workspace/**');
}

/** What axe finds wrong with the page, as `rule: element` lines; empty when nothing. @see https://www.w3.org/TR/WCAG22/ */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const results: unknown = await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => v.id + ': ' + n.target.join(' '))))",
  );
  return Array.isArray(results) ? results.map(String) : [];
}
