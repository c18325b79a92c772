import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DESK, openPage } from '../support/browser.ts';
import type { ComponentPage } from '../support/component-page.ts';
import type { Clinic } from './clinic-page.ts';
import { eventually } from './clinic-page.ts';

/** Unchanged components of @medplum/react in a browser, from another origin, against our server. */
export function componentsFlow(clinic: () => Clinic, components: () => ComponentPage): void {
  let page: Page;
  let patient = '';

  const show = async (component: string): Promise<void> => {
    const { demo, api } = clinic();
    const query = new URLSearchParams({ component, server: demo.baseUrl, token: api.token, patient });
    await page.goto(`${components().url}?${query.toString()}`);
  };
  const written = async (): Promise<string> => (await page.getByTestId('written').textContent()) ?? '';

  describe('a component of @medplum/react', () => {
    beforeAll(async () => {
      patient = (await clinic().api.patient('P004')).id ?? '';
      page = await openPage(clinic().browser, components().url, DESK);
    });
    afterAll(() => page.context().close());

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
      await eventually(written).toMatch(/^Organization\/.+/);
    });

    it('QuestionnaireForm shows a dependent question and writes the answers', async () => {
      await show('questionnaire');
      await page.getByLabel('Did you sleep badly?').check();
      await page.getByLabel('What kept you awake?').fill('Noise');
      await page.getByRole('button', { name: /submit/i }).click();
      await eventually(written).toMatch(/^QuestionnaireResponse\/.+/);
    });

    it('ResourceTimeline shows the history of a patient', async () => {
      await show('timeline');
      await page.getByTestId('timeline-item').first().waitFor();
    });
  });
}
