/** Limits by the minute, in one process and across several. @see security.md S54 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { rateLimitsOf } from './rate-limits.ts';

let test: TestDatabase;
let now = Date.parse('2026-11-24T12:00:10Z');
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

const LIMITS = { tenant: 100, user: 10, client: 0 };
const limiter = () => createRateLimiter({ database: test.database, clock: () => new Date(now), log: () => undefined });
const ask = (one: ReturnType<typeof limiter>, times: number, subject: { tenant: number; user?: string }) =>
  Array.from({ length: times }, () => one.take({ ...subject, limits: LIMITS })).filter(
    (verdict) => verdict && !verdict.isOver,
  ).length;

it('S54: counts a clinic and a person apart, says what is left, and begins anew with the minute', () => {
  const one = limiter();
  expect(one.take({ tenant: 2, user: 'User/a', limits: LIMITS })?.headers).toEqual({
    'RateLimit-Policy': '"tenant";q=100;w=60, "user";q=10;w=60',
    RateLimit: '"user";r=9;t=50',
  });
  expect(ask(one, 30, { tenant: 2, user: 'User/a' })).toBe(9);
  expect(one.take({ tenant: 2, user: 'User/a', limits: LIMITS })).toMatchObject({
    isOver: true,
    headers: { 'Retry-After': '50' },
  });
  expect(ask(one, 5, { tenant: 2, user: 'User/b' })).toBe(5);
  expect(ask(one, 1000, { tenant: 2 })).toBe(85);
  expect(ask(one, 1000, { tenant: 3 })).toBe(100);
  now += 60_000;
  expect(ask(one, 1000, { tenant: 2 })).toBe(100);
});

it('S54: several processes learn of one another, and quiet use writes nothing', async () => {
  const [one, two] = [limiter(), limiter()];
  expect(ask(one, 60, { tenant: 4 })).toBe(60);
  await one.share();
  expect(ask(two, 1, { tenant: 5 })).toBe(1);
  await two.share();
  expect(ask(two, 10, { tenant: 4 })).toBe(10);
  await two.share();
  expect(ask(two, 1000, { tenant: 4 })).toBe(30);
  const rows = await test.database.query<{ tenant: number }>({ text: 'SELECT tenant FROM rate_use', values: [] });
  expect(rows).toEqual([{ tenant: 4 }]);
  now += 60_000;
  ask(one, 60, { tenant: 4 });
  await one.share();
  expect(await test.database.query({ text: 'SELECT used::int4 FROM rate_use', values: [] })).toEqual([{ used: 60 }]);
});

it('S54: a Project has its own limits where the platform gave it some', () => {
  const project = { resourceType: 'Project', systemSetting: [{ name: 'rateLimitTenant', valueInteger: 7 }] } as const;
  expect(rateLimitsOf({ ...project, systemSetting: [...project.systemSetting] }, LIMITS)).toEqual({
    ...LIMITS,
    tenant: 7,
  });
});
