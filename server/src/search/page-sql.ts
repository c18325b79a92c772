import { join, raw, type SqlFragment, sql } from '../database/index.ts';
import type { Branch, KeyType, Walk } from './branch.ts';
import type { Cursor } from './cursor.ts';
import type { Plan } from './plan.ts';
import { predicate } from './predicate.ts';
import type { SortRule } from './query.ts';
import { parameterTable, probeTenantSql, sourceSql, tenantSql } from './row-sql.ts';
import { and } from './row-test.ts';
import { sortColumn } from './sort-walk.ts';
import type { SqlContext } from './sql-context.ts';

interface Limits {
  readonly limit: number;
  readonly offset: number;
  readonly cursor?: Cursor;
}

/** Selects `branch, k0 …, rid` of one page, in an order that its columns tell. */
export interface PageSql {
  readonly select: SqlFragment;
  /** Names of the columns of which the order is made, each with its direction. */
  readonly order: readonly string[];
  /** How many columns `k0 …` the order needs. */
  readonly keys: number;
  /** The branch that all rows are of, when there is but one. */
  readonly branch?: number;
}

/** The page of a plan. */
export function pageSql(context: SqlContext, plan: Plan, limits: Limits): PageSql {
  const probes = plan.probes.map((probe) => predicate(context, plan.type, probe, raw('w.rid')));
  return plan.sort.length > 0 ? sortedSql(context, plan, probes, limits) : walkedSql(plan.walk, probes, limits);
}

function walkedSql(walk: Walk, probes: readonly SqlFragment[], { limit, offset, cursor }: Limits): PageSql {
  const branches = walk.branches.filter((branch) => !cursor || branch.number >= cursor.branch);
  const selects = branches.map((branch) => branchSql(walk, branch, probes, limit + offset, cursor));
  const paging = sql`LIMIT ${limit}::int4 OFFSET ${offset}::int4`;
  const order = orderOf(walk);
  const ordering = raw(order.join(', '));
  const [only] = selects;
  if (only && selects.length === 1) {
    const [branch] = branches as [Branch];
    const keys = branch.key ? 1 : 0;
    const select = offset > 0 ? sql`SELECT * FROM (${only}) q ORDER BY ${ordering} ${paging}` : only;
    return { select, order: order.slice(2 - keys), keys, branch: branch.number };
  }
  const all = join(
    selects.map((select) => sql`(${select})`),
    ' UNION ALL ',
  );
  return {
    select: sql`SELECT DISTINCT branch, k0, rid FROM (${all}) q ORDER BY ${ordering} ${paging}`,
    order,
    keys: 1,
  };
}

function orderOf(walk: Walk): string[] {
  const direction = walk.descending ? 'DESC' : 'ASC';
  return ['branch', `k0 ${direction}`, `rid ${direction}`];
}

function branchSql(
  walk: Walk,
  branch: Branch,
  probes: readonly SqlFragment[],
  limit: number,
  cursor: Cursor | undefined,
): SqlFragment {
  const direction = raw(walk.descending ? 'DESC' : 'ASC');
  const key = branch.key;
  const after = cursor?.branch === branch.number ? afterSql(walk, branch, cursor) : undefined;
  const where = and([branch.where, after, ...probes]);
  const columns = sql`${raw(String(branch.number))} AS branch, ${key ?? raw('NULL::text')} AS k0, w.rid`;
  const ordering = key ? sql`${key} ${direction}, w.rid ${direction}` : sql`w.rid ${direction}`;
  if (branch.unordered && !key) {
    return sql`SELECT DISTINCT ${raw(String(branch.number))} AS branch, NULL::text AS k0, w.rid
      FROM (SELECT w.rid FROM ${branch.from} WHERE ${where} OFFSET 0) w ORDER BY ${ordering} LIMIT ${limit}::int4`;
  }
  const distinct = branch.repeats ? (key ? sql`DISTINCT ON (${key}, w.rid) ` : raw('DISTINCT ON (w.rid) ')) : raw('');
  return sql`SELECT ${distinct}${columns} FROM ${branch.from} WHERE ${where} ORDER BY ${ordering} LIMIT ${limit}::int4`;
}

function afterSql(walk: Walk, branch: Branch, cursor: Cursor): SqlFragment {
  const than = raw(walk.descending ? '<' : '>');
  return branch.key
    ? sql`(${branch.key}, w.rid) ${than} (${cursor.keys[0]}::${raw(walk.keyType ?? 'text')}, ${cursor.rid}::int8)`
    : sql`w.rid ${than} ${cursor.rid}::int8`;
}

/** The whole set with its sort values, of which the page is the smallest rows. */
function sortedSql(context: SqlContext, plan: Plan, probes: readonly SqlFragment[], limits: Limits): PageSql {
  const { sort, type } = plan;
  const values = sort.map((rule, n) => sql`${sortValue(context, type, rule)} AS ${raw(`k${n}`)}`);
  const order = [...sort.map((rule, n) => `k${n} ${rule.descending ? 'DESC' : 'ASC'} NULLS LAST`), 'rid'];
  const after = limits.cursor ? sql` WHERE ${keysetSql(sort, limits.cursor)}` : raw('');
  const select = sql`SELECT 0 AS branch, ${raw(sort.map((_, n) => `k${n}`).join(', '))}, rid FROM (
      SELECT f.rid, ${join(values, ', ')} FROM (${setSql(plan.walk, probes)}) f OFFSET 0) q${after}
    ORDER BY ${raw(order.join(', '))} LIMIT ${limits.limit}::int4 OFFSET ${limits.offset}::int4`;
  return { select, order, keys: sort.length, branch: 0 };
}

/** All row numbers of a walk that pass the probes, each once, in no order. */
export function setSql(walk: Walk, probes: readonly SqlFragment[]): SqlFragment {
  const selects = walk.branches.map(
    ({ from, where }) => sql`SELECT w.rid FROM ${from} WHERE ${and([where, ...probes])}`,
  );
  const [only] = selects;
  if (only && selects.length === 1) {
    return walk.branches[0]?.repeats ? sql`SELECT DISTINCT rid FROM (${only}) d` : only;
  }
  return join(selects, ' UNION ');
}

function sortValue(context: SqlContext, type: string, { code, parameter, descending }: SortRule): SqlFragment {
  if (!parameter) {
    return sql`(SELECT x.${raw(code === '_id' ? 'id' : 'last_updated')} FROM resource x WHERE x.rid = f.rid)`;
  }
  const { column } = sortColumn(parameter);
  const pick = raw(`${descending ? 'max' : 'min'}(i.${column})`);
  const table = parameterTable(parameter);
  const tenant =
    table === 'index_token' ? tenantSql(context, type, raw('i.tenant')) : probeTenantSql(context, type, 'i');
  return sql`(SELECT ${pick} FROM ${raw(table)} i WHERE ${tenant}
    AND i.rid = f.rid AND ${sourceSql(parameter.sources, 'i')})`;
}

function keyTypeOf({ code, parameter }: SortRule): KeyType {
  return parameter ? sortColumn(parameter).keyType : code === '_id' ? 'text' : 'timestamptz';
}

/** Everything after the cursor, with missing values last in either direction. */
function keysetSql(sort: readonly SortRule[], cursor: Cursor): SqlFragment {
  const same: SqlFragment[] = [];
  const alternatives: SqlFragment[] = [];
  sort.forEach((rule, n) => {
    const column = raw(`k${n}`);
    const key = cursor.keys[n] ?? null;
    const type = raw(keyTypeOf(rule));
    if (key === null) {
      same.push(sql`${column} IS NULL`);
      return;
    }
    const than = raw(rule.descending ? '<' : '>');
    alternatives.push(and([...same, sql`(${column} ${than} ${key}::${type} OR ${column} IS NULL)`]));
    same.push(sql`${column} = ${key}::${type}`);
  });
  alternatives.push(and([...same, sql`rid > ${cursor.rid}::int8`]));
  return sql`(${join(
    alternatives.map((part) => sql`(${part})`),
    ' OR ',
  )})`;
}

/** What one statement gives beside the page. */
export interface Extras {
  /** Rows of the page that are shown; one more may be there to tell that there is a next page. */
  readonly shown: number;
  /** Selects row numbers of what is included, from the relation `s` of the shown rows. */
  readonly included?: SqlFragment;
  /** Gives one number. */
  readonly total?: SqlFragment;
}

/** The shown rows `s (rid)` of a page, or `s (rid, id)` for what points to them: what includes start from. */
export function shownSql(shown: number, withIds: boolean): SqlFragment {
  return withIds
    ? sql`(SELECT p.rid, q.id FROM p JOIN resource q ON q.rid = p.rid WHERE p.n <= ${shown}::int8) s`
    : sql`(SELECT rid FROM p WHERE n <= ${shown}::int8) s`;
}

/** The page together with these columns of the found resources, what it includes and the total. */
export function fetchSql(page: PageSql, columns: string, extras?: Extras): SqlFragment {
  return extras?.included ? includingSql(page, columns, extras, extras.included) : matchingSql(page, columns, extras);
}

/**
 * The page alone, joined to the resources in its own order, which a nested loop keeps: numbering its rows and sorting
 * them again would cost 25 to 45 µs of the 130 to 230 of a page.
 */
function matchingSql(page: PageSql, found: string, extras: Extras | undefined): SqlFragment {
  const columns = [
    ...(page.branch === undefined ? ['p.branch'] : []),
    ...keysOf(page, (key) => `p.${key}::text AS ${key}`),
    found,
  ];
  const total = extras?.total ? sql`, (${extras.total}) AS total` : raw('');
  const order = page.order.map((column) => `p.${column}`);
  return sql`SELECT ${raw(columns.join(', '))}${total}
    FROM (${page.select}) p JOIN resource r ON r.rid = p.rid ORDER BY ${raw(order.join(', '))}`;
}

/** Something for each column `k0 …` of a page. */
function keysOf<T>(page: Pick<PageSql, 'keys'>, write: (key: string) => T): T[] {
  return Array.from({ length: page.keys }, (_, n) => write(`k${n}`));
}

/** The page, its rows numbered as they come, and after it what it includes, whose `branch` is null. */
function includingSql(page: PageSql, found: string, extras: Extras, included: SqlFragment): SqlFragment {
  const total = extras.total ? sql`, (${extras.total}) AS total` : raw('');
  const shown = ['u.branch', ...keysOf(page, (key) => `u.${key}`), found];
  const matches = ['p.n', 'p.branch', ...keysOf(page, (key) => `p.${key}::text AS ${key}`), 'p.rid'];
  const others = ['NULL::int8', 'NULL::int4', ...keysOf(page, () => 'NULL::text'), 'x.rid'];
  return sql`WITH p AS MATERIALIZED (SELECT *, row_number() OVER () AS n FROM (${page.select}) o)
    SELECT ${raw(shown.join(', '))}${total} FROM (
      SELECT ${raw(matches.join(', '))} FROM p UNION ALL
      SELECT DISTINCT ${raw(others.join(', '))} FROM (${included}) x WHERE x.rid NOT IN (SELECT rid FROM p WHERE n <= ${extras.shown}::int8)
      ORDER BY n NULLS LAST OFFSET 0) u
    JOIN resource r ON r.rid = u.rid ORDER BY u.n NULLS LAST`;
}

/**
 * Counts what a plan finds, as `total`. Rows that come in the order of their numbers are told apart while they are
 * counted, which takes a third less than counting the rows of a `SELECT DISTINCT`.
 */
export function totalSql(context: SqlContext, plan: Plan): SqlFragment {
  const probes = plan.probes.map((probe) => predicate(context, plan.type, probe, raw('w.rid')));
  const [only, ...others] = plan.walk.branches;
  return only?.repeats && others.length === 0
    ? sql`SELECT count(DISTINCT w.rid) AS total FROM ${only.from} WHERE ${and([only.where, ...probes])}`
    : sql`SELECT count(*) AS total FROM (${setSql(plan.walk, probes)}) c`;
}

/** Counts no further than `limit`. */
export function limitedCountSql(context: SqlContext, plan: Plan, limit: number): SqlFragment {
  const probes = plan.probes.map((probe) => predicate(context, plan.type, probe, raw('w.rid')));
  return sql`SELECT count(*) AS total FROM (SELECT FROM (${setSql(plan.walk, probes)}) c LIMIT ${limit}::int4) l`;
}
