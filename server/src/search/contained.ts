import type { Resource } from '@medplum/fhirtypes';
import { type AccessGrant, hiddenFields, redact } from '../access/index.ts';
import { join, type Queryable, sql, type TenantDatabase } from '../database/index.ts';
import { invalid } from '../fhir/index.ts';
import type { Indexer } from '../indexing/index.ts';
import { BUDGET_MS, isOverBudget, tooCostly } from './budget.ts';
import { type Cursor, writeCursor } from './cursor.ts';
import { visibleSql } from './includes.ts';
import { canMatch, matchesQuery } from './match.ts';
import type { SearchQuery } from './query.ts';
import type { SearchPage } from './search-page.ts';
import type { SqlContext } from './sql-context.ts';
import { type FoundResource, type FoundRow, foundOf } from './stored-row.ts';

/** A resource within another one, as a search found it. */
interface ContainedMatch {
  readonly container: FoundResource;
  readonly resource: Resource;
}

/** What contained resources are searched with. */
export interface ContainedServices {
  readonly db: Queryable;
  readonly grant: AccessGrant;
  readonly context: SqlContext;
  readonly indexer: Indexer;
  /** All resource types, any of which may contain others. */
  readonly types: readonly string[];
}

/** Name of the walk over resources that contain others. */
const CONTAINED = 'contained';
const CHUNK = 200;
/** Totals count no further. */
const MAX_COUNTED = 1_000_000;

/** The search without contained resources, for what is asked beside them. */
interface Ordinary {
  page(): Promise<SearchPage>;
  count(): Promise<number>;
}

/**
 * Carries out a search with `_contained`: the ordinary matches first unless only contained resources are wanted, then
 * these, or what contains them.
 * @see https://hl7.org/fhir/R4/search.html#contained
 */
export async function searchContained(
  services: ContainedServices,
  query: SearchQuery,
  cursor: Cursor | undefined,
  ordinary: Ordinary,
): Promise<SearchPage> {
  const { count, warnings, contained } = query;
  const only = contained?.only ?? false;
  const total =
    query.total === 'none'
      ? undefined
      : (only ? 0 : await ordinary.count()) +
        (await containedMatches(services, query, MAX_COUNTED, undefined)).matches.length;
  if (query.countOnly) {
    return { entries: [], ...(total !== undefined && { total }), warnings };
  }
  const isInside = cursor?.walk === CONTAINED;
  const first = only || isInside ? { entries: [], warnings } : await ordinary.page();
  if (first.next !== undefined) {
    return { ...first, ...(total !== undefined && { total }) };
  }
  const left = count - first.entries.filter(({ mode }) => mode === 'match').length;
  const { matches, next } = await containedMatches(services, query, left, isInside ? cursor : undefined);
  return {
    entries: [...first.entries, ...entriesOf(matches, contained?.show === 'contained')],
    ...(total !== undefined && { total }),
    ...(next && { next: writeCursor(query.fingerprint, next) }),
    warnings,
  };
}

/** The contained resources themselves, or each of their containers once. */
function entriesOf(matches: readonly ContainedMatch[], themselves: boolean): SearchPage['entries'] {
  return matches
    .filter(({ container }, at) => themselves || matches[at - 1]?.container.rid !== container.rid)
    .map(({ container, resource }) => ({
      stored: container,
      mode: 'match' as const,
      ...(themselves && { contained: resource }),
    }));
}

/**
 * Finds contained resources. They have no index rows: what contains anything of the types is read in the order of its
 * row numbers and matched in memory, until enough was found or the budget is used up.
 * @throws FhirError 400 for criteria that need more than the resource itself, and beyond the budget.
 */
async function containedMatches(
  services: ContainedServices,
  query: SearchQuery,
  wanted: number,
  after: Cursor | undefined,
): Promise<{ readonly matches: readonly ContainedMatch[]; readonly next?: Cursor }> {
  if (!canMatch(query)) {
    const text = "'_contained' goes with what one resource tells by itself: no chains, _has, _list, words, :in or near";
    throw invalid('search-contained', text);
  }
  const started = performance.now();
  const found: (ContainedMatch & { readonly at: Cursor })[] = [];
  for (let from = after?.rid ?? 0; found.length <= wanted; ) {
    const rows = await containers(services, query.types, from, BUDGET_MS - (performance.now() - started));
    for (const row of rows) {
      found.push(...matchesIn(services, query, foundOf(row)).filter(({ at }) => isAfter(at, after)));
    }
    if (rows.length < CHUNK) {
      break;
    }
    from = Number(rows.at(-1)?.rid) + 1;
  }
  const matches = found.slice(0, wanted);
  const last = matches.at(-1)?.at ?? after;
  return { matches, ...(found.length > wanted && { next: last ?? startOf(query) }) };
}

/** Before the first contained resource. */
const startOf = ({ types: [type = ''] }: SearchQuery): Cursor => ({
  type,
  walk: CONTAINED,
  branch: -1,
  keys: [],
  rid: 0,
});

const isAfter = (at: Cursor, after: Cursor | undefined): boolean =>
  after === undefined || at.rid > after.rid || at.branch > after.branch;

/** Visible resources from a row number on that contain something of the types. */
async function containers(
  { db, grant, context, types }: ContainedServices,
  wanted: readonly string[],
  from: number,
  leftMs: number,
): Promise<readonly FoundRow[]> {
  const visible = visibleSql(context, types, 'b0');
  if (!visible) {
    return [];
  }
  if (leftMs <= 0) {
    throw tooCostly(['_contained']);
  }
  const kinds = wanted.map((type) => `%"resourceType":"${type}"%`);
  const statement = sql`SELECT b0.rid, b0.author, b0.content FROM resource b0
    WHERE b0.tenant = ${grant.tenant}::int4 AND NOT b0.deleted AND b0.rid >= ${from}::int8
      AND ${join([sql`b0.content LIKE '%"contained":[{%'`, sql`b0.content LIKE ANY(${kinds}::text[])`, visible], ' AND ')}
    ORDER BY b0.rid LIMIT ${CHUNK}::int4`;
  const limited = 'within' in db ? (db as TenantDatabase).within(leftMs) : db;
  try {
    return await limited.query<FoundRow>(statement);
  } catch (error) {
    throw isOverBudget(error) ? tooCostly(['_contained']) : error;
  }
}

/** The contained resources of one resource that match, as the caller may see them. */
function matchesIn(
  { grant, indexer }: ContainedServices,
  query: SearchQuery,
  container: FoundResource,
): (ContainedMatch & { readonly at: Cursor })[] {
  const whole = redact(JSON.parse(container.json) as Resource, hiddenFields(grant, container.type));
  const contained = 'contained' in whole ? (whole.contained ?? []) : [];
  return contained.flatMap((inner, branch) => {
    const resource = redact(inner, hiddenFields(grant, inner.resourceType));
    const at: Cursor = { type: inner.resourceType, walk: CONTAINED, branch, keys: [], rid: Number(container.rid) };
    return matchesQuery(indexer, query, resource) ? [{ container, resource, at }] : [];
  });
}
