import type { Database, Queryable, Row, TenantDatabase } from './database.ts';
import { Listener } from './listener.ts';
import { Pool, type PoolOptions, type PoolState } from './pool.ts';
import type { PooledConnection } from './pooled-connection.ts';
import { type Sql, SqlFragment } from './sql.ts';

/** Reports a statement that took longer than the threshold: its name (or its first words) and the time in ms; never values. */
export type OnSlowStatement = (statement: string, durationMs: number) => void;

export interface PoolDatabaseOptions extends PoolOptions {
  readonly slowStatementMs?: number;
  readonly onSlowStatement?: OnSlowStatement;
}

/** The setting under which row-level security shows every tenant: system workers only. */
const everyTenant = '*';
const attempts = 4;

/** A `Database` with the state of its pool, for metrics. */
export interface PoolDatabase extends Database {
  poolState(): PoolState;
}

/** Makes the `Database` of the rooms above from a pool. */
export function createPoolDatabase(options: PoolDatabaseOptions): PoolDatabase {
  const pool = new Pool(options);
  const listener = new Listener(options.target, options.session);
  const system = new Scope(pool, options, everyTenant);
  const tenants = new Map<number, TenantScope>();
  return {
    query: (statement) => system.query(statement),
    transaction: (work) => system.transaction(work),
    forTenant(tenant) {
      let scope = tenants.get(tenant);
      if (scope === undefined) {
        scope = new TenantScope(pool, options, tenant);
        tenants.set(tenant, scope);
      }
      return scope;
    },
    listen: (channel, onNotify) => listener.listen(channel, onNotify),
    poolState: () => pool.state(),
    async close() {
      await listener.close();
      await pool.close();
    },
  };
}

class Scope implements Queryable {
  private readonly pool: Pool;
  private readonly options: PoolDatabaseOptions;
  private readonly setting: string;

  constructor(pool: Pool, options: PoolDatabaseOptions, setting: string) {
    this.pool = pool;
    this.options = options;
    this.setting = setting;
  }

  query<T = Row>(statement: Sql | SqlFragment): Promise<T[]> {
    return this.run(statement);
  }

  within(limitMs: number): Queryable {
    return { query: (statement) => this.run(statement, limitMs) };
  }

  private run<T>(statement: Sql | SqlFragment, limitMs?: number): Promise<T[]> {
    const ready = toSql(statement);
    return timed(this.options, ready, this.pool.query(this.setting, ready, limitMs)) as Promise<T[]>;
  }

  async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const connection = await this.pool.acquire(this.setting);
      try {
        return await runTransaction(connection, this.options, work);
      } catch (error) {
        if (attempt >= attempts || !isRetryable(error)) {
          throw error;
        }
      } finally {
        this.pool.release(connection);
      }
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * attempt));
    }
  }
}

class TenantScope extends Scope implements TenantDatabase {
  readonly tenant: number;

  constructor(pool: Pool, options: PoolDatabaseOptions, tenant: number) {
    if (!Number.isInteger(tenant) || tenant < 0) {
      throw new Error(`Not a tenant number: ${tenant}`);
    }
    super(pool, options, String(tenant));
    this.tenant = tenant;
  }
}

const begin: Sql = { name: 'begin', text: 'BEGIN', values: [] };
const commit: Sql = { name: 'commit', text: 'COMMIT', values: [] };
const rollback: Sql = { name: 'rollback', text: 'ROLLBACK', values: [] };

async function runTransaction<T>(
  connection: PooledConnection,
  options: PoolDatabaseOptions,
  work: (tx: Queryable) => Promise<T>,
): Promise<T> {
  const tx: Queryable = {
    query<R = Row>(statement: Sql | SqlFragment): Promise<R[]> {
      const ready = toSql(statement);
      return timed(options, ready, connection.run(ready)) as Promise<R[]>;
    },
  };
  try {
    await connection.run(begin);
    const result = await work(tx);
    await connection.run(commit);
    return result;
  } catch (error) {
    await connection.run(rollback).catch(() => {
      connection.broken = true;
    });
    throw error;
  }
}

function toSql(statement: Sql | SqlFragment): Sql {
  return statement instanceof SqlFragment ? statement.toSql() : statement;
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}

function timed(options: PoolDatabaseOptions, statement: Sql, rows: Promise<Row[]>): Promise<Row[]> {
  const { onSlowStatement, slowStatementMs } = options;
  if (onSlowStatement === undefined || slowStatementMs === undefined) {
    return rows;
  }
  const start = performance.now();
  return rows.finally(() => {
    const durationMs = performance.now() - start;
    if (durationMs >= slowStatementMs) {
      onSlowStatement(statement.name ?? statement.text.trim().slice(0, 80), durationMs);
    }
  });
}
