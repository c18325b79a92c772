import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';
import { GIVE_UP_AFTER_MS, stateAfter } from './settle-deliveries.ts';

test('S28: doubles from a quarter of a second to an hour, with jitter of half', () => {
  expect([0, 1, 2, 3].map((attempts) => backoffMs(attempts, () => 1))).toEqual([250, 500, 1000, 2000]);
  expect(backoffMs(3, () => 0)).toBe(1000);
  expect(backoffMs(500, () => 1)).toBe(3_600_000);
});

test('S28: goes on for 72 hours, or as many attempts as the Subscription allows', () => {
  const createdAt = new Date('2026-11-21T12:00:00Z');
  const after = (ms: number): Date => new Date(createdAt.getTime() + ms);
  const retry = { kind: 'retry', error: 'x' } as const;
  expect(stateAfter({ attempts: 90, createdAt }, retry, undefined, after(GIVE_UP_AFTER_MS - 1))).toBe('pending');
  expect(stateAfter({ attempts: 90, createdAt }, retry, undefined, after(GIVE_UP_AFTER_MS))).toBe('dead');
  expect(stateAfter({ attempts: 1, createdAt }, retry, 3, after(1))).toBe('pending');
  expect(stateAfter({ attempts: 2, createdAt }, retry, 3, after(1))).toBe('dead');
  expect(stateAfter({ attempts: 0, createdAt }, { kind: 'delivered' }, 1, after(1))).toBe('delivered');
});
