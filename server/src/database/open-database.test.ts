import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { openDatabase } from './open-database.ts';
import { sql } from './sql.ts';

const folder = mkdtempSync(join(tmpdir(), 'mindbridge-open-'));
let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ dataDir: folder, settings: ['shared_buffers=32MB'] });
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Sets a server-wide setting, runs the work, and takes it back. */
async function withSetting(name: string, value: string, work: () => Promise<void>): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client(server.superuser);
  await client.connect();
  try {
    await client.query(`ALTER DATABASE mindbridge SET ${name} = ${value}`);
    await work();
  } finally {
    await client.query(`ALTER DATABASE mindbridge RESET ${name}`);
    await client.end();
  }
}

describe('openDatabase', () => {
  it('migrates, tells which migrations it applied, and tells nothing the second time', async () => {
    const told: string[][] = [];
    const options = { connection: server.connection, onMigrated: (names: readonly string[]) => told.push([...names]) };
    await (await openDatabase(options)).close();
    await (await openDatabase(options)).close();
    expect(told).toHaveLength(1);
    expect(told[0]?.[0]).toBe('0001-resource.sql');
  });

  it('refuses a server that may lose an acknowledged write', async () => {
    await withSetting('synchronous_commit', 'off', async () => {
      await expect(openDatabase({ connection: server.connection })).rejects.toThrow(
        /^The database server has synchronous_commit = off and may lose records in a crash/,
      );
    });
  });

  it('keeps row-level security in force for a log-in role that would bypass it', async () => {
    const asSuperuser = { ...server.superuser, database: 'mindbridge' };
    const database = await openDatabase({ connection: asSuperuser });
    const tenants = await database.forTenant(5).query(sql`SELECT tenant, current_user::text AS role FROM tenant`);
    expect(tenants).toEqual([{ tenant: 1, role: 'mindbridge' }]);
    await database.close();
  });

  it('says in one sentence that no server is there, without the password', async () => {
    const failure = openDatabase({ connection: 'postgres://me:secret@127.0.0.1:1/clinic' });
    await expect(failure).rejects.toThrow(
      /^The database at 127\.0\.0\.1:1\/clinic cannot be reached \(.*ECONNREFUSED.*\)/,
    );
    await expect(failure).rejects.not.toThrow(/secret/);
  });

  it('ends a statement that takes longer than it may, and tells of slow ones by name', async () => {
    const slow: string[] = [];
    const database = await openDatabase({
      connection: server.connection,
      statementTimeoutMs: 200,
      slowStatementMs: 50,
      onSlowStatement: (name) => slow.push(name),
    });
    const sleep = (seconds: number) => ({ name: 'sleep', text: 'SELECT pg_sleep($1)', values: [seconds] });
    await expect(database.query(sleep(5))).rejects.toMatchObject({ code: '57014' });
    await database.query(sleep(0.1));
    expect(slow).toEqual(['sleep', 'sleep']);
    await database.close();
  });
});
