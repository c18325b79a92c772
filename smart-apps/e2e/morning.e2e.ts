import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrationFlow } from './flows/administration-flow.ts';
import { approvalsFlow } from './flows/approvals-flow.ts';
import type { Clinic } from './flows/clinic-page.ts';
import { eventually, userOf as userOfClinic } from './flows/clinic-page.ts';
import { componentsFlow } from './flows/components-flow.ts';
import { noteFlow } from './flows/note-flow.ts';
import { placesFlow } from './flows/places-flow.ts';
import { proofFlow } from './flows/proof-flow.ts';
import { signInFlow } from './flows/sign-in-flow.ts';
import { accessibilityProblems, DESK, fillSignIn, launchBrowser, openPage, PHONE, signIn } from './support/browser.ts';
import type { ComponentPage } from './support/component-page.ts';
import { serveComponentPage } from './support/component-page.ts';
import type { DemoServer, DemoUser } from './support/demo-server.ts';
import { startDemoServer } from './support/demo-server.ts';
import type { FhirApi } from './support/fhir-api.ts';
import { fhirApi } from './support/fhir-api.ts';

/** The clinic's first day, end to end on one running demo: Maria's morning, a note, the administrator, an app of others. */
let server: DemoServer;
let components: ComponentPage;
let browser: Browser;
let api: FhirApi;
let desk: Page;
let phone: Page;

function userOf(role: string): DemoUser {
  return userOfClinic(server, role);
}

/** What an element says, with ordinary spaces. */
async function said(locator: Locator): Promise<string> {
  return ((await locator.textContent()) ?? '').replaceAll('\u00a0', ' ').trim();
}

function text(page: Page, testId: string): Promise<string> {
  return said(page.getByTestId(testId));
}

/** Waits until an element says what it should; fails with what it says instead. */
async function says(page: Page, testId: string, expected: string): Promise<void> {
  await eventually(() => text(page, testId)).toBe(expected);
}

function row(page: Page, number: string): Locator {
  return page.locator(`[data-patient="${number}"]`);
}

beforeAll(async () => {
  components = await serveComponentPage();
  const settings = { CORS_ORIGINS: new URL(components.url).origin };
  [server, browser] = await Promise.all([startDemoServer(settings), launchBrowser()]);
  api = await fhirApi(server.demo);
  [desk, phone] = await Promise.all([
    openPage(browser, server.demo.baseUrl, DESK),
    openPage(browser, server.demo.baseUrl, PHONE),
  ]);
}, 240_000);

afterAll(async () => {
  await browser?.close();
  await components?.stop();
  await server?.stop();
}, 60_000);

describe('signing in', () => {
  it('offers the demo accounts and refuses a wrong password in words', async () => {
    await desk.goto('/');
    await desk.getByRole('button', { name: /Maria Lopez/ }).waitFor();
    await desk.getByLabel('E-mail').fill(userOf('case-manager').email);
    await desk.getByLabel('Password', { exact: true }).fill('not the password');
    await desk.getByRole('button', { name: 'Sign in' }).click();
    await desk.getByText('Email or password is invalid').waitFor();
    expect(await accessibilityProblems(desk)).toEqual([]);
  });

  it('lands Maria in the risk dashboard, on a desk and on a phone', async () => {
    await signIn(desk, userOf('case-manager'));
    await signIn(phone, userOf('case-manager'));
    for (const page of [desk, phone]) {
      await says(page, 'assigned-count', '67');
      await says(page, 'follow-up-count', '8');
      await says(page, 'clinic-high', '12');
      await says(page, 'clinic-medium', '45');
      await says(page, 'clinic-low', '143');
    }
  });
});

describe('the dashboard', () => {
  it('lists the patients by priority, with word and number', async () => {
    await row(desk, 'P004').waitFor();
    const order = await desk
      .locator('[data-patient]')
      .evaluateAll((list) => list.map((item) => item.getAttribute('data-patient')));
    expect(order.slice(0, 2)).toEqual(['P004', 'P009']);
    expect(order).toHaveLength(67);
    const first = await said(row(desk, 'P004'));
    expect(first).toContain('Davis Robert');
    expect(first).toContain('95');
    expect(first).toContain('Critical');
    expect(first).toContain('52 days ago');
    expect(first).toContain('Uncontacted');
  });

  it('searches, filters, and says so when nobody fits', async () => {
    await desk.getByLabel('Search patients by name or number').fill('davis');
    await eventually(() => desk.locator('[data-patient="P009"]').count()).toBe(0);
    expect(await row(desk, 'P004').count()).toBe(1);
    await desk.getByLabel('Search patients by name or number').fill('nobody of this name');
    await desk.getByRole('button', { name: 'Show all patients' }).click();
    await desk.getByLabel('Risk band').selectOption('high-and-critical');
    await says(desk, 'row-count', '8 of 67');
    await desk.getByLabel('Risk band').selectOption('');
  });

  it('has no accessibility problem in light, in dark, and on a phone', async () => {
    expect(await accessibilityProblems(desk)).toEqual([]);
    expect(await accessibilityProblems(phone)).toEqual([]);
    await phone.emulateMedia({ colorScheme: 'dark' });
    expect(await accessibilityProblems(phone)).toEqual([]);
  });

  it('fits a phone without scrolling sideways', async () => {
    const overflow = await phone.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('shows a crisis call that somebody posts from a terminal, without a reload', async () => {
    const medium = desk.locator('[data-patient]', { has: desk.locator('[data-band="medium"]') }).first();
    const number = (await medium.getAttribute('data-patient')) ?? '';
    const due = Number(await text(phone, 'follow-up-count'));
    await api.recordCrisisCalls(await api.patient(number), 7);
    await row(desk, number).locator('[data-band="high"], [data-band="critical"]').waitFor();
    await row(phone, number).locator('[data-band="high"], [data-band="critical"]').waitFor();
    await eventually(() => text(desk, 'announcer')).toContain('moved to');
    await says(desk, 'follow-up-count', String(due + 1));
    await says(phone, 'follow-up-count', String(due + 1));
  });
});

describe('one patient', () => {
  it('opens with the keyboard alone', async () => {
    await desk.goto('/apps/workspace/');
    await row(desk, 'P004').waitFor();
    await desk.keyboard.press('Tab');
    expect(await desk.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
    await desk.keyboard.press('Enter');
    await desk.getByRole('link', { name: 'Davis Robert', exact: true }).focus();
    await desk.keyboard.press('Enter');
    await desk.getByRole('heading', { name: 'Davis Robert' }).waitFor();
  });

  it('shows score, band, last seen, factors with the records behind them, and what would move the band', async () => {
    await desk.locator('[data-factor="crisis-calls"]').waitFor();
    expect(await text(desk, 'patient-band')).toContain('Critical');
    expect(await text(desk, 'last-seen')).toContain('52 days ago');
    const factors = desk.locator('[data-factor]');
    expect(await factors.count()).toBeGreaterThanOrEqual(4);
    expect(await said(desk.locator('[data-factor="crisis-calls"]'))).toContain('6 calls');
    expect(await said(desk.locator('[data-factor="medication-adherence"]'))).toContain('25 %');
    await desk.locator('[data-factor="crisis-calls"] summary').click();
    await desk.locator('[data-factor="crisis-calls"] li strong', { hasText: 'Crisis call' }).first().waitFor();
    await desk.getByText('What would move the band').waitFor();
    await desk.getByText('Immediate psychiatric evaluation required').first().waitFor();
    expect(await text(desk, 'engine')).toContain('embedded engine');
    expect(await accessibilityProblems(desk)).toEqual([]);
  });

  it('asks for the time of an appointment before it saves', async () => {
    await desk.getByLabel('Appointment scheduled').check();
    await desk.getByRole('button', { name: 'Save outreach' }).click();
    await desk.getByText('Choose the date and time of the appointment').waitFor();
  });

  it('says when somebody else changed the outreach meanwhile, and loses nothing', async () => {
    await desk.getByLabel('Case manager notes').fill('Will call back at noon.');
    const task = await api.outreachOf(await api.patient('P004'));
    await api.update({ ...task, description: `${task.description ?? ''} ` });
    await desk.getByText('Changed by someone else meanwhile').waitFor();
    expect(await desk.getByLabel('Case manager notes').inputValue()).toBe('Will call back at noon.');
    await desk.getByRole('button', { name: 'Go on from the newer version' }).click();
  });

  it('saves an outreach: in process here, and one follow-up less on every open screen', async () => {
    const before = Number(await text(phone, 'follow-up-count'));
    await desk.getByLabel('Patient contacted').check();
    await desk.getByLabel('Date and time of the appointment').fill('2030-02-12T14:00');
    await desk.getByRole('button', { name: 'Save outreach' }).click();
    await eventually(() => text(desk, 'work-status')).toContain('High Risk – In Process');
    await says(phone, 'follow-up-count', String(before - 1));
    expect(await said(row(phone, 'P004'))).toContain('In process');
    await desk.getByText('Will call back at noon.').waitFor();
    await desk.goto('/apps/workspace/');
    await says(desk, 'follow-up-count', String(before - 1));
  });
});

describe('the risk app', () => {
  it('opens by EHR launch with the patient in context, without a second sign-in', async () => {
    await row(desk, 'P009').getByRole('link', { name: 'Jackson David', exact: true }).click();
    const opened = desk.context().waitForEvent('page');
    await desk.getByRole('button', { name: /^Open .*Risk.* in a new tab$/ }).click();
    const app = await opened;
    await app.getByRole('heading', { name: 'Jackson David' }).waitFor();
    await app.locator('[data-factor="crisis-calls"]').waitFor();
    expect(new URL(app.url()).pathname).toMatch(/^\/apps\/risk\/patients\//);
    expect(await app.evaluate(() => JSON.stringify(Object.keys(localStorage)))).toContain('mindbridge-risk:');
    await app.close();
  });
});

describe('a supervisor', () => {
  it('sees all 200 patients, filters by case manager, and analyses everyone', async () => {
    const page = await openPage(browser, server.demo.baseUrl, DESK);
    await signIn(page, userOf('supervisor'));
    await says(page, 'assigned-count', '200');
    await page.getByLabel('Case manager', { exact: true }).selectOption({ label: 'Maria Lopez' });
    await says(page, 'row-count', '67 of 200');
    await page.getByLabel('Case manager', { exact: true }).selectOption('');
    await page.getByRole('button', { name: 'Analyze all 200' }).click();
    await eventually(() => text(page, 'analysis-text')).toMatch(/^200 patients scored in /);
    await page.context().close();
  });
});

const clinic = (): Clinic => ({ demo: server.demo, browser, api });
noteFlow(clinic);
placesFlow(clinic);
administrationFlow(clinic);
signInFlow(clinic);
proofFlow(clinic);
approvalsFlow(clinic);
componentsFlow(clinic, () => components);

describe('leaving', () => {
  it('signs out in one tab, and keeps what was typed in another for the same person alone', async () => {
    await desk.goto('/apps/workspace/');
    await row(desk, 'P009').getByRole('link', { name: 'Jackson David', exact: true }).click();
    await desk.getByLabel('Case manager notes').fill('Called her sister.');
    const other = await desk.context().newPage();
    await other.goto('/apps/workspace/');
    await other.getByRole('button', { name: /Account of/ }).click();
    await other.getByRole('menuitem', { name: 'Sign out' }).click();
    await other.getByText('You are signed out.').waitFor();
    await desk.getByRole('heading', { name: 'Locked' }).waitFor();
    expect(await desk.getByText('Jackson').count()).toBe(0);
    expect(await accessibilityProblems(desk)).toEqual([]);
    const [unlocking] = await Promise.all([
      desk.context().waitForEvent('page'),
      desk.getByRole('button', { name: 'Sign in and go on' }).click(),
    ]);
    const closed = unlocking.waitForEvent('close');
    await fillSignIn(unlocking, userOf('case-manager'));
    await closed;
    await eventually(() => desk.getByLabel('Case manager notes').inputValue()).toBe('Called her sister.');
  });
});
