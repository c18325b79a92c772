import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { DESK, openPage, signIn } from '../support/browser.ts';
import type { Demo, DemoUser } from '../support/demo-server.ts';
import type { FhirApi } from '../support/fhir-api.ts';

/** What a flow needs of the running demo. */
export interface Clinic {
  readonly demo: Demo;
  readonly browser: Browser;
  readonly api: FhirApi;
}

/** The first person of a role. */
export function userOf({ demo }: Pick<Clinic, 'demo'>, role: string): DemoUser {
  const user = demo.tenants[0]?.users.find((candidate) => candidate.role === role);
  if (!user) {
    throw new Error(`The demo has no ${role}`);
  }
  return user;
}

/** A desk at which somebody of a role has signed in. */
export async function deskOf(clinic: Clinic, role: string): Promise<Page> {
  const page = await openPage(clinic.browser, clinic.demo.baseUrl, DESK);
  await signIn(page, userOf(clinic, role));
  return page;
}

/** Launches an app from a patient's page, as an EHR does: in a new tab with the patient in context. */
export async function launchFrom(page: Page, patientId: string, app: string): Promise<Page> {
  await page.goto(`/apps/workspace/patients/${patientId}`);
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('button', { name: `Open ${app} for this patient in a new tab` }).click(),
  ]);
  tab.setDefaultTimeout(20_000);
  return tab;
}

/** Waits for something to become true, as long as a busy machine may need. */
export function eventually<T>(read: () => Promise<T>): ReturnType<typeof expect.poll<T>> {
  return expect.poll(read, { timeout: 60_000, interval: 150 });
}
