import { type Database, join, type Row, raw, type SqlFragment, sql } from '../database/index.ts';
import { afterPrefix, conceptWords } from './concept-words.ts';

/** A code of a large code system. */
export interface StoredConcept {
  readonly code: string;
  readonly display: string;
  readonly active: boolean;
}

/** A release of a large code system. */
export interface StoredRelease {
  /** Tenant it lies in: the caller's, or 1. */
  readonly tenant: number;
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

/** Some of the codes that were found, and how many there are. */
export interface ConceptPage {
  readonly total: number;
  readonly concepts: readonly StoredConcept[];
}

/** Large code systems in the database, as one tenant sees them: its own and the shared ones. */
export interface ConceptStore {
  /** The release to use on a day: the latest that is valid then, else the latest at all. */
  release(system: string, on: Date, version?: string): Promise<StoredRelease | undefined>;
  /** All releases in use. */
  releases(): Promise<StoredRelease[]>;
  find(release: StoredRelease, code: string): Promise<StoredConcept | undefined>;
  parents(release: StoredRelease, code: string): Promise<string[]>;
  children(release: StoredRelease, code: string): Promise<string[]>;
  search(release: StoredRelease, query: ConceptQuery): Promise<ConceptPage>;
  /** Is the code the ancestor or one of its descendants? */
  isA(release: StoredRelease, code: string, ancestor: string): Promise<boolean>;
}

/** Most children shown of one code. */
const MOST_CHILDREN = 1000;

/** Gives the store of a tenant. */
export function createConceptStore(database: Database): (tenant: number) => ConceptStore {
  return (tenant) => {
    const scoped = database.forTenant(tenant);
    return {
      async release(system, on, version) {
        const day = on.toISOString().slice(0, 10);
        const [found] = await scoped.query<Row & StoredRelease>(sql`
          SELECT tenant, release, system, version, title FROM code_system_release
          WHERE tenant IN (1, ${tenant}) AND system = ${system} AND state = 'active'
            ${version === undefined ? raw('') : sql`AND version = ${version}`}
          ORDER BY (coalesce(valid_from, '-infinity') <= ${day}::date AND ${day}::date <= coalesce(valid_to, 'infinity')) DESC,
            valid_from DESC NULLS LAST, version DESC, tenant DESC LIMIT 1`);
        return found;
      },
      releases: () =>
        scoped.query<Row & StoredRelease>(sql`
          SELECT tenant, release, system, version, title FROM code_system_release
          WHERE tenant IN (1, ${tenant}) AND state = 'active' ORDER BY system, version`),
      async find(release, code) {
        const [found] = await scoped.query<Row & StoredConcept>(sql`
          SELECT code, display, active FROM concept WHERE ${within('concept', release)} AND code = ${code}`);
        return found;
      },
      async parents(release, code) {
        const rows = await scoped.query<{ parent: string }>(sql`
          SELECT parent FROM concept_parent WHERE ${within('concept_parent', release)} AND code = ${code} ORDER BY parent`);
        return rows.map((row) => row.parent);
      },
      async children(release, code) {
        const rows = await scoped.query<{ code: string }>(sql`
          SELECT code FROM concept_parent WHERE ${within('concept_parent', release)} AND parent = ${code}
          ORDER BY code LIMIT ${MOST_CHILDREN}`);
        return rows.map((row) => row.code);
      },
      async search(release, query) {
        const found = foundCodes(release, query);
        const active = query.activeOnly ? raw('AND c.active') : raw('');
        const rows = await scoped.query<Row & StoredConcept & { total: number | null }>(sql`
          WITH ${found}, hit AS MATERIALIZED (
            SELECT c.code, c.display, c.active FROM concept c
            WHERE ${within('c', release)} AND (${query.filter === undefined && query.isA === undefined} OR c.code IN (SELECT code FROM found)) ${active})
          SELECT h.code, h.display, h.active, t.total FROM (SELECT count(*)::int4 AS total FROM hit) t
            LEFT JOIN LATERAL (SELECT * FROM hit ORDER BY code LIMIT ${query.count} OFFSET ${query.offset}) h ON true
          ORDER BY h.code`);
        const concepts = rows
          .filter((row) => row.code !== null)
          .map(({ code, display, active: is }) => ({ code, display, active: is }));
        return { total: Number(rows[0]?.total ?? 0), concepts };
      },
      async isA(release, code, ancestor) {
        const [found] = await scoped.query<{ found: boolean }>(sql`
          WITH RECURSIVE up (code) AS (
            SELECT ${code}::text COLLATE "C"
            UNION SELECT p.parent FROM up JOIN concept_parent p ON ${within('p', release)} AND p.code = up.code
          ) SELECT EXISTS (SELECT FROM up WHERE code = ${ancestor}) AS found`);
        return found?.found === true;
      },
    };
  };
}

function within(table: string, { tenant, release }: StoredRelease): SqlFragment {
  return sql`${raw(table)}.tenant = ${tenant} AND ${raw(table)}.release = ${release}`;
}

/** The common table `found`: codes that the filter and the hierarchy let through; empty when neither is asked for. */
function foundCodes(release: StoredRelease, { filter, isA }: ConceptQuery): SqlFragment {
  const sets: SqlFragment[] = [];
  if (filter !== undefined) {
    sets.push(sql`(${matchingCodes(release, filter)})`);
  }
  if (isA !== undefined) {
    sets.push(sql`(SELECT code FROM down)`);
  }
  const down = sql`RECURSIVE down (code) AS (
      SELECT ${isA ?? null}::text COLLATE "C"
      UNION SELECT p.code FROM down JOIN concept_parent p ON ${within('p', release)} AND p.parent = down.code)`;
  const found = sets.length > 0 ? join(sets, ' INTERSECT ') : sql`SELECT NULL::text COLLATE "C" AS code WHERE false`;
  return sql`${down}, found AS MATERIALIZED (${found})`;
}

/** Codes whose display has a word with each of these beginnings, and codes that begin with what was typed. */
function matchingCodes(release: StoredRelease, filter: string): SqlFragment {
  const typed = filter.trim().toUpperCase();
  const byCode = sql`SELECT code FROM concept WHERE ${within('concept', release)} AND code >= ${typed} AND code < ${afterPrefix(typed)}`;
  const words = conceptWords(filter).map(
    (word) => sql`SELECT code FROM concept_word WHERE ${within('concept_word', release)}
      AND word >= ${word} AND word < ${afterPrefix(word)}`,
  );
  return words.length > 0 ? sql`(${join(words, ' INTERSECT ')}) UNION ${byCode}` : byCode;
}
