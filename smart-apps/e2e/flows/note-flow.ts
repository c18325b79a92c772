import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems } from '../support/browser.ts';
import { testAudio } from '../support/test-audio.ts';
import type { Clinic } from './clinic-page.ts';
import { deskOf, eventually, launchFrom, userOf } from './clinic-page.ts';

/** Answers every finding that a person must or may answer. */
async function answerFindings(page: Page): Promise<void> {
  const open = page.getByRole('button', { name: 'It may stand, because …' });
  for (let left = await open.count(); left > 0; left -= 1) {
    await open.first().click();
    await page.getByLabel('Why it may stand').fill('Talked through with the patient.');
    await page.getByRole('button', { name: 'Record the reason' }).click();
    await eventually(() => page.getByLabel('Why it may stand').count()).toBe(0);
  }
}

/** A recorded visit becomes a draft, a signed note, and codes that lead back to what was said. */
export function noteFlow(clinic: () => Clinic): void {
  let physician: Page;
  let scribe: Page;
  let patient: string;

  describe('the sound of a visit', () => {
    it('is taken in under a consent, written down by the simulator that says so, and played at its words', async () => {
      physician = await deskOf(clinic(), 'physician');
      const other = (await clinic().api.patient('P004')).id ?? '';
      const visit = await launchFrom(physician, other, 'Scribe');
      await visit.locator('a[href*="/visits/"]').first().click();
      await visit.getByLabel('Transcript').fill('[doctor] How did you sleep?');
      await visit.getByRole('button', { name: 'Use this transcript' }).waitFor();
      await visit.locator('input[type=file]').setInputFiles({
        name: 'visit.wav',
        mimeType: 'audio/wav',
        buffer: testAudio([
          { speaker: 'doctor', text: 'How did you sleep?', audioStart: 0, audioEnd: 2 },
          { speaker: 'patient', text: 'Badly, I wake at four every night.', audioStart: 3, audioEnd: 6 },
        ]),
      });
      await visit.getByRole('button', { name: /^The patient has consented/ }).click();
      await visit.getByText('Made by the simulator of speech-to-text').waitFor();
      const player = visit.getByLabel('Recording of the visit');
      await visit.getByRole('button', { name: 'Play from 0:03' }).click();
      await eventually(() => player.evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeGreaterThan(3);
      expect(await accessibilityProblems(visit)).toEqual([]);
      await visit.close();
    });
  });

  describe('a visit becomes a signed note', () => {
    it('drafts the note of a recorded visit, beside what was said', async () => {
      patient = (await clinic().api.patient('P016')).id ?? '';
      scribe = await launchFrom(physician, patient, 'Scribe');
      await scribe.locator('a[href*="/visits/"]').first().click();
      await scribe.getByRole('button', { name: 'Start the draft' }).click();
      await scribe.locator('[data-sentence]').first().waitFor();
      expect(await scribe.getByTestId('note-state').textContent()).toBe('Draft');
    });

    it('shows the words behind a sentence, and refuses words that nobody said', async () => {
      await scribe.locator('[data-sentence]').nth(2).click();
      await scribe.locator('[data-turn] mark').first().waitFor();
      expect(await accessibilityProblems(scribe)).toEqual([]);
      await scribe.getByRole('button', { name: 'Edit' }).click();
      await scribe.getByLabel('New words').fill('The patient takes lithium 900 mg daily.');
      await scribe.getByRole('button', { name: 'Save', exact: true }).click();
      await scribe.getByText('Your words go beyond what was said.').waitFor();
      await scribe.getByRole('button', { name: 'Cancel' }).click();
    });

    it('is signed after its findings are answered and the physician has proven to be there', async () => {
      await answerFindings(scribe);
      await scribe.getByRole('button', { name: 'I have reviewed it' }).click();
      await scribe.getByRole('button', { name: 'Sign the note' }).click();
      await scribe.getByLabel('Your password').fill(userOf(clinic(), 'physician').password);
      await scribe.getByRole('button', { name: 'Confirm' }).click();
      await eventually(() => scribe.getByTestId('note-state').textContent()).toBe('Signed');
    });

    it('is coded, each code with its words in the note and in the visit', async () => {
      const coding = await launchFrom(physician, patient, 'Coding');
      const claims = coding.locator('a[href*="/claims/"]');
      await claims.first().waitFor({ timeout: 60_000 });
      await claims.first().click();
      await coding
        .getByRole('button', { name: /^[A-Z]\d\d/ })
        .first()
        .click();
      await coding.getByText('The server found every quote where it is said to stand.').waitFor();
      await coding.locator('[data-turn] mark').first().waitFor();
      expect(await accessibilityProblems(coding)).toEqual([]);
      for (const accept of await coding.getByRole('button', { name: /^Accept / }).all()) {
        await accept.click();
      }
      await coding.getByRole('button', { name: 'Record the decisions' }).click();
      await eventually(() => coding.getByTestId('coding-state').textContent()).toContain('Decided');
    });
  });
}
