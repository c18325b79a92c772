import { describe, expect, it } from 'vitest';
import { accessibilityProblems, openPage, PHONE, signIn } from '../support/browser.ts';
import type { Clinic } from './clinic-page.ts';
import { deskOf, userOf } from './clinic-page.ts';

/** What the other roles of a clinic find where they begin. */
export function placesFlow(clinic: () => Clinic): void {
  describe('who bills', () => {
    it('sees the claims of signed notes, and that the notes are not theirs', async () => {
      const page = await deskOf(clinic(), 'billing');
      await page.getByRole('heading', { name: 'Claims', exact: true }).waitFor();
      await page.locator('a[href*="/claims/"]').first().click();
      await page.getByText('The note itself is not open to your role.').waitFor();
      await page
        .getByRole('button', { name: /^[A-Z]\d\d/ })
        .first()
        .click();
      expect(await page.locator('[data-turn]').count()).toBe(0);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.context().close();
    });
  });

  describe('a supervisor', () => {
    it('sets when the clinic is alerted, within what the server takes', async () => {
      const page = await openPage(clinic().browser, clinic().demo.baseUrl, PHONE);
      await signIn(page, userOf(clinic(), 'supervisor'));
      await page.getByRole('link', { name: 'Risk alerts' }).click();
      await page.getByText('The standard counts').waitFor();
      await page.getByLabel('High may wait').fill('9');
      await page.getByText('A whole number of hours from 1 to 8').waitFor();
      expect(await page.getByRole('button', { name: 'Save the thresholds' }).isDisabled()).toBe(true);
      await page.getByLabel('High may wait').fill('2');
      await page.getByRole('button', { name: 'Save the thresholds' }).click();
      await page.getByText(/^Set today at/).waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.reload();
      await page.getByText(/^Set today at/).waitFor();
      expect(await page.getByLabel('High may wait').inputValue()).toBe('2 h');
      await page.getByRole('link', { name: 'AI quality' }).click();
      await page.getByText(/kept$/).first().waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.context().close();
    });
  });

  describe('a patient', () => {
    it('keeps kinds of records from the clinic’s AI, and takes it back', async () => {
      const page = await openPage(clinic().browser, clinic().demo.baseUrl, PHONE);
      await signIn(page, userOf(clinic(), 'patient'));
      const choice = page.getByTestId('choice-ai');
      await choice.getByLabel('The clinic’s artificial intelligence').last().selectOption('some');
      await choice.getByLabel('Diagnoses').check();
      expect(await accessibilityProblems(page)).toEqual([]);
      await choice.getByRole('button', { name: 'Save this choice' }).click();
      await choice.getByText(/^In force since/).waitFor();
      await page.reload();
      expect(await choice.getByLabel('Diagnoses').isChecked()).toBe(true);
      await choice.getByLabel('The clinic’s artificial intelligence').last().selectOption('nothing');
      await choice.getByRole('button', { name: 'Save this choice' }).click();
      await choice.getByText('You have refused nothing').waitFor();
      await page.context().close();
    });
  });

  describe('compliance', () => {
    it('looks into the audit, and asks who may see what', async () => {
      const page = await deskOf(clinic(), 'compliance');
      await page.getByText('Every access, newest first').waitFor();
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.getByRole('link', { name: 'Access', exact: true }).click();
      await page.getByLabel('Why may').waitFor();
      await page.context().close();
    });
  });

  describe('the front desk and a patient', () => {
    it('find their own places, and nobody’s chart', async () => {
      const [desk, patient] = await Promise.all([deskOf(clinic(), 'front-desk'), deskOf(clinic(), 'patient')]);
      await desk.getByRole('heading', { name: 'Appointments today' }).waitFor();
      await desk.getByRole('link', { name: 'Patients' }).click();
      await desk.getByLabel('Search patients by name or number').fill('P004');
      await desk.getByText('Davis Robert').waitFor();
      expect(await accessibilityProblems(desk)).toEqual([]);
      await patient.getByRole('heading', { name: 'Who looked at your record' }).waitFor();
      await patient.getByText('A program of the clinic').waitFor();
      expect(await accessibilityProblems(patient)).toEqual([]);
      await Promise.all([desk.context().close(), patient.context().close()]);
    });
  });
}
