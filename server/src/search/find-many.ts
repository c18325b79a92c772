import type { AccessGrant } from '../access/index.ts';
import { join, type Queryable, type SqlFragment, sql } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';
import type { SearchQuery } from './query.ts';
import { pageStatement, plansOf, type RunServices } from './run.ts';
import { type FoundRow, foundOf } from './stored-row.ts';

/** Searches of one statement: with more, planning it takes longer than the trips to the database that are saved. */
const AT_ONCE = 100;

interface NumberedRow extends FoundRow {
  readonly n: number;
}

/**
 * The first pages of many small searches in few statements, in the order of the searches: what a transaction looks up by
 * criteria. A thousand searches by identifier take ten statements.
 */
export async function findMany(
  services: RunServices,
  db: Queryable,
  grant: AccessGrant,
  queries: readonly SearchQuery[],
): Promise<StoredResource[][]> {
  const found: StoredResource[][] = queries.map(() => []);
  for (let from = 0; from < queries.length; from += AT_ONCE) {
    const parts = await partsOf(services, db, grant, queries.slice(from, from + AT_ONCE), from);
    const rows = parts.length > 0 ? await db.query<NumberedRow>(join(parts, ' UNION ALL ').toSql()) : [];
    for (const row of rows) {
      found[row.n]?.push(foundOf(row));
    }
  }
  return found;
}

async function partsOf(
  services: RunServices,
  db: Queryable,
  grant: AccessGrant,
  queries: readonly SearchQuery[],
  from: number,
): Promise<SqlFragment[]> {
  const parts: SqlFragment[] = [];
  for (const [n, query] of queries.entries()) {
    for (const plan of await plansOf(services, db, grant, query)) {
      const page = pageStatement(services, grant, plan, query);
      parts.push(sql`SELECT ${from + n}::int4 AS n, q.rid, q.author, q.content FROM (${page}) q`);
    }
  }
  return parts;
}
