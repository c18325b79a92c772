import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/browser.ts';
import type { Clinic } from './clinic-page.ts';
import { deskOf, userOf } from './clinic-page.ts';

/** What the clinic's administrator sees: runs of bots, and who saw a chart. */
export function administrationFlow(clinic: () => Clinic): void {
  let admin: Page;

  describe('the administrator', () => {
    it('sees the runs of the bots, and one that comes out the same again', async () => {
      admin = await deskOf(clinic(), 'admin');
      await admin.locator('[data-run] > button').first().click();
      await admin.getByRole('button', { name: 'Replay' }).click();
      await admin.getByText('The same again.').waitFor();
      expect(await accessibilityProblems(admin)).toEqual([]);
    });

    it('finds nothing that waits for a second administrator', async () => {
      await admin.getByRole('link', { name: 'Approvals' }).click();
      await admin.getByText('Nothing waits').waitFor();
      expect(await accessibilityProblems(admin)).toEqual([]);
    });

    it('sees who saw a chart', async () => {
      const patient = await clinic().api.patient('P016');
      await admin.getByRole('link', { name: 'Audit' }).click();
      await admin.getByLabel('Who saw this chart?').fill(patient.id ?? '');
      const viewers = admin.getByRole('region', { name: 'Who saw this chart' });
      await viewers.getByText(userOf(clinic(), 'physician').name).first().waitFor();
      expect(await accessibilityProblems(admin)).toEqual([]);
    });
  });
}
