import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems, DESK, fillSignIn, openPage } from '../support/browser.ts';
import type { Clinic } from './clinic-page.ts';
import { deskOf, userOf } from './clinic-page.ts';

const CALLBACK = 'https://app.example/callback';
/** A well-formed challenge: the code is not redeemed here. */
const CHALLENGE = 'A'.repeat(43);

async function authorize(page: Page, clinic: Clinic, client: string): Promise<void> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client,
    redirect_uri: CALLBACK,
    scope: 'launch/patient launch/encounter openid patient/*.rs offline_access',
    state: 'abc',
    aud: clinic.demo.fhirUrl,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  });
  await page.goto(`/oauth2/authorize?${query.toString()}`);
}

/** Letting an app of others in, and one's own account. */
export function signInFlow(clinic: () => Clinic): void {
  describe('an app of another organisation', () => {
    it('gets the patient that was chosen and the kinds of records that were left', async () => {
      const client = await clinic().api.registerApp('Growth charts', CALLBACK);
      const page = await openPage(clinic().browser, clinic().demo.baseUrl, DESK);
      await page.route('https://app.example/**', (route) => route.fulfill({ body: 'back at the app' }));
      await authorize(page, clinic(), client.id ?? '');
      await fillSignIn(page, userOf(clinic(), 'physician'));
      await page.getByRole('heading', { name: 'Choose a patient' }).waitFor();
      await page.getByLabel('Name').fill('wright');
      await page
        .getByRole('button', { name: /Wright/ })
        .first()
        .click();
      await page.getByRole('heading', { name: 'Choose a visit' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('list', { name: 'Visits' }).getByRole('button').first().click();
      await page.getByText('Growth charts').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Choose single kinds of records' }).click();
      await page.getByLabel('See diagnoses of this patient').uncheck();
      await page.getByLabel(/^Keep this access/).uncheck();
      await page.getByRole('button', { name: 'Allow' }).click();
      await page.waitForURL('https://app.example/**');
      const answer = new URL(page.url()).searchParams;
      expect(answer.get('code')).toBeTruthy();
      expect(answer.get('state')).toBe('abc');
    });
  });

  describe('one’s own account', () => {
    it('shows where one is signed in, ends another session, and lists the connected apps', async () => {
      const page = await deskOf(clinic(), 'physician');
      await page.goto('/apps/login/sessions');
      await page.getByText('This one').waitFor();
      const ends = page.getByRole('button', { name: /^End the session/ });
      const before = await ends.count();
      await ends.first().click();
      await expect.poll(() => ends.count(), { timeout: 20_000 }).toBeLessThan(before);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('link', { name: 'Connected apps' }).click();
      await page
        .getByRole('button', { name: /^End access of/ })
        .first()
        .waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.context().close();
    });
  });
}
