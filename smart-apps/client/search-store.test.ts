import { OperationOutcomeError } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import type { SearchAnswer } from './search-store.ts';
import { createSearchStore, replaceChanged } from './search-store.ts';

const flag = (id: string, lastUpdated: string): Resource => ({
  resourceType: 'Flag',
  id,
  meta: { lastUpdated },
  status: 'active',
  code: {},
  subject: {},
});
const answer = (...matches: Resource[]): SearchAnswer => ({ matches, included: [] });
const now = (run: () => void): void => run();

it('replaces a known resource by a newer version, never by an older one', () => {
  const list = [flag('1', '2026-01-02')];
  expect(replaceChanged(list, [flag('1', '2026-01-03')])?.[0]?.meta?.lastUpdated).toBe('2026-01-03');
  expect(replaceChanged(list, [flag('1', '2026-01-01')])?.[0]?.meta?.lastUpdated).toBe('2026-01-02');
  expect(replaceChanged(list, [flag('2', '2026-01-03')])).toBeUndefined();
});

it('draws a change of a known resource without asking the server again', async () => {
  let asked = 0;
  const store = createSearchStore(async () => {
    asked += 1;
    return answer(flag('1', '2026-01-01'));
  }, now);
  await store.reload();
  store.apply({ type: 'changed', resource: flag('1', '2026-01-05') });
  expect(store.snapshot().matches[0]?.meta?.lastUpdated).toBe('2026-01-05');
  expect(store.snapshot().touched).toEqual(['Flag/1']);
  expect(asked).toBe(1);
});

it('asks again for a resource that is new to the list', async () => {
  const answers = [answer(), answer(flag('9', '2026-01-01'))];
  const store = createSearchStore(async () => answers.shift() ?? answer(), now);
  await store.reload();
  store.apply({ type: 'changed', resource: flag('9', '2026-01-01') });
  await Promise.resolve();
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(store.snapshot().matches.map((one) => one.id)).toEqual(['9']);
});

it('keeps what is on the screen when a later search fails, and says so', async () => {
  let fail = false;
  const store = createSearchStore(async () => {
    if (fail) {
      throw new TypeError('Failed to fetch');
    }
    return answer(flag('1', '2026-01-01'));
  }, now);
  await store.reload();
  fail = true;
  await store.reload();
  expect(store.snapshot()).toMatchObject({ state: 'ready', problem: { kind: 'offline' } });
  expect(store.snapshot().matches).toHaveLength(1);
});

it('fails in words when the first search is forbidden', async () => {
  const store = createSearchStore(async () => {
    throw new OperationOutcomeError({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code: 'forbidden' }],
    });
  }, now);
  await store.reload();
  expect(store.snapshot()).toMatchObject({ state: 'failed', problem: { kind: 'forbidden' } });
});

it('lets the latest search win when answers come out of order', async () => {
  const waiting: ((value: SearchAnswer) => void)[] = [];
  const store = createSearchStore(() => new Promise((resolve) => waiting.push(resolve)), now);
  const [first, second] = [store.reload(), store.reload()];
  waiting[1]?.(answer(flag('new', '2026-01-02')));
  waiting[0]?.(answer(flag('old', '2026-01-01')));
  await Promise.all([first, second]);
  expect(store.snapshot().matches[0]?.id).toBe('new');
});
