import { createHash, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress, type ZstdCompress } from 'node:zlib';
import { type BackupFrame, type BackupHeader, frameLine } from './backup-format.ts';
import { backupSequences, backupTables, columnList } from './backup-tables.ts';
import { type SingleConnection, withConnection } from './connection-target.ts';
import { copyOut } from './copy.ts';
import type { ConnectionTarget } from './pooled-connection.ts';
import { sql } from './sql.ts';

/** What a backup or a restore went through. */
export interface BackupSummary {
  readonly tables: number;
  readonly rows: number;
}

const chunkBytes = 256 * 1024;

/**
 * Writes every table of the database into one compressed file, as of one moment, while the server goes on working. The
 * file appears under its name only when it is whole and on disk; its mode is 0600.
 */
export async function backup(target: ConnectionTarget, file: string, now: Date): Promise<BackupSummary> {
  const half = `${file}.part`;
  try {
    const summary = await withConnection(target, (single) => writeBackup(single, half, now));
    const handle = await open(half, 'r');
    await handle.sync();
    await handle.close();
    await rename(half, file);
    return summary;
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

async function writeBackup(single: SingleConnection, file: string, now: Date): Promise<BackupSummary> {
  const output = createZstdCompress();
  const written = pipeline(output, createWriteStream(file, { mode: 0o600 }));
  written.catch(() => undefined);
  try {
    const summary = await writeFrames(single, output, now);
    output.end();
    await written;
    return summary;
  } catch (error) {
    output.destroy();
    throw error;
  }
}

async function writeFrames(
  { connection, queryable }: SingleConnection,
  output: ZstdCompress,
  now: Date,
): Promise<BackupSummary> {
  const send = (frame: BackupFrame): void => {
    output.write(frameLine(frame));
  };
  await queryable.query(sql`SELECT set_config('mindbridge.tenant', '*', false)`);
  await queryable.query(sql`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY`);
  const migrations = await queryable.query<BackupHeader['migrations'][number]>(
    sql`SELECT number, name, checksum FROM schema_migration ORDER BY number`,
  );
  send({ kind: 'header', format: 1, createdAt: now.toISOString(), migrations });
  const tables = await backupTables(queryable);
  let rows = 0;
  for (const table of tables) {
    send({ kind: 'begin', table: table.table, columns: [...table.columns] });
    const writer = new TableWriter(output);
    await copyOut(connection, `COPY ${columnList(table)} TO STDOUT`, (row) => writer.add(row));
    writer.flush();
    send({ kind: 'table', table: table.table, rows: writer.rows, sha256: writer.hash.digest('hex') });
    rows += writer.rows;
  }
  send({ kind: 'sequences', sequences: await backupSequences(queryable) });
  send({ kind: 'end', tables: tables.length, rows });
  await queryable.query(sql`COMMIT`);
  return { tables: tables.length, rows };
}

/** Gathers the rows of one table into data frames, and counts and hashes them. */
class TableWriter {
  readonly hash: Hash = createHash('sha256');
  rows = 0;
  private chunks: Uint8Array[] = [];
  private bytes = 0;
  private readonly output: ZstdCompress;

  constructor(output: ZstdCompress) {
    this.output = output;
  }

  /** Takes one row; gives a promise when the output has to drain first. */
  add(row: Uint8Array): Promise<void> | undefined {
    this.rows++;
    // The driver reuses its buffer once this call returns.
    const copy = Buffer.from(row);
    this.hash.update(copy);
    this.chunks.push(copy);
    this.bytes += copy.length;
    if (this.bytes < chunkBytes) {
      return undefined;
    }
    this.flush();
    return this.output.writableNeedDrain ? once(this.output, 'drain').then(() => undefined) : undefined;
  }

  flush(): void {
    if (this.bytes > 0) {
      this.output.write(frameLine({ kind: 'data', bytes: this.bytes }));
      this.output.write(Buffer.concat(this.chunks));
    }
    this.chunks = [];
    this.bytes = 0;
  }
}
