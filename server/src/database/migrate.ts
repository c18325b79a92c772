import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Queryable, Row } from './database.ts';
import { raw, sql } from './sql.ts';

/** One numbered migration file. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
}

const migrationsFolder = new URL('./migrations/', import.meta.url);

/** Reads the migration files (`NNNN-name.sql`) in the order of their numbers. */
export function readMigrations(folder: URL = migrationsFolder): Migration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  const migrations = files.map((file) => readMigration(folder, file)).sort((a, b) => a.number - b.number);
  for (let i = 1; i < migrations.length; i++) {
    if (migrations[i]?.number === migrations[i - 1]?.number) {
      throw new Error(
        `Two migrations have the number ${migrations[i]?.number}: give one of them the next free number.`,
      );
    }
  }
  return migrations;
}

function readMigration(folder: URL, file: string): Migration {
  const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file);
  if (match === null) {
    throw new Error(`Migration ${file} is not named NNNN-name.sql.`);
  }
  const text = readFileSync(new URL(file, folder), 'utf8');
  return { number: Number(match[1]), name: file, text, checksum: createHash('sha256').update(text).digest('hex') };
}

/** One hash over all migrations: equal for equal schemas. */
export function migrationsHash(migrations: readonly Migration[]): string {
  return createHash('sha256')
    .update(migrations.map(({ name, checksum }) => `${name} ${checksum}`).join('\n'))
    .digest('hex');
}

interface Recorded extends Row {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

const lockKey = 727_080_103;

/**
 * Brings a schema up to the given migrations, inside the transaction it is handed. Refuses with one sentence when a
 * recorded migration was changed, or when the database knows a migration that this version does not.
 * @returns the names of the migrations that were applied now.
 */
export async function migrate(tx: Queryable, migrations: readonly Migration[]): Promise<string[]> {
  await tx.query(sql`SELECT pg_advisory_xact_lock(${lockKey})`);
  await tx.query(sql`CREATE TABLE IF NOT EXISTS schema_migration (
    number int4 PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  const recorded = await tx.query<Recorded>(sql`SELECT number, name, checksum FROM schema_migration`);
  const known = new Map(recorded.map((row) => [row.number, row]));
  refuseUnknown(recorded, migrations);
  const applied: string[] = [];
  for (const migration of migrations) {
    const before = known.get(migration.number);
    if (before === undefined) {
      await apply(tx, migration);
      applied.push(migration.name);
    } else if (before.checksum !== migration.checksum) {
      throw new Error(
        `Migration ${migration.name} was changed after this database applied it: restore the file and put the change into a new migration.`,
      );
    }
  }
  return applied;
}

function refuseUnknown(recorded: readonly Recorded[], migrations: readonly Migration[]): void {
  const numbers = new Set(migrations.map(({ number }) => number));
  const newer = recorded.find((row) => !numbers.has(row.number));
  if (newer !== undefined) {
    throw new Error(
      `The database is newer than this version of MindBridge (it has migration ${newer.name}): start the newer version, or restore a backup.`,
    );
  }
}

async function apply(tx: Queryable, migration: Migration): Promise<void> {
  try {
    await tx.query(raw(migration.text));
  } catch (error) {
    throw new Error(`Migration ${migration.name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  await tx.query(
    sql`INSERT INTO schema_migration (number, name, checksum) VALUES (${migration.number}, ${migration.name}, ${migration.checksum})`,
  );
}
