import type { Queryable, Row } from './database.ts';
import { sql } from './sql.ts';

interface ServerFacts extends Row {
  readonly version: number;
  readonly encoding: string;
  readonly fsync: string;
  readonly full_page_writes: string;
  readonly synchronous_commit: string;
}

/** Oldest PostgreSQL that is supported. */
export const oldestVersion = 15;

/**
 * Refuses a server that is too old, that does not store UTF-8, or that may lose an acknowledged write in a crash.
 * @throws Error with one plain sentence that says what was found and what is needed.
 */
export async function checkServer(connection: Queryable): Promise<void> {
  const [facts] =
    await connection.query<ServerFacts>(sql`SELECT current_setting('server_version_num')::int / 10000 AS version,
    current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS full_page_writes, current_setting('synchronous_commit') AS synchronous_commit`);
  if (facts !== undefined) {
    refuse(facts);
  }
}

function refuse(facts: ServerFacts): void {
  if (facts.version < oldestVersion) {
    throw new Error(`The database server is PostgreSQL ${facts.version}, but ${oldestVersion} or newer is needed.`);
  }
  if (facts.encoding !== 'UTF8') {
    throw new Error(`The database stores ${facts.encoding}, but UTF8 is needed: create it with ENCODING 'UTF8'.`);
  }
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit'] as const) {
    if (facts[name] === 'off') {
      throw new Error(
        `The database server has ${name} = off and may lose records in a crash: set it to on and restart.`,
      );
    }
  }
}

interface RoleFacts extends Row {
  readonly bypasses: boolean;
}

/** True when the role of this connection would pass by row-level security (SUPERUSER or BYPASSRLS). */
export async function bypassesRowLevelSecurity(connection: Queryable): Promise<boolean> {
  const [role] = await connection.query<RoleFacts>(
    sql`SELECT rolsuper OR rolbypassrls AS bypasses FROM pg_roles WHERE rolname = current_user`,
  );
  return role?.bypasses === true;
}
