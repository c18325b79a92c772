/** Purging against a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { purgeSessions } from './purge-sessions.ts';
import { beginSession, findSession } from './session.ts';

const now = new Date('2026-06-01T00:00:00Z');
const days = (count: number): Date => new Date(now.getTime() + count * 24 * 3_600_000);
let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.close());

describe('purgeSessions', () => {
  it('deletes people’s sessions a month after their end, clients’ at once, and keeps the others', async () => {
    const begin = async (userType: 'User' | 'ClientApplication', expiresAt: Date): Promise<string> => {
      const start = { userType, userId: 'x', authMethod: 'password', scope: '', expiresAt };
      return (await beginSession(test.database, start, now)).id;
    };
    const ids = [
      await begin('User', days(-31)),
      await begin('User', days(-29)),
      await begin('User', days(1)),
      await begin('ClientApplication', days(-1)),
      await begin('ClientApplication', days(1)),
    ];
    await purgeSessions(test.database, now);
    const left = await Promise.all(ids.map(async (id) => (await findSession(test.database, id)) !== undefined));
    expect(left).toEqual([false, true, true, false, true]);
  });
});
