/**
 * Who has to wait after failures, and for how long.
 * @see security.md S63
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { clearFailures, countFailure, MAX_DELAY_MS, throttledFor } from './login-throttle.ts';
import { type AuthFixture, authFixture } from './testing.ts';

const now = new Date('2026-11-25T08:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);
let test: TestDatabase;
let fixture: AuthFixture;

beforeAll(async () => {
  test = await createTestDatabase();
  fixture = await authFixture(test.database);
});
afterAll(() => test.close());

const wait = (account: string, address: string, at = now) => throttledFor(fixture.deps, account, address, at);
async function fail(times: number, subject: (index: number) => readonly [account: string, address: string]) {
  for (let index = 0; index < times; index++) {
    await countFailure(fixture.deps, ...subject(index), now);
  }
}

describe('S63: failures', () => {
  it('from many places delay an account everywhere, and however many they are, for 15 minutes at most', async () => {
    const account = 'known@many.example';
    await fail(19, (index) => [account, `198.51.100.${index}`]);
    expect(await wait(account, '203.0.113.1')).toBe(0);
    await fail(2, (index) => [account, `192.0.2.${index}`]);
    expect(await wait(account, '203.0.113.1')).toBeGreaterThan(0);
    await fail(100, (index) => [account, `192.0.2.${index}`]);
    expect(await wait(account, '203.0.113.1')).toBe(MAX_DELAY_MS);
    expect(await wait(account, '203.0.113.1', later(MAX_DELAY_MS))).toBe(0);
    expect(MAX_DELAY_MS).toBe(15 * 60_000);
  });

  it('with many accounts delay the place they come from, also after a success with one of them', async () => {
    const address = '198.51.100.200';
    await fail(101, (index) => [`${index}@spray.example`, address]);
    expect(await wait('new@spray.example', address)).toBeGreaterThan(0);
    await clearFailures(fixture.deps, '1@spray.example', address);
    expect(await wait('1@spray.example', address)).toBeGreaterThan(0);
    expect(await wait('1@spray.example', '203.0.113.2')).toBe(0);
  });

  it('in a row end with a success, and with a hundred of them from one place', async () => {
    const subject = ['row@one.example', '198.51.100.201'] as const;
    await fail(99, () => subject);
    expect(await wait(...subject, later(MAX_DELAY_MS))).toBe(0);
    await fail(1, () => subject);
    expect(await wait(...subject, later(23 * 3_600_000))).toBeGreaterThan(0);
    expect(await wait(...subject, later(24 * 3_600_000))).toBe(0);
    await clearFailures(fixture.deps, ...subject);
    expect(await wait(...subject, later(1000))).toBe(0);
  });

  it('of an address in capitals are those of the same in small letters', async () => {
    await fail(6, () => ['Case@Letters.example', '198.51.100.202']);
    expect(await wait(' case@letters.example ', '198.51.100.202')).toBeGreaterThan(0);
  });
});
