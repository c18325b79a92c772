import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/browser.ts';
import { startReceiver } from '../support/receiver.ts';
import type { Clinic } from './clinic-page.ts';
import { deskOf, eventually, userOf } from './clinic-page.ts';

const TEXT = 'Hand over what is open, and nothing else.';

function evalReport(key: string, a1: number): string {
  return JSON.stringify({
    version: 1,
    prompt: key,
    promptSha256: createHash('sha256').update(TEXT).digest('hex'),
    data: { name: 'invented handovers', sha256: 'b'.repeat(64) },
    date: '2026-11-20',
    approver: 'Dr. Amara Okafor',
    figures: { A1: a1 },
  });
}

async function addVersion(page: Page, key: string, a1: number): Promise<void> {
  await page.getByRole('button', { name: 'Add a version' }).click();
  await page.getByLabel('Prompt and version').fill(key);
  await page.getByLabel('Text', { exact: true }).fill(TEXT);
  await page.getByLabel('Eval report').fill(evalReport(key, a1));
  await page.getByRole('button', { name: 'Keep this version' }).click();
  await page.getByRole('button', { name: `Put into use ${key}` }).waitFor();
}

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

    it('sends again what a receiver had refused', async () => {
      const receiver = await startReceiver();
      const subscription = await clinic().api.sendPatientsTo(receiver.url);
      const patient = await clinic().api.patient('P016');
      await clinic().api.update({ ...patient, maritalStatus: { text: `Not asked at ${Date.now()}` } });
      const undelivered = admin.getByRole('region', { name: 'Not delivered' });
      await eventually(() => clinic().api.deadLettersOf(subscription)).toBe(1);
      await admin.reload();
      const letter = undelivered.getByRole('listitem').filter({ hasText: subscription.reason }).first();
      await letter.waitFor();
      expect(await accessibilityProblems(admin)).toEqual([]);
      receiver.repair();
      await letter.getByRole('button', { name: 'Send again' }).click();
      await eventually(async () => receiver.taken()).toBe(1);
      await letter.waitFor({ state: 'detached' });
      await clinic().api.update({ ...subscription, status: 'off' });
      await receiver.stop();
    });

    it('puts a version of a prompt into use for a share of visits, and no version below the floors', async () => {
      await admin.getByRole('link', { name: 'Prompts' }).click();
      await addVersion(admin, 'handoff/1.0.0', 0.99);
      await admin.getByRole('button', { name: 'Put into use handoff/1.0.0' }).click();
      await admin.getByText('In use: 100\u00a0% of visits').waitFor();
      await addVersion(admin, 'handoff/1.1.0', 0.98);
      await admin.getByLabel('Share of visits for handoff/1.1.0').fill('10');
      await admin.getByRole('button', { name: 'Put into use handoff/1.1.0' }).click();
      await admin.getByText('Canary: 10\u00a0% of visits').waitFor();
      await admin.getByText('In use: 90\u00a0% of visits').waitFor();
      await admin.getByRole('button', { name: 'Change the share handoff/1.0.0' }).click();
      await admin.getByText('In use: 100\u00a0% of visits').waitFor();
      await addVersion(admin, 'handoff/1.2.0', 0.5);
      await admin.getByRole('button', { name: 'Put into use handoff/1.2.0' }).click();
      await admin.getByText(/A1 is 0.5/).waitFor();
      expect(await accessibilityProblems(admin)).toEqual([]);
    });

    it('asks why somebody may see a record, or not', async () => {
      const { id } = await clinic().api.patient('P016');
      await admin.getByRole('link', { name: 'Access', exact: true }).click();
      await admin.getByLabel('to this record').fill(`Patient/${id}`);
      for (const [role, answer] of [
        ['nurse', 'May do it'],
        ['admin', 'May not do it'],
      ] as const) {
        await admin.getByLabel('Why may').selectOption({ label: userOf(clinic(), role).name });
        await admin.getByRole('button', { name: 'Explain' }).click();
        await eventually(() => admin.getByTestId('verdict').textContent()).toBe(answer);
      }
      await admin.getByText('Access policy “admin”').first().waitFor();
      expect(await accessibilityProblems(admin)).toEqual([]);
    });

    it('gives the clinic a look of its own, which its sign-in page has', async () => {
      await admin.getByRole('link', { name: 'Look' }).click();
      await admin.getByLabel('Name that people see').fill('Oakwood Care');
      await admin.getByLabel('Main colour').fill('#ffff00');
      await admin.getByText(/White words would be hard to read/).waitFor();
      await admin.getByLabel('Main colour').fill('#4b3f8f');
      expect(await accessibilityProblems(admin)).toEqual([]);
      await admin.getByRole('button', { name: 'Save the look' }).click();
      await admin.getByText('Saved', { exact: true }).waitFor();
      const address = (await admin.getByRole('link', { name: /\?project=/ }).getAttribute('href')) ?? '';
      const visitor = await clinic().browser.newPage();
      await visitor.goto(address);
      await visitor.getByText('Oakwood Care').first().waitFor();
      await visitor.close();
      await admin.getByLabel('Name that people see').fill('');
      await admin.getByRole('button', { name: 'Save the look' }).click();
      await admin.getByText('Saved', { exact: true }).waitFor();
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
