import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { codeOf, giveAuthenticator } from '../support/authenticator.ts';
import { accessibilityProblems, fillSignIn, openPage, PHONE, signIn } from '../support/browser.ts';
import type { Clinic } from './clinic-page.ts';
import { userOf } from './clinic-page.ts';

async function signOut(page: Page): Promise<void> {
  await page.goto('/apps/workspace/');
  await page.getByRole('button', { name: /Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
}

/** Proving to be there by a code and by a passkey, and the end of a session that nobody uses. */
export function proofFlow(clinic: () => Clinic): void {
  let page: Page;

  describe('a second proof', () => {
    it('is an authenticator app, whose code then lets a passkey be added', async () => {
      page = await openPage(clinic().browser, clinic().demo.baseUrl, PHONE);
      await giveAuthenticator(page);
      await signIn(page, userOf(clinic(), 'nurse'));
      await page.goto('/apps/login/security');
      await page.getByRole('button', { name: 'Set it up' }).click();
      const secret = (await page.locator('code').textContent()) ?? '';
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByLabel('Code that the app shows').fill(codeOf(secret));
      await page.getByRole('button', { name: 'Turn it on' }).click();
      await page.getByText('It is on.').waitFor();
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByLabel('Code from your authenticator app').fill(codeOf(secret, 1));
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Confirm' }).click();
      await page.getByRole('button', { name: /^Remove the passkey/ }).waitFor();
    });

    it('is asked for after the password, and the passkey gives it', async () => {
      await signOut(page);
      await fillSignIn(page, userOf(clinic(), 'nurse'));
      await page.getByLabel('Code from your authenticator app').fill('000000');
      await page.getByRole('button', { name: 'Verify' }).click();
      await page.getByText('You could not be signed in.').or(page.locator('[data-error]')).first().waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Use your passkey' }).click();
      await page.waitForURL('**/apps/workspace/**');
    });

    it('is all that a passkey needs to sign in', async () => {
      await signOut(page);
      await page.getByRole('button', { name: 'Use a passkey' }).click();
      await page.waitForURL('**/apps/workspace/**');
    });
  });

  describe('a session that nobody uses', () => {
    it('warns after 13 minutes, stays when somebody is there, and ends after 15 with a clear screen', async () => {
      await page.clock.install();
      await page.goto('/apps/workspace/patients');
      const patients = page.locator('[data-patient]');
      await patients.first().waitFor();
      await page.clock.fastForward('13:10');
      await page.getByRole('dialog', { name: 'Are you still there?' }).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('button', { name: 'Stay signed in' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.clock.fastForward('15:10');
      await page.getByText('You were signed out because nothing was done for 15 minutes').waitFor();
      expect(await patients.count()).toBe(0);
      await page.evaluate(() => history.back());
      await page.getByLabel('E-mail').waitFor();
      expect(await patients.count()).toBe(0);
      await page.context().close();
    });
  });
}
