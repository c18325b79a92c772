import type { Database, Queryable, Row, Sql, SqlFragment, TenantDatabase } from '../database/index.ts';
import { unavailable } from '../fhir/index.ts';
import { isSealed, rowOf } from './sealed-text.ts';
import type { SealedValues } from './sealed-values.ts';

/** Opens one stored text; `tenant` is the only one whose key may do so, undefined where statements see every tenant. */
export type Unseal = (content: string, tenant: number | undefined) => string | Promise<string>;

/** How what is sealed is opened: text of records, and values of a few statements. */
export interface Opening {
  readonly unseal: Unseal;
  readonly values: SealedValues;
  /** Is a key trusted for a time only? What it opened must then be asked for again: its rows say `fleeting`. */
  readonly fleeting: boolean;
}

/** Columns in which statements select stored text. */
const COLUMNS = ['content', 'previous', 'project'] as const;

function hasSealed(rows: readonly Row[]): boolean {
  for (const row of rows) {
    for (const column of COLUMNS) {
      if (isSealed(row[column])) {
        return true;
      }
    }
  }
  return false;
}

/** A row that says which it is, or names its resource, holds no other: the content of one cannot stand in another. */
function assertOwn({ rid, type, id }: Row, content: string): void {
  const isNamed = typeof type === 'string' && typeof id === 'string';
  const isOther = isNamed && !content.startsWith(` {"resourceType":"${type}","id":"${id}"`);
  const isMoved = typeof rid === 'number' && (rowOf(content) ?? rid) !== rid;
  if (isOther || isMoved) {
    throw unavailable('record-sealed', 'A record was sealed for another place');
  }
}

/** Opens what is sealed in rows of this statement's own, in place; waits only where a key is not at hand. */
async function open(rows: readonly Row[], { unseal, fleeting }: Opening, tenant: number | undefined): Promise<void> {
  for (const row of rows) {
    for (const column of COLUMNS) {
      const content = row[column];
      if (isSealed(content)) {
        assertOwn(row, content);
        const text = unseal(content, tenant ?? (typeof row.tenant === 'number' ? row.tenant : undefined));
        row[column] = typeof text === 'string' ? text : await text;
        if (fleeting) {
          row.fleeting = true;
        }
      }
    }
  }
}

function unsealing(queryable: Queryable, opening: Opening, tenant?: number): Queryable {
  const { values } = opening;
  return {
    async query<T = Row>(statement: Sql | SqlFragment): Promise<T[]> {
      if ('name' in statement && values.concerns(statement)) {
        const rows = await queryable.query<Row>(await values.sealed(statement));
        await values.open(statement, rows);
        return rows as T[];
      }
      const rows = await queryable.query<Row>(statement);
      if (hasSealed(rows)) {
        await open(rows, opening, tenant);
      }
      return rows as T[];
    },
  };
}

/**
 * The database as the rooms see it: what is sealed in its rows comes opened, whichever statement selected it. Rows without
 * sealed text cost one look at a character each.
 */
export function unsealingDatabase(database: Database, opening: Opening): Database {
  const tenants = new Map<number, TenantDatabase>();
  const forTenant = (tenant: number): TenantDatabase => {
    let found = tenants.get(tenant);
    if (!found) {
      const scope = database.forTenant(tenant);
      found = {
        tenant,
        ...unsealing(scope, opening, tenant),
        within: (limitMs) => unsealing(scope.within(limitMs), opening, tenant),
        transaction: (work) => scope.transaction((tx) => work(unsealing(tx, opening, tenant))),
      };
      tenants.set(tenant, found);
    }
    return found;
  };
  return {
    ...unsealing(database, opening),
    forTenant,
    listen: (channel, onNotify) => database.listen(channel, onNotify),
    transaction: (work) => database.transaction((tx) => work(unsealing(tx, opening))),
    close: () => database.close(),
  };
}
