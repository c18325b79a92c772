import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pool } from './pool.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test?.close();
});

function poolOf(size: number, database = test.config.database): Pool {
  const session = { statementTimeoutMs: 5_000, applicationName: 'pool-test' };
  return new Pool({ target: { config: { ...test.config, database } }, session, size });
}

const backend = { name: 'backend', text: 'SELECT pg_backend_pid() AS pid', values: [] };
const settings = { name: 'settings', text: `SELECT current_setting('mindbridge.tenant') AS tenant`, values: [] };

describe('Pool', () => {
  it('never opens more connections than its size, and serves all who wait', async () => {
    const pool = poolOf(3);
    const pids = await Promise.all(Array.from({ length: 60 }, () => pool.query('2', backend)));
    expect(new Set(pids.map(([row]) => row?.pid)).size).toBeLessThanOrEqual(3);
    expect(pool.state()).toMatchObject({ waiting: 0 });
    await pool.close();
  });

  it('gives a tenant the connection that is already pinned to it', async () => {
    const pool = poolOf(4);
    const [two] = await pool.query('2', backend);
    const [three] = await pool.query('3', backend);
    expect(three?.pid).not.toBe(two?.pid);
    expect(await pool.query('2', backend)).toEqual([two]);
    expect(await pool.query('3', backend)).toEqual([three]);
    await pool.close();
  });

  it('pins a connection anew when it is full of other tenants', async () => {
    const pool = poolOf(2);
    for (const tenant of ['2', '3', '4', '5', '2']) {
      expect(await pool.query(tenant, settings)).toEqual([{ tenant }]);
    }
    expect(pool.state().open).toBe(2);
    await pool.close();
  });

  it('refuses everybody when no connection can be made, and does not leave them waiting', async () => {
    const pool = poolOf(2, 'no_such_database');
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => pool.query('2', backend)));
    expect(results.every((result) => result.status === 'rejected')).toBe(true);
    await pool.close();
  });

  it('lets whoever asks for much wait for himself: another tenant’s turn comes next', async () => {
    const pool = poolOf(2);
    const ended: string[] = [];
    const ask = (tenant: string) => pool.query(tenant, backend).then(() => ended.push(tenant));
    await Promise.all([...Array.from({ length: 40 }, () => ask('2')), ask('3')]);
    expect(ended.indexOf('3')).toBeLessThan(6);
    expect(ended).toHaveLength(41);
    await pool.close();
  });

  it('keeps a connection from a tenant that has all the others', async () => {
    const pool = poolOf(6);
    const slow = { name: 'slow', text: 'SELECT pg_sleep(0.3)', values: [] };
    for (let n = 0; n < 6; n++) {
      await pool.query(String(10 + n), backend);
    }
    const many = Array.from({ length: 12 }, () => pool.query('2', slow));
    expect(pool.state()).toMatchObject({ idle: 1, waiting: 7 });
    await pool.query('3', backend);
    expect(pool.state()).toMatchObject({ idle: 1, waiting: 7 });
    await Promise.all(many);
    expect(pool.state()).toMatchObject({ idle: 6, waiting: 0 });
    await pool.close();
  });

  it('refuses statements once it is closed', async () => {
    const pool = poolOf(1);
    await pool.close();
    await expect(pool.query('2', backend)).rejects.toThrow('The database is closed.');
  });
});
