import { raw, type SqlFragment, sql } from '../database/index.ts';
import type { IndexedParameter, RowSource } from '../indexing/index.ts';
import type { RowTest } from './query.ts';
import { and, or, testSql } from './row-test.ts';
import type { SqlContext } from './sql-context.ts';

/** `column = tenant` for the tenants of a type. */
export function tenantSql(context: SqlContext, type: string, column: SqlFragment): SqlFragment {
  const tenants = context.tenants(type);
  return tenants.length === 1 ? sql`${column} = ${tenants[0]}::int4` : sql`${column} = ANY(${tenants}::int4[])`;
}

/**
 * The same for rows that are found by their row number: written so that no index over tenant and parameter is tempting,
 * even where the planner knows nothing of the data yet.
 */
export function probeTenantSql(context: SqlContext, type: string, alias: string): SqlFragment {
  return tenantSql(context, type, raw(`(${alias}.tenant + 0)`));
}

/** The condition of a parameter's rows: key, and what narrows them when they are shared. */
export function sourceSql(sources: readonly RowSource[], alias: string): SqlFragment {
  const a = raw(alias);
  if (sources.every((source) => !source.targetType && source.system === undefined)) {
    const keys = sources.map((source) => source.key);
    return keys.length === 1 ? sql`${a}.param = ${keys[0]}::int4` : sql`${a}.param = ANY(${keys}::int4[])`;
  }
  return or(
    sources.map((source) =>
      and([
        sql`${a}.param = ${source.key}::int4`,
        source.targetType !== undefined && sql`${a}.target_type = ${source.targetType}`,
        source.system !== undefined && sql`${a}.system = ${source.system}::int8`,
      ]),
    ),
  );
}

/** Any of the tests; plain codes are one `ANY`, so that the index serves them all. */
export function testsSql(tests: readonly RowTest[], alias: string): SqlFragment {
  const a = raw(alias);
  if (tests.length === 1) {
    return testSql(tests[0] as RowTest, alias);
  }
  const codes = tests.map((test) => (test.kind === 'token' ? test.code : undefined));
  if (codes.every((code) => code !== undefined)) {
    const plain = tests.every((test) => test.kind === 'token' && test.system === undefined);
    const any = sql`${a}.code = ANY(${[...new Set(codes)]}::text[])`;
    return plain ? any : sql`${any} AND ${or(tests.map((test) => testSql(test, alias)))}`;
  }
  const ids = tests.map((test) => (test.kind === 'reference' ? test.id : undefined));
  if (ids.every((id) => id !== undefined)) {
    return sql`${a}.target_id = ANY(${[...new Set(ids)]}::text[]) AND ${or(tests.map((test) => testSql(test, alias)))}`;
  }
  return or(tests.map((test) => testSql(test, alias)));
}

/** Table of a parameter's rows. */
export function parameterTable(parameter: IndexedParameter): string {
  const kind = parameter.kind === 'uri' ? 'token' : parameter.kind === 'number' ? 'quantity' : parameter.kind;
  return `index_${kind}`;
}
