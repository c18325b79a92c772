import type { AccessGrant } from '../access/index.ts';
import type { Queryable, Sql, SqlFragment } from '../database/index.ts';
import type { Indexer, ParameterRegistry } from '../indexing/index.ts';
import { type AccessFilters, sqlContext } from './access.ts';
import { budgeted } from './budget.ts';
import { searchContained } from './contained.ts';
import { badCursor, type Cursor, readCursor, writeCursor } from './cursor.ts';
import { type Inclusion, includedSql, iterated, oneRound } from './includes.ts';
import { MERGED } from './merged-order.ts';
import { comparePlaced } from './merged-page.ts';
import { type Extras, fetchSql, pageSql, shownSql, totalSql } from './page-sql.ts';
import { type Estimate, type Plan, planName, planSearch, withAccess } from './plan.ts';
import type { SearchQuery, SortRule } from './query.ts';
import type { SearchPage } from './search-page.ts';
import type { SqlContext } from './sql-context.ts';
import type { FoundResource, PageRow } from './stored-row.ts';
import { namesCodes, resolveCodes, type SearchTerminology } from './terminology.ts';
import { type VersionTexts, WHOLE } from './version-texts.ts';

/** What runs need beside the query. */
export interface RunServices {
  readonly indexer: Indexer;
  readonly registry: ParameterRegistry;
  readonly types: readonly string[];
  readonly filters: AccessFilters;
  readonly named: (fragment: SqlFragment) => Sql;
  readonly terminology: SearchTerminology;
  readonly texts: VersionTexts;
  /** Counts what a criterion finds, up to a limit, and remembers it for a while. */
  readonly estimate: (db: Queryable, context: SqlContext, tenant: number) => Estimate;
}

interface Run {
  readonly services: RunServices;
  readonly db: Queryable;
  readonly grant: AccessGrant;
  readonly context: SqlContext;
  readonly query: SearchQuery;
}

/** Carries out a search as its caller may see it. @throws FhirError 400 for a page token of another search. */
export async function runSearch(
  services: RunServices,
  db: Queryable,
  grant: AccessGrant,
  query: SearchQuery,
): Promise<SearchPage> {
  const run: Run = { services, db, grant, query, context: sqlContext(services.filters, grant) };
  const cursor = query.cursor === undefined ? undefined : readCursor(query.fingerprint, query.cursor);
  if (cursor && !query.types.includes(cursor.type)) {
    throw badCursor();
  }
  if (query.contained) {
    const contained = { db, grant, context: run.context, indexer: services.indexer, types: services.types };
    const page = (): Promise<SearchPage> => ordinaryPage(run, cursor);
    return searchContained(contained, query, cursor, { page, count: () => total(run) });
  }
  if (query.countOnly) {
    return { entries: [], total: await total(run), warnings: query.warnings };
  }
  return ordinaryPage(run, cursor);
}

async function ordinaryPage(run: Run, cursor: Cursor | undefined): Promise<SearchPage> {
  return finished(run, (await atOnce(run, cursor)) ?? (await inParts(run, cursor)));
}

/** A page with what belongs to it. */
interface WholePage extends Page {
  readonly others: readonly FoundResource[];
  readonly sum?: number;
}

function finished({ query }: Run, { rows, others, sum, next }: WholePage): SearchPage {
  return {
    entries: [
      ...rows.map((stored) => ({ stored, mode: 'match' as const })),
      ...others.map((stored) => ({ stored, mode: 'include' as const })),
    ],
    ...(sum !== undefined && { total: sum }),
    ...(next && { next: writeCursor(query.fingerprint, next) }),
    warnings: query.warnings,
  };
}

/** Page, includes and total in one statement: what a search on one type needs unless its walk has a tail. */
async function atOnce(run: Run, cursor: Cursor | undefined): Promise<WholePage | undefined> {
  const { query, context } = run;
  const [type] = query.types;
  const plan = type !== undefined && query.types.length === 1 ? await planOf(run, type, true, cursor?.walk) : undefined;
  if (!plan || plan.tail) {
    return undefined;
  }
  const counted = query.total === 'none' ? undefined : await planOf(run, plan.type, false);
  const shownRows = shownSql(query.count, query.revIncludes.length > 0);
  const included = includedSql({ ...run.services, context }, plan.type, shownRows, query);
  const extras: Extras = {
    shown: query.count,
    ...(included && { included }),
    ...(counted && { total: totalSql(context, counted) }),
  };
  const fetched = await fetchPage(run, plan, query.count + 1, query.offset, cursor, extras);
  const matches = included ? fetched.rows.filter((row) => row.branch !== null) : fetched.rows;
  const shown = matches.slice(0, query.count);
  const last = matches.length > query.count ? shown.at(-1) : undefined;
  const next = last && fetched.cursorAt(last);
  const found = await run.services.texts.found(run.db, [...shown, ...fetched.rows.slice(matches.length)]);
  const rows = found.slice(0, shown.length);
  const first = found.slice(shown.length);
  const others = first.length > 0 ? await iterated(inclusionOf(run), rows, first, query) : first;
  const sum = counted && (matches[0] ? Number(matches[0].total) : await countOf(run, counted));
  return { rows, others, ...(next && { next }), ...(sum !== undefined && { sum }) };
}

function inclusionOf({ services, context, db }: Run): Inclusion {
  return {
    context,
    registry: services.registry,
    types: services.types,
    db,
    named: services.named,
    texts: services.texts,
  };
}

/** The same in several statements. */
async function inParts(run: Run, cursor: Cursor | undefined): Promise<WholePage> {
  const page = await pageOf(run, cursor);
  const others = await includedRows(run, page.rows);
  const sum = await totalOf(run, page.rows.length, page.next);
  return { ...page, others, ...(sum !== undefined && { sum }) };
}

/** The plan for one type; undefined when the caller may see nothing of it. */
async function planOf(run: Run, type: string, sorted: boolean, wanted?: string): Promise<Plan | undefined> {
  const { services, query, context, db, grant } = run;
  const written = withAccess(query.criteria.get(type) ?? [], context.access(type));
  if (!written) {
    return undefined;
  }
  const criteria = written.some(namesCodes)
    ? await Promise.all(written.map((criterion) => resolveCodes(services.terminology, grant.tenant, criterion)))
    : written;
  const estimate = services.estimate(db, context, grant.tenant);
  const planning = { context, registry: services.registry, type, estimate, ...(wanted !== undefined && { wanted }) };
  return planSearch(planning, criteria, sorted ? (query.sort.get(type) ?? []) : []);
}

async function typesOf(run: Run): Promise<readonly string[]> {
  return run.query.types.length > 20 ? presentTypes(run) : run.query.types;
}

/** Types of which the tenant has anything at all: a search over everything leaves the others out. */
async function presentTypes({ db, grant, query }: Run): Promise<string[]> {
  const rows = await db.query<{ type: string }>({
    name: 'search:types',
    text: `WITH RECURSIVE t AS (
      (SELECT type FROM resource WHERE tenant = $1 ORDER BY type LIMIT 1)
      UNION ALL
      SELECT (SELECT r.type FROM resource r WHERE r.tenant = $1 AND r.type > t.type ORDER BY r.type LIMIT 1) FROM t WHERE t.type IS NOT NULL
    ) SELECT type FROM t WHERE type IS NOT NULL`,
    values: [grant.tenant],
  });
  const searched = new Set(query.types);
  return rows.map((row) => row.type).filter((type) => searched.has(type));
}

interface Page {
  readonly rows: readonly FoundResource[];
  readonly next?: Cursor;
}

async function pageOf(run: Run, cursor: Cursor | undefined): Promise<Page> {
  const { count, offset, types, sort } = run.query;
  const rules = sort.get(types[0] ?? '') ?? [];
  if (types.length > 1 && rules.length > 0) {
    return mergedPage(run, rules, cursor);
  }
  const rows: FoundResource[] = [];
  let last: Cursor | undefined;
  for (const type of await typesOf(run)) {
    if (cursor && type < cursor.type) {
      continue;
    }
    const resumed = cursor?.type === type ? cursor : undefined;
    const plan = await planOf(run, type, true, resumed?.walk);
    const limit = count - rows.length + 1;
    const page = plan ? await pageOfType(run, plan, limit, types.length > 1 ? 0 : offset, resumed) : [];
    for (const { row, cursor: at } of page) {
      if (rows.length === count) {
        return { rows, ...(last && { next: last }) };
      }
      rows.push(row);
      last = at;
    }
  }
  return { rows };
}

/** One order over several types: a page of each, of which the first rows are taken. */
async function mergedPage(run: Run, rules: readonly SortRule[], cursor: Cursor | undefined): Promise<Page> {
  const { count, offset } = run.query;
  const found: PlacedRow[] = [];
  let compare: ((left: PlacedRow, right: PlacedRow) => number) | undefined;
  for (const type of await typesOf(run)) {
    const plan = await planOf(run, type, true, MERGED);
    if (plan) {
      compare ??= comparePlaced(rules, plan);
      found.push(...(await fetchRows(run, plan, count + offset + 1, 0, cursor)));
    }
  }
  const page = (compare ? found.sort(compare) : found).slice(offset, offset + count);
  const last = page.at(-1)?.cursor;
  const more = found.length > offset + count && last;
  return {
    rows: page.map(({ row }) => row),
    ...(more && { next: { ...last, type: run.query.types[0] as string, walk: MERGED } }),
  };
}

interface PlacedRow {
  readonly row: FoundResource;
  readonly cursor: Cursor;
}

/** Rows of one type after the cursor; when the walk ends early, those of its tail. */
async function pageOfType(
  run: Run,
  plan: Plan,
  limit: number,
  offset: number,
  cursor: Cursor | undefined,
): Promise<PlacedRow[]> {
  const inTail = plan.tail !== undefined && cursor?.walk === plan.tail.name;
  const rows = inTail ? [] : await fetchRows(run, plan, limit, offset, cursor);
  if (!plan.tail || rows.length >= limit) {
    return rows;
  }
  const tail: Plan = { ...plan, walk: plan.tail, sort: [] };
  const skipped = offset > 0 ? Math.max(0, offset - (await countOf(run, { ...plan, tail: undefined }))) : 0;
  return [
    ...rows,
    ...(await fetchRows(run, tail, limit - rows.length, rows.length > 0 ? 0 : skipped, inTail ? cursor : undefined)),
  ];
}

async function fetchRows(
  run: Run,
  plan: Plan,
  limit: number,
  offset: number,
  cursor: Cursor | undefined,
): Promise<PlacedRow[]> {
  const { rows, cursorAt } = await fetchPage(run, plan, limit, offset, cursor);
  const found = await run.services.texts.found(run.db, rows);
  return found.map((row, n) => ({ row, cursor: cursorAt(rows[n] as PageRow) }));
}

interface FetchedPage {
  readonly rows: readonly PageRow[];
  readonly cursorAt: (row: PageRow) => Cursor;
}

async function fetchPage(
  run: Run,
  plan: Plan,
  limit: number,
  offset: number,
  cursor: Cursor | undefined,
  extras?: Extras,
): Promise<FetchedPage> {
  const page = pageSql(run.context, plan, { limit, offset, ...(cursor && { cursor }) });
  const rows = await dbFor(run, plan).query<PageRow>(
    run.services.named(fetchSql(page, run.services.texts.columns(run.db), extras)),
  );
  const cursorAt = (row: PageRow): Cursor => ({
    type: plan.type,
    walk: planName(plan),
    branch: page.branch ?? row.branch ?? 0,
    keys: Array.from({ length: page.keys }, (_, n) => row[`k${n}`] as string | null),
    rid: row.rid,
  });
  return { rows, cursorAt };
}

async function includedRows(run: Run, rows: readonly FoundResource[]): Promise<FoundResource[]> {
  const { includes, revIncludes } = run.query;
  if (rows.length === 0 || includes.length + revIncludes.length === 0) {
    return [];
  }
  const inclusion = inclusionOf(run);
  const onPage = new Set(rows.map((row) => row.rid));
  const first = (await oneRound(inclusion, rows, run.query)).filter((row) => !onPage.has(row.rid));
  return iterated(inclusion, rows, first, run.query);
}

/** The total, when it was asked for; a first page that is also the last one knows it already. */
async function totalOf(run: Run, found: number, next: Cursor | undefined): Promise<number | undefined> {
  const { total: wanted, cursor, offset } = run.query;
  if (wanted === 'none') {
    return undefined;
  }
  return !next && cursor === undefined && offset === 0 ? found : total(run);
}

async function total(run: Run): Promise<number> {
  let sum = 0;
  for (const type of await typesOf(run)) {
    const plan = await planOf(run, type, false);
    sum += plan ? await countOf(run, plan) : 0;
  }
  return sum;
}

async function countOf(run: Run, plan: Plan): Promise<number> {
  const rows = await dbFor(run, plan).query<{ total: number }>(run.services.named(totalSql(run.context, plan)));
  return Number(rows[0]?.total ?? 0);
}

function dbFor({ db, query }: Run, plan: Plan): Queryable {
  return budgeted(db, plan, query.criteria.get(plan.type) ?? []);
}

/** The plans of a search, one for each type the caller may see. */
export async function plansOf(
  services: RunServices,
  db: Queryable,
  grant: AccessGrant,
  query: SearchQuery,
): Promise<Plan[]> {
  const run: Run = { services, db, grant, query, context: sqlContext(services.filters, grant) };
  const plans: Plan[] = [];
  for (const type of await typesOf(run)) {
    const plan = await planOf(run, type, true);
    if (plan) {
      plans.push(plan);
    }
  }
  return plans;
}

/** The statement of a plan's first page. */
export function pageStatement(services: RunServices, grant: AccessGrant, plan: Plan, query: SearchQuery): SqlFragment {
  const context = sqlContext(services.filters, grant);
  const page = pageSql(context, plan, { limit: query.count + 1, offset: query.offset });
  return fetchSql(page, WHOLE);
}
