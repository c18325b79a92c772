import { raw, type SqlFragment, sql } from '../database/index.ts';
import type { IndexedParameter } from '../indexing/index.ts';
import type { KeyType, Walk } from './branch.ts';
import type { SortRule } from './query.ts';
import { parameterTable, probeTenantSql, sourceSql, tenantSql } from './row-sql.ts';
import { and } from './row-test.ts';
import type { SqlContext } from './sql-context.ts';
import { resourceWalk } from './walk.ts';

/** The column that a parameter is sorted by, and its type. */
export function sortColumn(parameter: IndexedParameter): { readonly column: string; readonly keyType: KeyType } {
  switch (parameter.kind) {
    case 'date':
      return { column: 'low', keyType: 'int8' };
    case 'number':
    case 'quantity':
      return { column: 'low', keyType: 'float8' };
    case 'string':
      return { column: 'value', keyType: 'text' };
    case 'reference':
      return { column: 'target_id', keyType: 'text' };
    default:
      return { column: 'code', keyType: 'text' };
  }
}

/**
 * Serves a sort by the parameter's own index; a resource with several values comes at its first one in this order,
 * resources without any come after all others. Undefined for what no index has in order.
 */
export function sortWalk(
  context: SqlContext,
  type: string,
  { parameter, descending }: SortRule & { readonly parameter: IndexedParameter },
): { readonly walk: Walk; readonly tail: Walk } | undefined {
  const table = parameterTable(parameter);
  if (parameter.sources.length !== 1 || table === 'index_token' || table === 'index_reference') {
    return undefined;
  }
  const { column, keyType } = sortColumn(parameter);
  const of = (alias: string): SqlFragment[] => [
    alias === 'w' ? tenantSql(context, type, raw('w.tenant')) : probeTenantSql(context, type, alias),
    sourceSql(parameter.sources, alias),
  ];
  const better = sql`NOT EXISTS (SELECT FROM ${raw(table)} o WHERE o.rid = w.rid AND ${and(of('o'))}
    AND ${raw(`o.${column} ${descending ? '>' : '<'} w.${column}`)} OFFSET 0)`;
  const where = and([...of('w'), parameter.multiple && better]);
  const walk: Walk = {
    name: `sort.${parameter.code}`,
    branches: [
      {
        from: raw(`${table} w`),
        where,
        key: raw(`w.${column}`),
        number: 0,
        repeats: parameter.multiple || table === 'index_quantity',
      },
    ],
    keyType,
    descending,
  };
  const rest = resourceWalk(context, type);
  const none = sql`NOT EXISTS (SELECT FROM ${raw(table)} o WHERE o.rid = w.rid AND ${and(of('o'))} OFFSET 0)`;
  const tail: Walk = {
    ...rest,
    name: `sort.${parameter.code}.none`,
    branches: rest.branches.map((branch) => ({ ...branch, where: and([branch.where, none]) })),
  };
  return { walk, tail };
}
