import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backup } from './backup.ts';
import { parentsFirst } from './backup-tables.ts';
import type { Database } from './database.ts';
import { restore } from './restore.ts';
import { sql } from './sql.ts';
import { createTestDatabase, emptyTestDatabase, type TestDatabase } from './testing.ts';

const folder = mkdtempSync(join(tmpdir(), 'mindbridge-backup-'));
const file = join(folder, 'whole.backup');
const at = new Date('2026-11-24T08:00:00Z');
let source: TestDatabase;

/** Rows that are hard to carry: a tab, a line break, a backslash, an empty text, a null byte's escape, many bytes. */
const contents = ['a\tb\nc\\d', '', '\\N', '{"resourceType":"Patient","name":"Zoë 李"}', 'x'.repeat(400_000)];

beforeAll(async () => {
  source = await createTestDatabase();
  for (const [index, content] of contents.entries()) {
    await source.database.query(
      sql`INSERT INTO resource VALUES (${index + 1}, ${2 + (index % 2)}, 'Patient', ${`p${index}`}, 1, false, ${at}, 'system', ${content})`,
    );
  }
  await source.database.query(sql`INSERT INTO outbox (tenant, rid, type, id, version, interaction, author, depth, request_id, at)
    VALUES (2, 1, 'Patient', 'p0', 1, 'create', 'system', 0, 'r', ${at})`);
  await source.database.query(sql`SELECT nextval('resource_rid')`);
});

afterAll(async () => {
  await source?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Restores into a fresh database, and hands it to the work. */
async function restored<T>(from: string, work: (database: Database) => Promise<T>, redeliver = false) {
  const target = await emptyTestDatabase();
  try {
    const summary = await restore(target, from, { redeliver });
    return { summary, result: await work(target.database) };
  } finally {
    await target.close();
  }
}

describe('backup and restore', () => {
  it('brings every row and sequence back as it was, and drops events that may have been delivered since', async () => {
    const saved = await backup(source, file, at);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { summary, result } = await restored(file, async (database) => ({
      rows: await database.query(sql`SELECT * FROM resource ORDER BY rid`),
      events: await database.query(sql`SELECT * FROM outbox`),
      rid: await database.query(sql`SELECT nextval('resource_rid') AS n`),
      others: await database.forTenant(2).query(sql`SELECT DISTINCT tenant FROM resource`),
    }));
    expect(summary).toEqual({ ...saved, droppedEvents: 1 });
    expect(result.rows).toEqual(await source.database.query(sql`SELECT * FROM resource ORDER BY rid`));
    expect(result.rows.map((row) => row.content)).toEqual(contents);
    expect(result.events).toEqual([]);
    expect(result.rid).toEqual(await source.database.query(sql`SELECT nextval('resource_rid') AS n`));
    expect(result.others).toEqual([{ tenant: 2 }]);
  });

  it('keeps undelivered events when it is told to', async () => {
    const { result } = await restored(file, (database) => database.query(sql`SELECT id FROM outbox`), true);
    expect(result).toEqual([{ id: 'p0' }]);
  });

  it('is of one moment: a write that comes meanwhile is in it as a whole or not at all', async () => {
    const concurrent = join(folder, 'concurrent.backup');
    let going = true;
    const writer = (async () => {
      for (let n = 1_000; going; n++) {
        await source.database.transaction(async (tx) => {
          await tx.query(
            sql`INSERT INTO resource VALUES (${n}, 4, 'Basic', ${`b${n}`}, 1, false, ${at}, 'system', 'x')`,
          );
          await tx.query(
            sql`INSERT INTO resource_history VALUES (${n}, 1, 4, 'Basic', ${`b${n}`}, false, ${at}, 'system', 'x')`,
          );
        });
      }
    })();
    await backup(source, concurrent, at);
    going = false;
    await writer;
    const { result } = await restored(concurrent, (database) =>
      database.query(
        sql`SELECT (SELECT count(*) FROM resource WHERE type = 'Basic') - (SELECT count(*) FROM resource_history) AS half`,
      ),
    );
    expect(result).toEqual([{ half: 0 }]);
  });

  it.each([
    ['one changed byte', (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('Zo', 'Zu'), 'latin1')],
    ['a lost row', (bytes: Buffer) => withoutRow(bytes)],
    ['a lost end', (bytes: Buffer) => bytes.subarray(0, bytes.lastIndexOf('{"kind":"end"'))],
    ['a cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ])('refuses a file with %s, and leaves the database empty', async (_, damage) => {
    const damaged = join(folder, 'damaged.backup');
    writeFileSync(damaged, zstdCompressSync(damage(zstdDecompressSync(readFileSync(file)))));
    const target = await emptyTestDatabase();
    await expect(restore(target, damaged, { redeliver: false })).rejects.toThrow(/damaged|cut off/);
    await expect(restore(target, file, { redeliver: false })).resolves.toMatchObject({ droppedEvents: 1 });
    await target.close();
  });

  it('refuses a database that is not empty', async () => {
    await expect(restore(source, file, { redeliver: false })).rejects.toThrow(/^The database is not empty/);
  });

  it('refuses a file that is no backup', async () => {
    const target = await emptyTestDatabase();
    const text = join(folder, 'text');
    writeFileSync(text, 'hello');
    await expect(restore(target, text, { redeliver: false })).rejects.toThrow(/is damaged or is not a backup/);
    await target.close();
  });
});

/** Takes one row out of a data frame and makes the frame's length right again, so that only the count and the checksum tell. */
function withoutRow(bytes: Buffer): Buffer {
  const row = bytes.indexOf('2\t3\tPatient\tp1');
  const end = bytes.indexOf('\n', row) + 1;
  const header = bytes.lastIndexOf('{"kind":"data"', row);
  const headerEnd = bytes.indexOf('\n', header);
  const length = Number(/\d+/.exec(bytes.subarray(header, headerEnd).toString())?.[0]) - (end - row);
  return Buffer.concat([
    bytes.subarray(0, header),
    Buffer.from(`{"kind":"data","bytes":${length}}`),
    bytes.subarray(headerEnd, row),
    bytes.subarray(end),
  ]);
}

describe('parentsFirst', () => {
  it('orders tables after those they refer to, and refuses a ring', () => {
    const tables = ['a', 'b', 'c'].map((table) => ({ table, columns: [] }));
    expect(
      parentsFirst(tables, [
        { child: 'a', parent: 'b' },
        { child: 'b', parent: 'c' },
      ]).map((t) => t.table),
    ).toEqual(['c', 'b', 'a']);
    expect(() =>
      parentsFirst(tables, [
        { child: 'a', parent: 'b' },
        { child: 'b', parent: 'a' },
      ]),
    ).toThrow(/ring/);
  });
});
