import type { Sql, SqlFragment } from './sql.ts';

/** One row as the driver gives it; every reader names the columns it selected. */
export type Row = Record<string, unknown>;

/** What a statement can be sent through: the pool (autocommit), or one transaction. */
export interface Queryable {
  /** Runs one statement and gives its rows. SQLSTATE errors come through as the driver's error with `code`. */
  query<T = Row>(statement: Sql | SqlFragment): Promise<T[]>;
}

/**
 * The database as the rooms above see it. Every statement runs inside a tenant: connections carry the setting
 * `mindbridge.tenant`, on which row-level security stands; a connection is only handed over after it was set.
 */
export interface Database extends Queryable {
  /** The same database, bound to one tenant. */
  forTenant(tenant: number): TenantDatabase;
  /** LISTEN on a channel for the life of the process, reconnecting by itself. Gives a function that stops it. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
  /** Runs work in one transaction across tenants (system workers and migrations only). */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface TenantDatabase extends Queryable {
  readonly tenant: number;
  /** For statements that end after so many ms, with SQLSTATE 57014. */
  within(limitMs: number): Queryable;
  /** Runs work in one transaction; `serialization_failure` and `deadlock_detected` are retried up to 3 times. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
}
