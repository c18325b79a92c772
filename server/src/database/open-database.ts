import type pg from 'pg';
import { bypassesRowLevelSecurity, checkServer } from './check-server.ts';
import type { Queryable, Row } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';
import { createPoolDatabase, type OnSlowStatement, type PoolDatabase } from './pool-database.ts';
import { type ConnectionTarget, connect, type SessionSettings } from './pooled-connection.ts';
import { enforceRowLevelSecurity } from './row-level-security.ts';
import { type Sql, SqlFragment } from './sql.ts';

export interface OpenDatabaseOptions {
  /** Where the server is: a connection string, or what `startEmbeddedPostgres` gave. */
  readonly connection: string | pg.ClientConfig;
  /** Most connections at once; default 10. */
  readonly poolSize?: number;
  /** Longest time a statement may run, in ms; default 30,000. */
  readonly statementTimeoutMs?: number;
  readonly slowStatementMs?: number;
  readonly onSlowStatement?: OnSlowStatement;
  /** Says what was done at the start: the migrations that were applied. */
  readonly onMigrated?: (names: readonly string[]) => void;
}

/** Role that owns the tables when the log-in role would bypass row-level security. */
const ownerRole = 'mindbridge';

/**
 * Opens the database: checks the server, applies the migrations that are missing, puts row-level security under every
 * tenant table, and gives a pool.
 * @throws Error with one plain sentence when the server cannot be reached, is unsafe, or has another schema.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<PoolDatabase> {
  const session: SessionSettings = {
    statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
    applicationName: 'mindbridge',
  };
  const config =
    typeof options.connection === 'string' ? { connectionString: options.connection } : { ...options.connection };
  const target = await prepare(config, options);
  return createPoolDatabase({
    target,
    session,
    size: options.poolSize ?? 10,
    ...(options.slowStatementMs === undefined ? {} : { slowStatementMs: options.slowStatementMs }),
    ...(options.onSlowStatement === undefined ? {} : { onSlowStatement: options.onSlowStatement }),
  });
}

async function prepare(config: pg.ClientConfig, options: OpenDatabaseOptions): Promise<ConnectionTarget> {
  const target = await withConnection({ config }, async (connection) => {
    await checkServer(connection);
    if (!(await bypassesRowLevelSecurity(connection))) {
      return { config };
    }
    await makeOwnerRole(connection);
    return { config, role: ownerRole };
  });
  await withConnection(target, (connection) => migrateAndProtect(connection, options));
  return target;
}

/** Applies migrations and row-level security in one transaction, under the advisory lock of the migrations. */
async function migrateAndProtect(connection: Queryable, options: OpenDatabaseOptions): Promise<void> {
  await connection.query({ text: `SELECT set_config('mindbridge.tenant', '*', false)`, values: [] });
  await connection.query({ text: 'BEGIN', values: [] });
  const applied = await migrate(connection, readMigrations());
  await enforceRowLevelSecurity(connection);
  await connection.query({ text: 'COMMIT', values: [] });
  options.onMigrated?.(applied);
}

const createOwnerRole = `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ownerRole}') THEN CREATE ROLE ${ownerRole} NOLOGIN; END IF;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO ${ownerRole}', current_database());
  EXECUTE format('GRANT CREATE, USAGE ON SCHEMA %I TO ${ownerRole}', current_schema());
END $$`;

async function makeOwnerRole(connection: Queryable): Promise<void> {
  await connection.query({ text: createOwnerRole, values: [] });
}

async function withConnection<T>(target: ConnectionTarget, work: (connection: Queryable) => Promise<T>): Promise<T> {
  const connection = await connect(target, { statementTimeoutMs: 0, applicationName: 'mindbridge-start' }).catch(
    (error) => {
      throw unreachable(error, target.config);
    },
  );
  const queryable: Queryable = {
    query<R = Row>(statement: Sql | SqlFragment): Promise<R[]> {
      return connection.run(statement instanceof SqlFragment ? statement.toSql() : statement) as Promise<R[]>;
    },
  };
  try {
    return await work(queryable);
  } finally {
    await connection.end();
  }
}

function unreachable(error: unknown, config: pg.ClientConfig): Error {
  const reason =
    error instanceof Error ? error.message || ('code' in error ? String(error.code) : error.name) : String(error);
  const place =
    config.connectionString === undefined ? (config.host ?? 'localhost') : withoutPassword(config.connectionString);
  return new Error(
    `The database at ${place} cannot be reached (${reason}): check DATABASE_URL and that the server runs, or unset it for the embedded PostgreSQL.`,
    { cause: error },
  );
}

function withoutPassword(connectionString: string): string {
  return URL.canParse(connectionString)
    ? `${new URL(connectionString).host}${new URL(connectionString).pathname}`
    : 'DATABASE_URL';
}
