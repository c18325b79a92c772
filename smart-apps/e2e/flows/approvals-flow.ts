import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { accessibilityProblems, DESK, openPage, signIn } from '../support/browser.ts';
import type { Clinic } from './clinic-page.ts';
import { eventually } from './clinic-page.ts';

/** Calls the server from the page, as the person who signed in there. */
function asPerson(page: Page, method: string, path: string, body?: object): Promise<number> {
  return page.evaluate(
    async ([verb, url, text]) => {
      const login = JSON.parse(localStorage.getItem('mindbridge:activeLogin') ?? '{}') as { accessToken?: string };
      const headers = { authorization: `Bearer ${login.accessToken}`, 'content-type': 'application/json' };
      return (await fetch(url, { method: verb, headers, ...(text && { body: text }) })).status;
    },
    [method, path, body ? JSON.stringify(body) : ''] as const,
  );
}

/** What one administrator changes of who may do what, another one agrees to; the last flow, for the clinic keeps asking. */
export function approvalsFlow(clinic: () => Clinic): void {
  let samuel: Page;
  let nadia: Page;

  const deskOfAdmin = async (index: number): Promise<Page> => {
    const { demo, browser } = clinic();
    const user = demo.tenants[0]?.users.filter(({ role }) => role === 'admin')[index];
    const page = await openPage(browser, demo.baseUrl, DESK);
    if (user) {
      await signIn(page, user);
      await asPerson(page, 'POST', '/auth/step-up', { password: user.password });
      await page.goto('/apps/workspace/approvals');
    }
    return page;
  };
  const propose = (name: string): Promise<number> =>
    asPerson(samuel, 'POST', '/fhir/R4/AccessPolicy', {
      resourceType: 'AccessPolicy',
      name,
      resource: [{ resourceType: 'Slot', interaction: ['read', 'search'] }],
    });

  describe('two administrators', () => {
    it('find nothing that waits, as long as the clinic asks for no second one', async () => {
      [samuel, nadia] = [await deskOfAdmin(0), await deskOfAdmin(1)];
      await nadia.getByText('Nothing waits').waitFor();
      expect(await accessibilityProblems(nadia)).toEqual([]);
    });

    it('make a change together: one proposes it, and sees that it is not hers to agree to', async () => {
      const setting = [{ name: 'secondApprover', valueBoolean: true }];
      const project = clinic().demo.tenants[0]?.projectId ?? '';
      expect(await asPerson(samuel, 'POST', `/admin/projects/${project}/settings`, { setting })).toBe(200);
      await eventually(() => propose('night shift')).toBe(202);
      await samuel.reload();
      await samuel.getByText('Make a new access policy night shift').first().waitFor();
      expect(await samuel.getByRole('button', { name: /^Agree/ }).count()).toBe(0);
      await samuel
        .getByRole('button', { name: /^Withdraw/ })
        .first()
        .waitFor();
      expect(await accessibilityProblems(samuel)).toEqual([]);
    });

    it('and the other one agrees, or turns it down', async () => {
      expect(await propose('weekend')).toBe(202);
      await nadia.reload();
      await nadia
        .getByText(/^Proposed by Samuel Ortiz/)
        .first()
        .waitFor();
      expect(await accessibilityProblems(nadia)).toEqual([]);
      await nadia.getByRole('button', { name: 'Turn down: Make a new access policy weekend' }).click();
      await nadia.getByText('Make a new access policy weekend').waitFor({ state: 'detached' });
      const agree = nadia.getByRole('button', { name: 'Agree: Make a new access policy night shift' });
      await agree.first().click();
      await agree.first().waitFor({ state: 'detached' });
      await nadia.getByText('Nothing waits').waitFor();
      const count = nadia.evaluate(async () => {
        const login = JSON.parse(localStorage.getItem('mindbridge:activeLogin') ?? '{}') as { accessToken?: string };
        const answer = await fetch('/fhir/R4/AccessPolicy?_count=100', {
          headers: { authorization: `Bearer ${login.accessToken}` },
        });
        return (await answer.text()).match(/"name":"(?:night shift|weekend)"/g);
      });
      expect(await count).toEqual(['"name":"night shift"']);
      await Promise.all([samuel.context().close(), nadia.context().close()]);
    });
  });
}
