import { join, type Queryable, raw, type Sql, type SqlFragment, sql } from '../database/index.ts';
import type { IndexedParameter, ParameterRegistry, RowSource } from '../indexing/index.ts';
import { STORED } from './page-sql.ts';
import { predicate } from './predicate.ts';
import type { IncludeRule } from './query.ts';
import { sourceSql, tenantSql } from './row-sql.ts';
import { and, or } from './row-test.ts';
import type { AccessFilter, SqlContext } from './sql-context.ts';
import type { StoredRow } from './stored-row.ts';

const MAX_ROUNDS = 5;
const MAX_INCLUDED = 1000;

interface Inclusion {
  readonly context: SqlContext;
  readonly registry: ParameterRegistry;
  readonly types: readonly string[];
  readonly db: Queryable;
  readonly named: (fragment: SqlFragment) => Sql;
}

/** Finds what a page points to and what points to it; `:iterate` goes on from what was found. */
export async function included(
  inclusion: Inclusion,
  page: readonly StoredRow[],
  includes: readonly IncludeRule[],
  revIncludes: readonly IncludeRule[],
): Promise<StoredRow[]> {
  const seen = new Set(page.map((row) => row.rid));
  const found: StoredRow[] = [];
  let sources = page;
  for (let round = 0; round < MAX_ROUNDS && sources.length > 0 && found.length < MAX_INCLUDED; round++) {
    const forward = round === 0 ? includes : includes.filter((rule) => rule.iterate);
    const backward = round === 0 ? revIncludes : revIncludes.filter((rule) => rule.iterate);
    if (forward.length + backward.length === 0) {
      break;
    }
    const rows = await oneRound(inclusion, sources, forward, backward);
    sources = rows.filter((row) => !seen.has(row.rid));
    for (const row of sources) {
      seen.add(row.rid);
      found.push(row);
    }
  }
  return found;
}

async function oneRound(
  inclusion: Inclusion,
  sources: readonly StoredRow[],
  forward: readonly IncludeRule[],
  backward: readonly IncludeRule[],
): Promise<StoredRow[]> {
  const byType = Map.groupBy(sources, (row) => row.type);
  const selects = [
    ...[...byType].flatMap(([type, rows]) => forwardSql(inclusion, type, rows, forward)),
    ...[...byType].flatMap(([type, rows]) => backwardSql(inclusion, type, rows, backward)),
  ];
  if (selects.length === 0) {
    return [];
  }
  const all = selects.length === 1 ? (selects[0] as SqlFragment) : join(selects, ' UNION ');
  return inclusion.db.query<StoredRow>(
    inclusion.named(
      sql`SELECT ${raw(STORED)} FROM (${all} LIMIT ${MAX_INCLUDED + 1}::int4) p JOIN resource r ON r.rid = p.rid`,
    ),
  );
}

/** The reference parameters that a rule names on a type. */
function parametersOf(inclusion: Inclusion, type: string, rule: IncludeRule): IndexedParameter[] {
  if (rule.sourceType !== '*' && rule.sourceType !== type) {
    return [];
  }
  const all = rule.parameter ? [rule.parameter] : [...(inclusion.registry.of(type)?.parameters.values() ?? [])];
  return all.filter((parameter) => parameter.kind === 'reference' && !inclusion.context.hides(parameter));
}

function forwardSql(
  inclusion: Inclusion,
  type: string,
  rows: readonly StoredRow[],
  rules: readonly IncludeRule[],
): SqlFragment[] {
  const { context } = inclusion;
  const sources: RowSource[] = [];
  const targets = new Set<string>();
  for (const rule of rules) {
    for (const parameter of parametersOf(inclusion, type, rule)) {
      const allowed = parameter.targets.length > 0 ? parameter.targets : inclusion.types;
      for (const target of rule.targetType ? [rule.targetType] : allowed) {
        targets.add(target);
      }
      sources.push(...parameter.sources.map((s) => (rule.targetType ? { ...s, targetType: rule.targetType } : s)));
    }
  }
  const visible = visibleSql(context, [...targets], 't');
  if (sources.length === 0 || !visible) {
    return [];
  }
  const tenants = [...new Set([...targets].flatMap((target) => context.tenants(target)))];
  return [
    sql`SELECT DISTINCT t.rid FROM unnest(${rows.map((row) => row.rid)}::int8[]) AS s(rid)
      JOIN index_reference i ON i.rid = s.rid AND ${tenantSql(context, type, raw('i.tenant'))} AND ${sourceSql(distinct(sources), 'i')}
      JOIN resource t ON t.tenant = ANY(${tenants}::int4[]) AND t.type = i.target_type AND t.id = i.target_id AND NOT t.deleted
      WHERE ${visible}`,
  ];
}

function backwardSql(
  inclusion: Inclusion,
  type: string,
  rows: readonly StoredRow[],
  rules: readonly IncludeRule[],
): SqlFragment[] {
  const { context } = inclusion;
  const bySource = new Map<string, RowSource[]>();
  for (const rule of rules) {
    for (const sourceType of rule.sourceType === '*' ? inclusion.types : [rule.sourceType]) {
      const parameters = parametersOf(inclusion, sourceType, rule).filter(
        (parameter) => parameter.targets.length === 0 || parameter.targets.includes(type),
      );
      if (parameters.length > 0 && (rule.targetType ?? type) === type) {
        const list = bySource.get(sourceType) ?? [];
        list.push(...parameters.flatMap((parameter) => parameter.sources));
        bySource.set(sourceType, list);
      }
    }
  }
  const ids = rows.map((row) => row.id);
  return [...bySource].flatMap(([sourceType, sources]) => {
    const visible = visibleRow(context, sourceType, 'i');
    return visible === undefined
      ? []
      : [
          sql`SELECT DISTINCT i.rid FROM unnest(${ids}::text[]) AS s(id)
            JOIN index_reference i ON ${tenantSql(context, sourceType, raw('i.tenant'))} AND ${sourceSql(distinct(sources), 'i')}
              AND i.target_id = s.id AND i.target_type = ${type}
            WHERE ${visible}`,
        ];
  });
}

function distinct(sources: readonly RowSource[]): RowSource[] {
  return [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
}

/** The condition under which the caller sees resources of one type; undefined for none. */
function visibleRow(context: SqlContext, type: string, alias: string): SqlFragment | undefined {
  const access: AccessFilter = context.access(type);
  if (access === 'none') {
    return undefined;
  }
  return access === 'all' ? raw('true') : predicate(context, type, access, raw(`${alias}.rid`));
}

/** The same for a resource that may be of any of these types. */
function visibleSql(context: SqlContext, types: readonly string[], alias: string): SqlFragment | undefined {
  const free: string[] = [];
  const bound: SqlFragment[] = [];
  for (const type of types) {
    const access = context.access(type);
    if (access === 'all') {
      free.push(type);
    } else if (access !== 'none') {
      bound.push(and([sql`${raw(alias)}.type = ${type}`, visibleRow(context, type, alias)]));
    }
  }
  const conditions = free.length > 0 ? [sql`${raw(alias)}.type = ANY(${free}::text[])`, ...bound] : bound;
  return conditions.length > 0 ? or(conditions) : undefined;
}
