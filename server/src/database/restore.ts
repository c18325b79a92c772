import { createHash } from 'node:crypto';
import type { BackupSummary } from './backup.ts';
import { type BackupFrame, type BackupHeader, type BackupPart, readBackup } from './backup-format.ts';
import { backupTables, columnList, quoted } from './backup-tables.ts';
import { type SingleConnection, withConnection } from './connection-target.ts';
import { copyIn } from './copy.ts';
import type { Queryable, Row } from './database.ts';
import { type Migration, migrate, readMigrations } from './migrate.ts';
import type { ConnectionTarget } from './pooled-connection.ts';
import { enforceRowLevelSecurity } from './row-level-security.ts';
import { join, raw, type SqlFragment, sql } from './sql.ts';

export interface RestoreOptions {
  /** Keeps the events that were not yet delivered when the backup was made; else they are dropped, because they may have been delivered since. */
  readonly redeliver: boolean;
}

/** What a restore brought back, and how many undelivered events it dropped. */
export interface RestoreSummary extends BackupSummary {
  readonly droppedEvents: number;
}

/**
 * Fills an empty database from a backup, in one transaction: all of it, with every row counted and every checksum equal,
 * or nothing. The schema is the one of the backup; the next start applies what is newer.
 * @throws Error with one plain sentence when the database is not empty or the file is damaged or foreign.
 */
export async function restore(
  target: ConnectionTarget,
  file: string,
  options: RestoreOptions,
): Promise<RestoreSummary> {
  return withConnection(target, async (single) => {
    await single.queryable.query(sql`SELECT set_config('mindbridge.tenant', '*', false)`);
    await single.queryable.query(sql`BEGIN`);
    await refuseFilled(single.queryable);
    const summary = await restoreFrames(single, readBackup(file), file);
    const droppedEvents = options.redeliver ? 0 : await dropEvents(single.queryable);
    await enforceRowLevelSecurity(single.queryable);
    await single.queryable.query(sql`COMMIT`);
    await single.queryable.query(sql`ANALYZE`);
    return { ...summary, droppedEvents };
  });
}

async function refuseFilled(connection: Queryable): Promise<void> {
  const found = await connection.query(
    sql`SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') LIMIT 1`,
  );
  if (found.length > 0) {
    throw new Error('The database is not empty: restore into an empty one (another DATA_DIR or DATABASE_URL).');
  }
}

async function restoreFrames(
  single: SingleConnection,
  parts: AsyncGenerator<BackupPart>,
  file: string,
): Promise<BackupSummary> {
  let summary: BackupSummary | undefined;
  let tables = 0;
  let rows = 0;
  for (let part = await parts.next(); part.done !== true; part = await parts.next()) {
    const { frame } = part.value;
    if (frame.kind === 'header') {
      await createSchema(single.queryable, frame);
    } else if (frame.kind === 'begin') {
      rows += await restoreTable(single, frame, parts, file);
      tables++;
    } else if (frame.kind === 'sequences') {
      await restoreSequences(single.queryable, frame.sequences);
    } else if (frame.kind === 'end') {
      summary = frame;
    }
  }
  if (summary === undefined || summary.tables !== tables || summary.rows !== rows) {
    throw new Error(`${file} is cut off: it holds ${tables} tables and ${rows} rows, and no end.`);
  }
  return { tables, rows };
}

/** Makes the schema of the backup, and empties it of the rows that migrations put there: the backup has those too. */
async function createSchema(connection: Queryable, header: BackupHeader): Promise<void> {
  const known = new Map(readMigrations().map((migration) => [migration.number, migration]));
  const wanted = header.migrations.map(({ number, name, checksum }): Migration => {
    const migration = known.get(number);
    if (migration?.checksum !== checksum) {
      throw new Error(
        `The backup was made by another version of MindBridge (migration ${name}): restore it with that one.`,
      );
    }
    return migration;
  });
  await migrate(connection, wanted);
  const tables = (await backupTables(connection)).map(({ table }) => raw(quoted(table)));
  if (tables.length > 0) {
    // Tables that take no deletion otherwise (audit) are empty but for what migrations wrote.
    await switchTriggers(connection, tables, 'DISABLE');
    await connection.query(sql`TRUNCATE ${join(tables, ', ')}`);
    await switchTriggers(connection, tables, 'ENABLE');
  }
}

async function switchTriggers(
  connection: Queryable,
  tables: readonly SqlFragment[],
  to: 'ENABLE' | 'DISABLE',
): Promise<void> {
  for (const table of tables) {
    await connection.query(sql`ALTER TABLE ${table} ${raw(to)} TRIGGER USER`);
  }
}

async function restoreTable(
  { connection, queryable }: SingleConnection,
  begin: Extract<BackupFrame, { kind: 'begin' }>,
  parts: AsyncGenerator<BackupPart>,
  file: string,
): Promise<number> {
  const hash = createHash('sha256');
  let end: BackupFrame | undefined;
  const payloads = async function* (): AsyncGenerator<Uint8Array> {
    for (let part = await parts.next(); part.done !== true; part = await parts.next()) {
      if (part.value.frame.kind !== 'data') {
        end = part.value.frame;
        return;
      }
      hash.update(part.value.payload);
      yield part.value.payload;
    }
    throw new Error('cut off');
  };
  await copyIn(connection, `COPY ${columnList(begin)} FROM STDIN`, payloads());
  const [counted] = await queryable.query<Row & { n: number }>(
    sql`SELECT count(*) AS n FROM ${raw(quoted(begin.table))}`,
  );
  if (end?.kind !== 'table' || end.sha256 !== hash.digest('hex') || end.rows !== counted?.n) {
    throw new Error(`${file} is damaged: the rows of ${begin.table} are not those that were backed up.`);
  }
  return end.rows;
}

async function restoreSequences(
  connection: Queryable,
  sequences: Extract<BackupFrame, { kind: 'sequences' }>['sequences'],
): Promise<void> {
  for (const { sequence, value } of sequences) {
    await connection.query(sql`SELECT setval(${quoted(sequence)}::regclass, ${value}::int8)`);
  }
}

async function dropEvents(connection: Queryable): Promise<number> {
  const [table] = await connection.query<Row & { exists: boolean }>(
    sql`SELECT to_regclass('outbox') IS NOT NULL AS exists`,
  );
  return table?.exists === true ? (await connection.query(sql`DELETE FROM outbox RETURNING 1`)).length : 0;
}
