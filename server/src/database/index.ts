/**
 * The database: embedded or external PostgreSQL, one pool, numbered migrations, row-level security.
 * Invariants: every statement runs under a tenant setting; values never enter statement text; an acknowledged commit
 * survives a crash of any process; errors carry no column values.
 */
export { type BackupSummary, backup } from './backup.ts';
export { connectionTarget } from './connection-target.ts';
export type { Database, Queryable, Row, TenantDatabase } from './database.ts';
export { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
export { type OpenDatabaseOptions, openDatabase } from './open-database.ts';
export type { PoolState } from './pool.ts';
export type { OnSlowStatement, PoolDatabase } from './pool-database.ts';
export type { ConnectionTarget } from './pooled-connection.ts';
export { type RestoreOptions, type RestoreSummary, restore } from './restore.ts';
export { join, raw, type Sql, SqlFragment, sql } from './sql.ts';
