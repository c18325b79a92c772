import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raw, sql } from './sql.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});

afterAll(async () => {
  await test?.close();
});

/** A tenant row of number n, written by the system. */
async function addTenant(tenant: number): Promise<void> {
  await test.database.query(
    sql`INSERT INTO tenant (tenant, project_id, name) VALUES (${tenant}, ${`project-${tenant}`}, ${`Clinic ${tenant}`})`,
  );
}

describe('values', () => {
  it('gives int8 as number, timestamptz as Date, json parsed and arrays as arrays', async () => {
    const [row] = await test.database.query({
      name: 'values',
      text: 'SELECT $1::int8 AS n, $2::timestamptz AS t, $3::jsonb AS j, $4::text[] AS a, $5::bool AS b, $6::text AS e, $7::bytea AS y',
      values: [
        2 ** 53 - 1,
        new Date('2026-11-24T07:30:00.123Z'),
        { a: [1] },
        ['a"b', 'c\\d', null, '{,}'],
        true,
        null,
        Buffer.from([0, 255]),
      ],
    });
    expect(row).toEqual({
      n: 2 ** 53 - 1,
      t: new Date('2026-11-24T07:30:00.123Z'),
      j: { a: [1] },
      a: ['a"b', 'c\\d', null, '{,}'],
      b: true,
      e: null,
      y: Buffer.from([0, 255]),
    });
  });

  it('reads a prepared statement the same on every run', async () => {
    const statement = { name: 'again', text: 'SELECT $1::int4 AS n', values: [7] };
    const tenant = test.database.forTenant(2);
    expect([await tenant.query(statement), await tenant.query(statement), await tenant.query(statement)]).toEqual([
      [{ n: 7 }],
      [{ n: 7 }],
      [{ n: 7 }],
    ]);
  });
});

describe('errors', () => {
  it('comes through with its SQLSTATE and without the row it quotes', async () => {
    await addTenant(40);
    const failure = await addTenant(40).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: '23505', constraint: expect.any(String) });
    expect(failure).not.toHaveProperty('detail');
  });

  it('leaves the pool usable after a failed prepared statement', async () => {
    const statement = { name: 'division', text: 'SELECT 1 / $1::int4 AS n', values: [0] };
    await expect(test.database.query(statement)).rejects.toMatchObject({ code: '22012' });
    expect(await test.database.query({ ...statement, values: [1] })).toEqual([{ n: 1 }]);
  });

  it('replaces a connection that the server has ended', async () => {
    const tenant = test.database.forTenant(3);
    await expect(tenant.query(sql`SELECT pg_terminate_backend(pg_backend_pid())`)).rejects.toThrow();
    expect(await tenant.query(sql`SELECT 1 AS n`)).toEqual([{ n: 1 }]);
  });
});

describe('transaction', () => {
  it('keeps nothing when the work throws', async () => {
    const tenant = test.database.forTenant(50);
    const work = tenant.transaction(async (tx) => {
      await tx.query(sql`INSERT INTO tenant (tenant, project_id, name) VALUES (50, 'p50', 'Fifty')`);
      throw new Error('stop');
    });
    await expect(work).rejects.toThrow('stop');
    expect(await tenant.query(sql`SELECT 1 FROM tenant WHERE tenant = 50`)).toEqual([]);
  });

  it('runs the work again after a serialization failure, and gives up after the fourth', async () => {
    let runs = 0;
    const fail = raw(`DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$`);
    const work = test.database.transaction(async (tx) => {
      runs++;
      await tx.query(fail);
    });
    await expect(work).rejects.toMatchObject({ code: '40001' });
    expect(runs).toBe(4);
  });
});

describe('tenants', () => {
  it('S52: never carries a tenant over to the next user of a connection, in 10,000 requests of 23 tenants by turns', async () => {
    const tenants = Array.from({ length: 10_000 }, (_, i) => (i % 23) + 2);
    const seen = await Promise.all(
      tenants.map((tenant) =>
        test.database.forTenant(tenant).query<{ t: string }>(sql`SELECT current_setting('mindbridge.tenant') AS t`),
      ),
    );
    expect(seen.map(([row]) => Number(row?.t))).toEqual(tenants);
  });
});

describe('within a time', () => {
  const slow = sql`SELECT pg_sleep(20)::text AS slept`;

  it('ends a statement that takes longer, and leaves the others alone', async () => {
    const tenant = test.database.forTenant(2);
    const other = tenant.query<{ n: number }>(sql`SELECT 1 AS n, pg_sleep(0.5)`);
    await expect(tenant.within(100).query(slow)).rejects.toMatchObject({ code: '57014' });
    expect((await other)[0]?.n).toBe(1);
    const after = await Promise.all(Array.from({ length: 20 }, () => tenant.query<{ n: number }>(sql`SELECT 2 AS n`)));
    expect(after.flat().map(({ n }) => n)).toEqual(Array.from({ length: 20 }, () => 2));
  });

  it('gives what is there in time', async () => {
    expect(await test.database.forTenant(2).within(5000).query(sql`SELECT 3 AS n`)).toEqual([{ n: 3 }]);
  });
});
