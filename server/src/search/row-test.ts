import { join, raw, type SqlFragment, sql } from '../database/index.ts';
import type { IndexRow } from '../indexing/index.ts';
import type { DateTest, QuantityTest, ReferenceTest, RowTest, StringTest } from './query.ts';

/** Table of the rows that a test looks at. */
export function tableOf(test: RowTest): string {
  switch (test.kind) {
    case 'uri-below':
      return 'index_token';
    default:
      return `index_${test.kind}`;
  }
}

/** Last text with a beginning, in the order of code points. */
const LAST = '\u{10FFFF}';

/** The condition of a test on the row with this alias. */
export function testSql(test: RowTest, alias = 'i'): SqlFragment {
  const i = raw(alias);
  switch (test.kind) {
    case 'token':
      return and([
        test.code !== undefined && sql`${i}.code = ${test.code}`,
        test.system !== undefined && sql`${i}.system = ${test.system}::int8`,
      ]);
    case 'uri-below':
      return sql`${i}.code >= ${test.prefix} AND ${i}.code < ${test.prefix + LAST}`;
    case 'reference':
      return referenceSql(test, i);
    case 'string':
      return stringSql(test, i);
    case 'date':
      return dateSql(test, raw(`${alias}.low`), raw(`${alias}.high`));
    default:
      return quantitySql(test, alias);
  }
}

/** Joins conditions; without any, true. */
export function and(parts: readonly (SqlFragment | false | undefined)[]): SqlFragment {
  const real = parts.filter((part): part is SqlFragment => !!part);
  return real.length === 0 ? raw('true') : join(real, ' AND ');
}

/** Any of the conditions, in parentheses; without any, false. */
export function or(parts: readonly SqlFragment[]): SqlFragment {
  if (parts.length === 0) {
    return raw('false');
  }
  return parts.length === 1
    ? (parts[0] as SqlFragment)
    : sql`(${join(
        parts.map((p) => sql`(${p})`),
        ' OR ',
      )})`;
}

function referenceSql({ id, types, version }: ReferenceTest, i: SqlFragment): SqlFragment {
  const [only] = types ?? [];
  return and([
    sql`${i}.target_id = ${id}`,
    types?.length === 1 && sql`${i}.target_type = ${only}`,
    types !== undefined && types.length > 1 && sql`${i}.target_type = ANY(${types}::text[])`,
    version !== undefined && sql`${i}.version = ${version}`,
  ]);
}

function stringSql({ how, value }: StringTest, i: SqlFragment): SqlFragment {
  if (how === 'contains' || how === 'ends') {
    return sql`${i}.value LIKE ${`%${value.replace(/[\\%_]/g, '\\$&')}${how === 'contains' ? '%' : ''}`}`;
  }
  if (how === 'equals') {
    return sql`${i}.value = ${value}`;
  }
  if (how === 'starts') {
    return sql`${i}.value >= ${value} AND ${i}.value < ${value + LAST}`;
  }
  return sql`(${i}.exact = ${value} OR (${i}.exact = '' AND ${i}.value = ${value}))`;
}

/** Compares a half-open interval with the interval searched for. @see https://hl7.org/fhir/R4/search.html#prefix */
function dateSql({ prefix, low, high }: DateTest, rowLow: SqlFragment, rowHigh: SqlFragment): SqlFragment {
  const within = sql`${rowLow} >= ${low}::int8 AND ${rowHigh} <= ${high}::int8`;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return sql`NOT (${within})`;
    case 'gt':
      return sql`${rowHigh} > ${high}::int8`;
    case 'lt':
      return sql`${rowLow} < ${low}::int8`;
    case 'ge':
      return sql`(${rowHigh} > ${high}::int8 OR (${within}))`;
    case 'le':
      return sql`(${rowLow} < ${low}::int8 OR (${within}))`;
    case 'sa':
      return sql`${rowLow} >= ${high}::int8`;
    case 'eb':
      return sql`${rowHigh} <= ${low}::int8`;
    default:
      return sql`${rowLow} < ${high}::int8 AND ${rowHigh} > ${low}::int8`;
  }
}

/**
 * The conditions on `last_updated` of a row of `resource`: of each list some test holds. An instant is no interval, so
 * every test is a bound that the index of changes can begin or end at.
 */
export function lastUpdatedSql(tests: readonly (readonly DateTest[])[], alias: string): SqlFragment {
  const at = raw(`${alias}.last_updated`);
  return and(tests.map((any) => or(any.map((test) => instantSql(test, at)))));
}

function instantSql({ prefix, low, high }: DateTest, at: SqlFragment): SqlFragment {
  const [from, to] = [sql`to_timestamp(${low / 1000}::float8)`, sql`to_timestamp(${high / 1000}::float8)`];
  switch (prefix) {
    case 'ne':
      return sql`NOT (${at} >= ${from} AND ${at} < ${to})`;
    case 'gt':
    case 'sa':
      return sql`${at} >= ${to}`;
    case 'ge':
      return sql`${at} >= ${from}`;
    case 'lt':
    case 'eb':
      return sql`${at} < ${from}`;
    case 'le':
      return sql`${at} < ${to}`;
    default:
      return sql`${at} >= ${from} AND ${at} < ${to}`;
  }
}

function quantitySql(test: QuantityTest, alias: string): SqlFragment {
  const { dimension, unit, system, code, codeSystem } = test;
  const canonical = dimension !== undefined;
  const i = raw(alias);
  const [low, high] = canonical ? ['canonical_low', 'canonical_high'] : ['low', 'high'];
  return and([
    canonical && sql`${i}.dimension = ${dimension} AND ${i}.dimension <> ''`,
    unit !== undefined && sql`(${i}.unit = ${unit} OR ${i}.unit_text = ${unit})`,
    system !== undefined && sql`${i}.system = ${system}::int8`,
    code !== undefined && sql`${i}.code = ${code} AND ${i}.code <> ''`,
    comparison(test, raw(`${alias}.${low}`), raw(`${alias}.${high}`)),
    codeSystem !== undefined &&
      sql`EXISTS (SELECT FROM index_token s WHERE s.tenant = ${i}.tenant AND s.param = ANY(${codeSystem.keys}::int4[])
        AND s.code = ${i}.code AND s.rid = ${i}.rid AND s.system = ${codeSystem.system}::int8 AND s.ord = ${i}.ord OFFSET 0)`,
  ]);
}

function comparison(
  { prefix, value, low, high }: QuantityTest,
  rowLow: SqlFragment,
  rowHigh: SqlFragment,
): SqlFragment {
  switch (prefix) {
    case 'eq':
      return sql`${rowLow} >= ${low}::float8 AND ${rowHigh} < ${high}::float8 AND ${rowLow} < ${high}::float8`;
    case 'ne':
      return sql`NOT (${rowLow} >= ${low}::float8 AND ${rowHigh} < ${high}::float8)`;
    case 'gt':
      return sql`${rowHigh} > ${value}::float8`;
    case 'lt':
      return sql`${rowLow} < ${value}::float8`;
    case 'ge':
      return sql`${rowHigh} >= ${value}::float8`;
    case 'le':
      return sql`${rowLow} <= ${value}::float8`;
    case 'sa':
      return sql`${rowLow} > ${value}::float8`;
    case 'eb':
      return sql`${rowHigh} < ${value}::float8`;
    default: {
      const [from, to] = approximately(value);
      return sql`${rowLow} <= ${to}::float8 AND ${rowHigh} >= ${from}::float8`;
    }
  }
}

/** Ten percent to either side. */
function approximately(value: number): [number, number] {
  const tenth = Math.abs(value) * 0.1;
  return [value - tenth, value + tenth];
}

/** The same test on a row in memory. */
export function testRow(test: RowTest, row: IndexRow): boolean {
  switch (test.kind) {
    case 'token':
      return (test.code === undefined || row[1] === test.code) && (test.system === undefined || row[2] === test.system);
    case 'uri-below':
      return String(row[1]).startsWith(test.prefix);
    case 'reference':
      return (
        row[1] === test.id &&
        (test.types === undefined || test.types.includes(row[2] as string)) &&
        (test.version === undefined || row[3] === test.version)
      );
    case 'string':
      return stringRow(test, row[1] as string, row[2] as string);
    case 'date':
      return dateMatches(test, row[1] as number, row[2] as number);
    default:
      return quantityRow(test, row);
  }
}

function stringRow({ how, value }: StringTest, folded: string, exact: string): boolean {
  switch (how) {
    case 'contains':
      return folded.includes(value);
    case 'ends':
      return folded.endsWith(value);
    case 'equals':
      return folded === value;
    case 'starts':
      return folded.startsWith(value);
    default:
      return (exact || folded) === value;
  }
}

/** Compares the interval of a value in memory. */
export function dateMatches({ prefix, low, high }: DateTest, rowLow: number, rowHigh: number): boolean {
  const within = rowLow >= low && rowHigh <= high;
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return !within;
    case 'gt':
      return rowHigh > high;
    case 'lt':
      return rowLow < low;
    case 'ge':
      return rowHigh > high || within;
    case 'le':
      return rowLow < low || within;
    case 'sa':
      return rowLow >= high;
    case 'eb':
      return rowHigh <= low;
    default:
      return rowLow < high && rowHigh > low;
  }
}

/** Columns of index_quantity: param, low, high, unit, unit_text, system, dimension, canonical_low, canonical_high, code, ord. */
function quantityRow(test: QuantityTest, row: IndexRow): boolean {
  const canonical = test.dimension !== undefined;
  return (
    (!canonical || row[6] === test.dimension) &&
    (test.unit === undefined || row[3] === test.unit || row[4] === test.unit) &&
    (test.system === undefined || row[5] === test.system) &&
    (test.code === undefined || row[9] === test.code) &&
    quantityMatches(test, row[canonical ? 7 : 1] as number, row[canonical ? 8 : 2] as number)
  );
}

function quantityMatches({ prefix, value, low, high }: QuantityTest, rowLow: number, rowHigh: number): boolean {
  switch (prefix) {
    case 'eq':
      return rowLow >= low && rowHigh < high;
    case 'ne':
      return !(rowLow >= low && rowHigh < high);
    case 'gt':
      return rowHigh > value;
    case 'lt':
      return rowLow < value;
    case 'ge':
      return rowHigh >= value;
    case 'le':
      return rowLow <= value;
    case 'sa':
      return rowLow > value;
    case 'eb':
      return rowHigh < value;
    default: {
      const [from, to] = approximately(value);
      return rowLow <= to && rowHigh >= from;
    }
  }
}
