import type pg from 'pg';
import { bypassesRowLevelSecurity, checkServer } from './check-server.ts';
import type { Queryable, Row } from './database.ts';
import { type ConnectionTarget, connect, type PooledConnection } from './pooled-connection.ts';
import { type Sql, SqlFragment } from './sql.ts';

/** Role that owns the tables when the log-in role would bypass row-level security. */
const ownerRole = 'mindbridge';

/**
 * Checks the server at an address and decides as whom to work there: as the log-in role, or, when that one would bypass
 * row-level security, as a plain role that it takes on.
 * @throws Error with one plain sentence when the server cannot be reached, is too old, or may lose a commit.
 */
export async function connectionTarget(connection: string | pg.ClientConfig): Promise<ConnectionTarget> {
  const config = typeof connection === 'string' ? { connectionString: connection } : { ...connection };
  return withConnection({ config }, async ({ queryable }) => {
    await checkServer(queryable);
    if (!(await bypassesRowLevelSecurity(queryable))) {
      return { config };
    }
    await queryable.query({ text: createOwnerRole, values: [] });
    return { config, role: ownerRole };
  });
}

const createOwnerRole = `DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${ownerRole}') THEN CREATE ROLE ${ownerRole} NOLOGIN; END IF;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO ${ownerRole}', current_database());
  EXECUTE format('GRANT CREATE, USAGE ON SCHEMA %I TO ${ownerRole}', current_schema());
END $$`;

/** One connection outside the pool, for work at the start and for backups. */
export interface SingleConnection {
  readonly connection: PooledConnection;
  readonly queryable: Queryable;
}

/** Opens a connection, hands it to the work, and ends it. Its statements have no time limit. */
export async function withConnection<T>(
  target: ConnectionTarget,
  work: (single: SingleConnection) => Promise<T>,
): Promise<T> {
  const session = { statementTimeoutMs: 0, applicationName: 'mindbridge-start' };
  const connection = await connect(target, session).catch((error: unknown) => {
    throw unreachable(error, target.config);
  });
  const queryable: Queryable = {
    query<R = Row>(statement: Sql | SqlFragment): Promise<R[]> {
      return connection.run(statement instanceof SqlFragment ? statement.toSql() : statement) as Promise<R[]>;
    },
  };
  try {
    return await work({ connection, queryable });
  } finally {
    await connection.end();
  }
}

function unreachable(error: unknown, { connectionString, host }: pg.ClientConfig): Error {
  const place = connectionString === undefined ? (host ?? 'localhost') : withoutPassword(connectionString);
  return new Error(
    `The database at ${place} cannot be reached (${reasonOf(error)}): check DATABASE_URL and that the server runs, or unset it for the embedded PostgreSQL.`,
    { cause: error },
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const code = 'code' in error ? String(error.code) : error.name;
  return error.message || code;
}

function withoutPassword(connectionString: string): string {
  if (!URL.canParse(connectionString)) {
    return 'DATABASE_URL';
  }
  const { host, pathname } = new URL(connectionString);
  return `${host}${pathname}`;
}
