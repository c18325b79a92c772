import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Migration, migrate, migrationsHash, readMigrations } from './migrate.ts';
import { sql } from './sql.ts';
import { emptyTestDatabase, type TestDatabase } from './testing.ts';

let test: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'mindbridge-migrations-'));

beforeAll(async () => {
  test = await emptyTestDatabase();
});

beforeEach(async () => {
  await test.database.query(sql`DROP TABLE IF EXISTS schema_migration, a, b`);
});

afterAll(async () => {
  await test?.close();
  rmSync(folder, { recursive: true, force: true });
});

const first: Migration = {
  number: 1,
  name: '0001-a.sql',
  text: 'CREATE TABLE a (n int); INSERT INTO a VALUES (1)',
  checksum: 'x',
};
const second: Migration = { number: 2, name: '0002-b.sql', text: 'CREATE TABLE b (n int)', checksum: 'y' };

function run(migrations: readonly Migration[]): Promise<string[]> {
  return test.database.transaction((tx) => migrate(tx, migrations));
}

describe('migrate', () => {
  it('applies each migration once, in order', async () => {
    expect(await run([first])).toEqual(['0001-a.sql']);
    expect(await run([first, second])).toEqual(['0002-b.sql']);
    expect(await run([first, second])).toEqual([]);
    expect(await test.database.query(sql`SELECT n FROM a`)).toEqual([{ n: 1 }]);
  });

  it('applies them once when several processes start together', async () => {
    const applied = await Promise.all([run([first, second]), run([first, second]), run([first, second])]);
    expect(applied.flat().sort()).toEqual(['0001-a.sql', '0002-b.sql']);
  });

  it('refuses a migration that was changed after it was applied', async () => {
    await run([first]);
    await expect(run([{ ...first, checksum: 'z' }])).rejects.toThrow(/^Migration 0001-a.sql was changed/);
  });

  it('refuses a database that is newer than the program', async () => {
    await run([first, second]);
    await expect(run([first])).rejects.toThrow(/newer than this version of MindBridge \(it has migration 0002-b.sql\)/);
  });

  it('keeps nothing of a migration that fails', async () => {
    const broken: Migration = { ...second, text: 'CREATE TABLE b (n int); SELECT 1 / 0' };
    await expect(run([first, broken])).rejects.toThrow(/^Migration 0002-b.sql failed: division by zero/);
    expect(await test.database.query(sql`SELECT to_regclass('a') AS a, to_regclass('b') AS b`)).toEqual([
      { a: null, b: null },
    ]);
  });
});

describe('readMigrations', () => {
  it('reads the files in the order of their numbers, and refuses a number given twice or a wrong name', () => {
    const read = () => readMigrations(pathToFileURL(`${folder}/`));
    writeFileSync(join(folder, '0010-b.sql'), 'SELECT 1');
    writeFileSync(join(folder, '0002-a.sql'), 'SELECT 1');
    expect(read().map(({ name }) => name)).toEqual(['0002-a.sql', '0010-b.sql']);
    writeFileSync(join(folder, '0010-c.sql'), 'SELECT 1');
    expect(read).toThrow(/^Two migrations have the number 10/);
    rmSync(join(folder, '0010-c.sql'));
    writeFileSync(join(folder, '11.sql'), 'SELECT 1');
    expect(read).toThrow(/^Migration 11.sql is not named NNNN-name.sql/);
  });
});

describe('migrationsHash', () => {
  it('changes with every text', () => {
    expect(migrationsHash([first, second])).not.toBe(migrationsHash([first, { ...second, checksum: 'z' }]));
  });
});
