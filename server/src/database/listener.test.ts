import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from './sql.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test?.close();
});

describe('listen', () => {
  it('hears notifications, also after its connection was lost', async () => {
    const heard: string[] = [];
    await test.database.listen('things', (payload) => heard.push(payload));
    await test.database.query(sql`SELECT pg_notify('things', 'one')`);
    await expect.poll(() => heard).toEqual(['one']);
    await test.database.query(sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'LISTEN%'`);
    await expect
      .poll(async () => {
        await test.database.query(sql`SELECT pg_notify('things', 'two')`);
        return heard.includes('two');
      })
      .toBe(true);
  });
});
