import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { connectionTarget, withConnection } from './connection-target.ts';
import type { Queryable } from './database.ts';
import { migrate, readMigrations } from './migrate.ts';
import { createPoolDatabase, type OnSlowStatement, type PoolDatabase } from './pool-database.ts';
import { enforceRowLevelSecurity } from './row-level-security.ts';

export interface OpenDatabaseOptions {
  /** Where the server is: a connection string, or what `startEmbeddedPostgres` gave. */
  readonly connection: string | pg.ClientConfig;
  /** Most connections at once; default 10. */
  readonly poolSize?: number;
  /** Longest time a statement may run, in ms; default 30,000. */
  readonly statementTimeoutMs?: number;
  /** Statements that take at least this long, in ms, are told to `onSlowStatement`. */
  readonly slowStatementMs?: number;
  readonly onSlowStatement?: OnSlowStatement;
  /** Says what was done at the start: the migrations that were applied, if any. */
  readonly onMigrated?: (names: readonly string[]) => void;
}

/**
 * Opens the database: checks the server, applies the migrations that are missing, puts row-level security under every
 * tenant table, and gives a pool. Its connections have a name of their own: by it others see whether this process lives.
 * @throws Error with one plain sentence when the server cannot be reached, is unsafe, or has another schema.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<PoolDatabase> {
  const target = await connectionTarget(options.connection);
  const applied = await withConnection(target, ({ queryable }) => migrateAndProtect(queryable));
  if (applied.length > 0) {
    options.onMigrated?.(applied);
  }
  const { slowStatementMs, onSlowStatement } = options;
  return createPoolDatabase({
    target,
    session: {
      statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
      applicationName: `mindbridge ${randomUUID()}`,
    },
    size: options.poolSize ?? 10,
    ...(slowStatementMs === undefined ? {} : { slowStatementMs }),
    ...(onSlowStatement === undefined ? {} : { onSlowStatement }),
  });
}

/** Applies migrations and row-level security in one transaction, under the advisory lock of the migrations. */
async function migrateAndProtect(connection: Queryable): Promise<string[]> {
  await connection.query({ text: `SELECT set_config('mindbridge.tenant', '*', false)`, values: [] });
  await connection.query({ text: 'BEGIN', values: [] });
  const applied = await migrate(connection, readMigrations());
  await enforceRowLevelSecurity(connection);
  await connection.query({ text: 'COMMIT', values: [] });
  return applied;
}
