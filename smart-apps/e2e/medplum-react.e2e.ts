import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESK, launchBrowser, openPage } from './support/browser.ts';
import type { ComponentPage } from './support/component-page.ts';
import { serveComponentPage } from './support/component-page.ts';
import type { DemoServer } from './support/demo-server.ts';
import { startDemoServer } from './support/demo-server.ts';
import type { FhirApi } from './support/fhir-api.ts';
import { fhirApi } from './support/fhir-api.ts';

/** Unchanged components of @medplum/react in a browser, from another origin, against our server. */
let server: DemoServer;
let browser: Browser;
let components: ComponentPage;
let api: FhirApi;
let page: Page;
let patient = '';

async function show(component: string): Promise<void> {
  const query = new URLSearchParams({ component, server: server.demo.baseUrl, token: api.token, patient });
  await page.goto(`${components.url}?${query.toString()}`);
}

async function written(): Promise<string> {
  return (await page.getByTestId('written').textContent()) ?? '';
}

beforeAll(async () => {
  components = await serveComponentPage();
  const settings = { CORS_ORIGINS: new URL(components.url).origin };
  [server, browser] = await Promise.all([startDemoServer(settings), launchBrowser()]);
  api = await fhirApi(server.demo);
  patient = (await api.patient('P004')).id ?? '';
  page = await openPage(browser, components.url, DESK);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await components?.stop();
  await server?.stop();
}, 60_000);

it('SearchControl lists patients with the columns asked for', async () => {
  await show('search');
  await page.getByRole('columnheader', { name: 'Name' }).waitFor();
  await page.getByTestId('search-control-row').first().waitFor();
  expect(await page.getByTestId('search-control-row').count()).toBe(20);
});

it('ResourceForm builds the form of a type from the server’s definitions and writes it', async () => {
  await show('form');
  await page.getByTestId('name').fill('Harbor Counselling');
  await page
    .getByRole('button', { name: /create|update|ok|save/i })
    .first()
    .click();
  await expect.poll(written, { timeout: 60_000 }).toMatch(/^Organization\/.+/);
});

it('QuestionnaireForm shows a dependent question and writes the answers', async () => {
  await show('questionnaire');
  await page.getByLabel('Did you sleep badly?').check();
  await page.getByLabel('What kept you awake?').fill('Noise');
  await page.getByRole('button', { name: /submit/i }).click();
  await expect.poll(written, { timeout: 60_000 }).toMatch(/^QuestionnaireResponse\/.+/);
});

it('ResourceTimeline shows the history of a patient', async () => {
  await show('timeline');
  await page.getByTestId('timeline-item').first().waitFor();
});
