import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Database } from './database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { migrate, migrationsHash, readMigrations } from './migrate.ts';
import { createPoolDatabase } from './pool-database.ts';
import { enforceRowLevelSecurity } from './row-level-security.ts';
import type { Sql, SqlFragment } from './sql.ts';
import { SqlFragment as Fragment } from './sql.ts';

/** A fresh, migrated database for one test file. */
export interface TestDatabase {
  readonly database: Database;
  /** How to connect to this database as the application does, for a test that needs a connection of its own. */
  readonly config: pg.ClientConfig;
  /** Closes the pool and drops the database. */
  close(): Promise<void>;
}

/** A throw-away server: nothing is kept, so nothing is synced. */
const throwAway = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'shared_buffers=128MB',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_connections=300',
];

let server: Promise<EmbeddedPostgres> | undefined;

/** Starts the server of this test run, or joins it: one for all files of a run, ended by the run's global teardown. */
function testServer(): Promise<EmbeddedPostgres> {
  const runPid = Number(process.env.MINDBRIDGE_TEST_RUN ?? process.pid);
  server ??= startEmbeddedPostgres({ dataDir: testFolder(runPid), settings: throwAway, ownerPid: runPid });
  return server;
}

/** Folder of the server of a test run, by the process id of the run. */
export function testFolder(runPid: number): string {
  return join(tmpdir(), `mindbridge-test-${runPid}`);
}

/** Gives a fresh database with every migration applied, cloned from a template that is made once per run and schema. */
export function createTestDatabase(): Promise<TestDatabase> {
  return newDatabase(templateDatabase);
}

/** Gives a fresh database without any table, for tests of restores. */
export function emptyTestDatabase(): Promise<TestDatabase> {
  return newDatabase(async () => 'template1');
}

async function newDatabase(
  chooseTemplate: (client: pg.Client, superuser: pg.ClientConfig) => Promise<string>,
): Promise<TestDatabase> {
  const { superuser, connection } = await testServer();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(superuser, async (client) => {
    const template = await chooseTemplate(client, superuser);
    await client.query(`CREATE DATABASE ${name} OWNER mindbridge TEMPLATE ${template} STRATEGY file_copy`);
  });
  const config = { ...connection, database: name };
  const database = createPoolDatabase({
    target: { config },
    session: { statementTimeoutMs: 30_000, applicationName: 'mindbridge-test' },
    size: 8,
  });
  return {
    database,
    config,
    async close() {
      await database.close();
      await withClient(superuser, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

async function templateDatabase(client: pg.Client, superuser: pg.ClientConfig): Promise<string> {
  const migrations = readMigrations();
  const template = `template_${migrationsHash(migrations).slice(0, 16)}`;
  const exists = async (): Promise<boolean> =>
    (await client.query('SELECT FROM pg_database WHERE datname = $1', [template])).rowCount === 1;
  if (await exists()) {
    return template;
  }
  await client.query('SELECT pg_advisory_lock(727080101)');
  try {
    if (!(await exists())) {
      await client.query(`DROP DATABASE IF EXISTS building_${template} WITH (FORCE)`);
      await client.query(`CREATE DATABASE building_${template} OWNER mindbridge`);
      await withClient({ ...superuser, user: 'mindbridge', database: `building_${template}` }, async (owner) => {
        const tx = { query: (statement: Sql | SqlFragment) => send(owner, statement) as Promise<never[]> };
        await migrate(tx, migrations);
        await enforceRowLevelSecurity(tx);
      });
      await client.query(`ALTER DATABASE building_${template} RENAME TO ${template}`);
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock(727080101)');
  }
  return template;
}

async function send(client: pg.Client, statement: Sql | SqlFragment): Promise<unknown[]> {
  const { text, values } = statement instanceof Fragment ? statement.toSql() : statement;
  const result = await client.query(text, [...values]);
  return result.rows;
}

async function withClient<T>(config: pg.ClientConfig, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
