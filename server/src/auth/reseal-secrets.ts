import { type Queryable, raw, type SqlFragment, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { openSecret } from './sealed.ts';

/** A table of this room in which something is sealed and stays. */
interface Store {
  readonly table: string;
  readonly column: string;
  /** SQL of the tenant under whose key it is sealed, and of the place that it is sealed for. */
  readonly tenant: string;
  readonly place: string;
}

const STORES: readonly Store[] = [
  {
    table: 'user_factor',
    column: 'secret',
    tenant: '0',
    place: `user_id || '/' || id`,
  },
  {
    table: 'identity_provider',
    column: 'secret',
    tenant: 'tenant',
    place: `'identity-provider/' || id`,
  },
  {
    table: 'app_state',
    column: 'content',
    tenant: 'tenant',
    place: `'app-state/' || tenant || '/' || client || '/' || user_id || '/' || id`,
  },
];

interface SealedRow {
  readonly tenant: number;
  readonly place: string;
  readonly sealed: string;
}

const PAGE = 200;

function pageOf(
  database: Queryable,
  { table, column, tenant, place }: Store,
  which: SqlFragment,
): Promise<SealedRow[]> {
  return database.query<SealedRow & Record<string, unknown>>(
    sql`SELECT ${raw(tenant)}::int4 AS tenant, ${raw(place)} AS place, ${raw(column)} AS sealed FROM ${raw(table)}
      WHERE ${raw(column)} <> '' AND ${which} LIMIT ${PAGE}`,
  );
}

/** Seals the rows of one table again, page by page; whoever writes meanwhile keeps what he wrote. */
async function resealStore(deps: AuthDependencies, store: Store, which: SqlFragment): Promise<number> {
  const { table, column, tenant, place } = store;
  let count = 0;
  for (;;) {
    const rows = await pageOf(deps.database, store, which);
    for (const row of rows) {
      const secret = await openSecret(deps, row.tenant, row.place, row.sealed);
      const sealed = await deps.secrets.seal(row.tenant, row.place, secret);
      await deps.database.query(
        sql`UPDATE ${raw(table)} SET ${raw(column)} = ${sealed} WHERE ${raw(tenant)} = ${row.tenant}
          AND ${raw(place)} = ${row.place} AND ${raw(column)} = ${row.sealed}`,
      );
    }
    count += rows.length;
    if (rows.length < PAGE) {
      return count;
    }
  }
}

/**
 * Seals the secrets of a tenant again that are not under its newest key; those of persons are the platform's (tenant 0).
 * Gives the number of secrets.
 * @see security.md S75
 */
export async function resealSecrets(deps: AuthDependencies, tenant: number): Promise<number> {
  const current = await deps.secrets.prefix(tenant);
  let count = 0;
  for (const store of STORES) {
    const isOld = sql`${raw(store.tenant)} = ${tenant} AND NOT starts_with(${raw(store.column)}, ${current})`;
    count += await resealStore(deps, store, isOld);
  }
  return count;
}

/** Moves what an earlier version sealed with the key file of the signing keys under the keys of the vault. */
export async function moveSecretsToVault(deps: AuthDependencies): Promise<number> {
  let count = 0;
  for (const store of STORES) {
    count += await resealStore(deps, store, sql`position('.' IN ${raw(store.column)}) = 0`);
  }
  return count;
}
