import { type Database, join, type Row, raw, type SqlFragment, sql } from '../database/index.ts';

/** A code of a large code system. */
export interface StoredConcept {
  readonly code: string;
  readonly display: string;
  readonly active: boolean;
  readonly parents: readonly string[];
}

/** A release of a large code system. */
export interface StoredRelease {
  readonly release: number;
  readonly system: string;
  readonly version: string;
  readonly title: string;
}

/** What to find among the codes of a release. */
export interface ConceptQuery {
  /** Beginnings of words of the display, or the beginning of the code. */
  readonly filter?: string;
  /** Only descendants of this code (and the code itself). */
  readonly isA?: string;
  readonly activeOnly?: boolean;
  readonly count: number;
  readonly offset: number;
}

/** Large code systems in the database, as one tenant sees them: its own and the shared ones. */
export interface ConceptStore {
  /** The release to use on a day: the latest that is valid then, else the latest at all. */
  release(tenant: number, system: string, on: Date, version?: string): Promise<StoredRelease | undefined>;
  find(tenant: number, release: number, code: string): Promise<StoredConcept | undefined>;
  children(tenant: number, release: number, code: string): Promise<string[]>;
  search(tenant: number, release: number, query: ConceptQuery): Promise<{ total: number; concepts: StoredConcept[] }>;
  /** Is the code the ancestor or one of its descendants? */
  isA(tenant: number, release: number, code: string, ancestor: string): Promise<boolean>;
}

/** Makes the store. */
export function createConceptStore(database: Database): ConceptStore {
  return {
    async release(tenant, system, on, version) {
      const day = on.toISOString().slice(0, 10);
      const [found] = await database.forTenant(tenant).query<Row & StoredRelease>(sql`
        SELECT release, system, version, title FROM code_system_release
        WHERE tenant IN (1, ${tenant}) AND system = ${system} AND state = 'active'
          ${version === undefined ? raw('') : sql`AND version = ${version}`}
        ORDER BY (coalesce(valid_from, '-infinity') <= ${day}::date AND ${day}::date <= coalesce(valid_to, 'infinity')) DESC,
          valid_from DESC NULLS LAST, version DESC, tenant DESC LIMIT 1`);
      return found;
    },
    async find(tenant, release, code) {
      const [found] = await database.forTenant(tenant).query<Row & StoredConcept>(sql`
        SELECT code, display, active, parents FROM concept
        WHERE tenant IN (1, ${tenant}) AND release = ${release} AND code = ${code}`);
      return found;
    },
    async children(tenant, release, code) {
      const rows = await database.forTenant(tenant).query<{ code: string }>(sql`
        SELECT code FROM concept WHERE tenant IN (1, ${tenant}) AND release = ${release}
          AND parents <> '{}' AND parents @> ARRAY[${code}]::text[] ORDER BY code LIMIT 1000`);
      return rows.map((row) => row.code);
    },
    search: (tenant, release, query) => search(database, tenant, release, query),
    async isA(tenant, release, code, ancestor) {
      const [found] = await database.forTenant(tenant).query<{ found: boolean }>(sql`
        WITH RECURSIVE up (code) AS (
          SELECT ${code}::text COLLATE "C"
          UNION SELECT p.parent FROM up
            JOIN concept c ON c.tenant IN (1, ${tenant}) AND c.release = ${release} AND c.code = up.code
            CROSS JOIN LATERAL unnest(c.parents) AS p (parent)
        ) SELECT EXISTS (SELECT FROM up WHERE code = ${ancestor}) AS found`);
      return found?.found === true;
    },
  };
}

async function search(
  database: Database,
  tenant: number,
  release: number,
  query: ConceptQuery,
): Promise<{ total: number; concepts: StoredConcept[] }> {
  const conditions: SqlFragment[] = [sql`c.tenant IN (1, ${tenant})`, sql`c.release = ${release}`];
  const words = wordsOf(query.filter);
  if (words.length > 0) {
    const prefix = words.join('').toUpperCase();
    conditions.push(sql`(to_tsvector('simple', c.display) @@ to_tsquery('simple', ${words.map((w) => `${w}:*`).join(' & ')})
      OR c.code LIKE ${`${query.filter
        ?.trim()
        .replace(/[\\%_]/g, '\\$&')
        .toUpperCase()}%`} OR replace(c.code, '.', '') = ${prefix})`);
  }
  if (query.activeOnly) {
    conditions.push(sql`c.active`);
  }
  if (query.isA !== undefined) {
    conditions.push(sql`c.code IN (SELECT code FROM down)`);
  }
  const down =
    query.isA === undefined
      ? raw('')
      : sql`WITH RECURSIVE down (code) AS (
          SELECT ${query.isA}::text COLLATE "C"
          UNION SELECT k.code FROM down JOIN concept k ON k.parents <> '{}' AND k.parents @> ARRAY[down.code]
            AND k.tenant IN (1, ${tenant}) AND k.release = ${release})`;
  const where = join(conditions, ' AND ');
  const [rows, counts] = await Promise.all([
    database.forTenant(tenant).query<Row & StoredConcept>(sql`${down}
      SELECT c.code, c.display, c.active, c.parents FROM concept c WHERE ${where}
      ORDER BY c.code LIMIT ${query.count} OFFSET ${query.offset}`),
    database
      .forTenant(tenant)
      .query<{ total: number }>(sql`${down} SELECT count(*)::int4 AS total FROM concept c WHERE ${where}`),
  ]);
  return { total: Number(counts[0]?.total ?? 0), concepts: rows };
}

/** Words as PostgreSQL's `simple` configuration has them; nothing of the query language gets through. */
function wordsOf(filter: string | undefined): string[] {
  return (
    (filter ?? '')
      .normalize('NFD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.slice(0, 12) ?? []
  );
}
