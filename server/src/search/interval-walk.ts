import { raw, type SqlFragment, sql } from '../database/index.ts';
import { canonicalUnit, type RowSource, SHORT_MS, toCanonical } from '../indexing/index.ts';
import type { Branch, Walk } from './branch.ts';
import type { DateCriterion } from './joined.ts';
import type { DateTest, QuantityTest, RowsCriterion, RowTest } from './query.ts';
import { probeTenantSql, sourceSql, tenantSql } from './row-sql.ts';
import { and, tableOf, testSql } from './row-test.ts';
import type { SqlContext } from './sql-context.ts';

/** Of several values of one resource that pass, the walk takes the lowest one. */
export function lowestSql(
  context: SqlContext,
  type: string,
  criterion: RowsCriterion,
  column: string,
): SqlFragment | undefined {
  const { parameter, sources, tests } = criterion;
  const table = tableOf(tests[0] as RowTest);
  if (!parameter.multiple && sources.length === 1) {
    return undefined;
  }
  return sql`NOT EXISTS (SELECT FROM ${raw(table)} o WHERE o.rid = w.rid AND ${probeTenantSql(context, type, 'o')}
    AND ${sourceSql(sources, 'o')} AND ${testSql(tests[0] as RowTest, 'o')} AND ${raw(`o.${column} < w.${column}`)} OFFSET 0)`;
}

/** Short intervals are found by their start; what is longer than a day lies in an index of its own, by its end. */
export function dateWalk(context: SqlContext, type: string, criterion: RowsCriterion, test: DateTest): Walk {
  const { parameter, sources, also = [] } = criterion;
  const tests = [test, ...also];
  const base = [
    tenantSql(context, type, raw('w.tenant')),
    ...tests.map((each) => testSql(each, 'w')),
    lowestSql(context, type, criterion, 'low'),
  ];
  const ends = tests.flatMap(lowBounds);
  const byKey = (number: number, key: string, ...more: SqlFragment[]): Branch[] =>
    sources.map((source) => ({
      from: raw('index_date w'),
      where: and([...base, sourceSql([source], 'w'), ...more]),
      key: raw(key),
      number,
      repeats: parameter.multiple,
    }));
  const walk = (...branches: Branch[]): Walk => ({
    name: `low.${parameter.code}`,
    branches,
    keyType: 'int8',
    descending: false,
  });
  if (!isOpen(test)) {
    return walk(...byKey(0, 'w.low', ...ends));
  }
  return walk(
    ...byKey(0, 'w.low', ...shortFrom(test), ...ends),
    ...byKey(1, 'w.high', sql`w.high > ${beginOf(test)}::int8`, raw(`w.high - w.low > ${SHORT_MS}`)),
  );
}

/**
 * The same rows in the order of their start, for a sort by the date that is asked for. What began more than a day before
 * the time asked for and lasts into it is read by its own index and put in order.
 */
export function dateOrderWalk(
  context: SqlContext,
  type: string,
  { parameter, sources: [source], tests: [test], also = [] }: DateCriterion,
  descending: boolean,
): Walk {
  const tests = [test, ...also];
  const of = (alias: string): SqlFragment[] => [
    tenantSql(context, type, raw(`${alias}.tenant`)),
    sourceSql([source as RowSource], alias),
    ...tests.map((each) => testSql(each, alias)),
  ];
  const branch = { key: raw('w.low'), number: 0, repeats: false };
  const ends = tests.flatMap(lowBounds);
  const short: Branch = {
    ...branch,
    from: raw('index_date w'),
    where: and([...of('w'), ...(isOpen(test) ? shortFrom(test) : []), ...ends]),
  };
  const long: Branch = {
    ...branch,
    from: sql`(SELECT * FROM index_date i WHERE ${and(of('i'))} AND i.high > ${beginOf(test)}::int8
      AND ${raw(`i.high - i.low > ${SHORT_MS}`)} OFFSET 0) w`,
    where: raw('true'),
  };
  return {
    name: `sort.${parameter.code}`,
    branches: isOpen(test) ? [short, long] : [short],
    keyType: 'int8',
    descending,
    bounded: true,
  };
}

/** Does the test let through what began long before? */
function isOpen({ prefix }: DateTest): boolean {
  return prefix === 'gt' || prefix === 'ge' || prefix === 'ap';
}

/** From here on an interval must last to pass. */
function beginOf({ prefix, low, high }: DateTest): number {
  return prefix === 'gt' ? high : low;
}

/** Where the starts of short intervals begin that can pass. */
function shortFrom(test: DateTest): SqlFragment[] {
  return [sql`w.low > ${beginOf(test) - SHORT_MS - 1}::int8`, raw(`w.high - w.low <= ${SHORT_MS}`)];
}

/** What the test says of the start alone, so that it bounds the walk. */
function lowBounds({ prefix, low, high }: DateTest): SqlFragment[] {
  switch (prefix) {
    case 'eq':
      return [sql`w.low < ${high}::int8`];
    case 'le':
      return [sql`w.low < ${high}::int8`];
    case 'eb':
      return [sql`w.low < ${low}::int8`];
    default:
      return [];
  }
}

/** One index that gives some of the rows in order, and what bounds the walk there. */
interface Range {
  readonly key: string;
  readonly conditions: readonly SqlFragment[];
}

/** Single values are found by their lower bound, in their unit if one is named; ranges have an index of their own. */
export function quantityWalk(context: SqlContext, type: string, criterion: RowsCriterion, test: QuantityTest): Walk {
  const { parameter, sources } = criterion;
  const column = test.dimension === undefined ? 'low' : 'canonical_low';
  const base = [
    tenantSql(context, type, raw('w.tenant')),
    testSql(test, 'w'),
    lowestSql(context, type, criterion, column),
  ];
  const ranges =
    test.unit === undefined ? [{ key: column, conditions: bounds(test, column) }] : unitRanges(test, test.unit);
  const branches: Branch[] = ranges.flatMap(({ key, conditions }, number) =>
    sources.map((source) => ({
      from: raw('index_quantity w'),
      where: and([...base, sourceSql([source], 'w'), ...conditions]),
      key: raw(`w.${key}`),
      number,
      // Several codes beside one value give one row each.
      repeats: true,
    })),
  );
  const open = test.prefix === 'gt' || test.prefix === 'ge' || test.prefix === 'ap';
  return {
    name: `value.${parameter.code}`,
    branches: open ? [...branches, ...openRanges(context, type, criterion, base, ranges.length)] : branches,
    keyType: 'float8',
    descending: false,
  };
}

/** Where a walk over the lower bounds of single values begins and ends. */
function bounds(
  { prefix, value, low, high }: QuantityTest,
  column: string,
  scale = (bound: number) => bound,
): SqlFragment[] {
  const tenth = Math.abs(value) * 0.1;
  const from = { eq: low, gt: value, ge: value, sa: value, ap: value - tenth }[prefix as string];
  const to = { eq: high, lt: value, le: value, eb: value, ap: value + tenth }[prefix as string];
  const at = raw(`w.${column}`);
  return [
    ...(from === undefined ? [] : [sql`${at} >= ${scale(from)}::float8`]),
    ...(to === undefined ? [] : [sql`${at} <= ${scale(to)}::float8`]),
  ];
}

/** A unit without the system of UCUM is the code of a convertible unit, another code, or the text of a unit. */
function unitRanges(test: QuantityTest, unit: string): Range[] {
  const canonical = canonicalUnit(unit);
  const convertible: Range[] = canonical
    ? [
        {
          key: 'canonical_low',
          conditions: [
            sql`w.dimension = ${canonical.dimension} AND w.dimension <> '' AND w.unit = ${unit}`,
            ...bounds(test, 'canonical_low', (bound) => toCanonical(bound, canonical)),
          ],
        },
      ]
    : [];
  return [
    ...convertible,
    { key: 'low', conditions: [sql`w.dimension = '' AND w.unit = ${unit} AND w.unit <> ''`, ...bounds(test, 'low')] },
    {
      key: 'low',
      conditions: [sql`w.unit_text = ${unit} AND w.unit_text <> '' AND w.unit <> ${unit}`, ...bounds(test, 'low')],
    },
  ];
}

/** Ranges are few: they are read by their own index alone, and the test is made on what was read. */
function openRanges(
  context: SqlContext,
  type: string,
  criterion: RowsCriterion,
  base: readonly (SqlFragment | undefined)[],
  number: number,
): Branch[] {
  const test = criterion.tests[0] as QuantityTest;
  const [low, high] = test.dimension === undefined ? ['low', 'high'] : ['canonical_low', 'canonical_high'];
  const below = test.prefix === 'ap' ? test.value - Math.abs(test.value) * 0.1 : test.value;
  return criterion.sources.map((source) => ({
    from: sql`(SELECT * FROM index_quantity i WHERE ${tenantSql(context, type, raw('i.tenant'))} AND ${sourceSql([source], 'i')}
      AND i.high > i.low OFFSET 0) w`,
    where: and([...base, sql`${raw(`w.${low}`)} < ${below}::float8`]),
    key: raw(`w.${high}`),
    number,
    repeats: true,
  }));
}
