import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Queryable, sql, type TenantDatabase } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import type { FoundRow, HeadRow } from './stored-row.ts';
import { type VersionTexts, versionTexts } from './version-texts.ts';

const TENANT = 2;

let fixture: TestDatabase;
let db: TenantDatabase;
let now: number;
let texts: VersionTexts;

const textOf = (rid: number, version: number, status = 'final'): string =>
  `{"resourceType":"Observation","id":"o${rid}","meta":{"versionId":"${version}","lastUpdated":"2026-01-01T00:00:00.000Z"},"status":"${status}"}`;

function page(queryable: Queryable = db): Promise<(HeadRow | FoundRow)[]> {
  const columns = texts.columns(queryable);
  return queryable.query({ text: `SELECT ${columns} FROM resource r ORDER BY r.rid`, values: [] });
}

const shown = async (queryable: Queryable = db): Promise<string[]> =>
  (await texts.found(queryable, await page(queryable))).map(({ json }) => json);

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) {
    await shown();
  }
}

async function write(queryable: Queryable, rid: number, version: number, status?: string): Promise<void> {
  const content = textOf(rid, version, status);
  await queryable.query(sql`INSERT INTO resource_history
    SELECT rid, version, tenant, type, id, deleted, last_updated, author, content FROM resource WHERE rid = ${rid}::int8`);
  await queryable.query(sql`INSERT INTO resource (rid, tenant, type, id, version, last_updated, author, content)
    VALUES (${rid}::int8, ${TENANT}, 'Observation', ${`o${rid}`}, ${version}::int4, now(), 'x', ${content})
    ON CONFLICT (rid) DO UPDATE SET version = ${version}::int4, content = ${content}`);
}

beforeAll(async () => {
  fixture = await createTestDatabase();
  await fixture.database.query(sql`INSERT INTO tenant (tenant, project_id, name) VALUES (${TENANT}, 'p2', 'Clinic')`);
  db = fixture.database.forTenant(TENANT);
  now = 0;
  texts = versionTexts(() => new Date(now));
  await write(db, 1, 1);
  await write(db, 2, 1);
});

afterAll(() => fixture.close());

describe('texts of versions', () => {
  test('are read with the first pages, and not selected again once they are at hand', async () => {
    expect(await page()).toMatchObject([{ content: textOf(1, 1) }, { content: textOf(2, 1) }]);
    await settle();
    expect(await page()).toEqual([
      { rid: 1, version: 1 },
      { rid: 2, version: 1 },
    ]);
    expect(await shown()).toEqual([textOf(1, 1), textOf(2, 1)]);
  });

  test('of a new version are those of the new one', async () => {
    await settle();
    await write(db, 1, 2, 'amended');
    expect(await shown()).toEqual([textOf(1, 2, 'amended'), textOf(2, 1)]);
  });

  test('are those of the version that the page found, were it superseded a moment later', async () => {
    await settle();
    await write(db, 2, 2, 'amended');
    const found = await page();
    await write(db, 2, 3, 'corrected');
    expect((await texts.found(db, found)).map(({ json }) => json)).toContain(textOf(2, 2, 'amended'));
  });

  test('that were written in a transaction which failed are never seen again', async () => {
    await settle();
    const failed = db.transaction(async (tx) => {
      await write(tx, 1, 3, 'cancelled');
      expect(await shown(tx)).toContain(textOf(1, 3, 'cancelled'));
      throw new Error('undone');
    });
    await expect(failed).rejects.toThrow('undone');
    await write(db, 1, 3, 'final');
    expect(await shown()).toContain(textOf(1, 3, 'final'));
  });

  test('that a key opened which may be withdrawn are not kept', async () => {
    const sealed: Queryable = {
      query: async <T>(statement: Parameters<Queryable['query']>[0]) =>
        (await db.query<T & object>(statement)).map((row) => ({ ...row, fleeting: true })),
    };
    texts = versionTexts(() => new Date(now));
    const within = Object.assign(Object.create(db) as TenantDatabase, sealed);
    for (let i = 0; i < 30; i++) {
      await texts.found(within, await page(within));
    }
    expect(await page(within)).toMatchObject([{ fleeting: true, author: 'x' }, { author: 'x' }]);
  });

  test('are forgotten after two generations', async () => {
    texts = versionTexts(() => new Date(now));
    await settle();
    now += 11 * 60_000;
    const [stale] = await page();
    expect(stale).toEqual({ rid: 1, version: 3 });
    await db.query(sql`UPDATE resource SET content = ${textOf(1, 3, 'rewritten')} WHERE rid = 1`);
    expect(await shown()).toContain(textOf(1, 3, 'rewritten'));
  });
});
