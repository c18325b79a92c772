import { join, type Queryable, raw, type Sql, type SqlFragment, sql } from '../database/index.ts';
import type { IndexedParameter, ParameterRegistry, RowSource } from '../indexing/index.ts';
import { isCanonical, joinCanonical, joinCanonicalBack } from './canonical-links.ts';
import { predicate } from './predicate.ts';
import type { IncludeRule } from './query.ts';
import { probeTenantSql, sourceSql, tenantSql } from './row-sql.ts';
import { and, or } from './row-test.ts';
import type { AccessFilter, SqlContext } from './sql-context.ts';
import type { FoundResource, FoundRow, HeadRow } from './stored-row.ts';
import type { VersionTexts } from './version-texts.ts';

const MAX_ROUNDS = 5;
const MAX_INCLUDED = 1000;

/** The rules of one search. */
export interface IncludeRules {
  readonly includes: readonly IncludeRule[];
  readonly revIncludes: readonly IncludeRule[];
}

/** What including needs. */
export interface Inclusion {
  readonly context: SqlContext;
  readonly registry: ParameterRegistry;
  readonly types: readonly string[];
  readonly db: Queryable;
  readonly texts: VersionTexts;
  readonly named: (fragment: SqlFragment) => Sql;
}

/** Goes on from what was included, as `:iterate` asks for, until nothing new is found. */
export async function iterated(
  inclusion: Inclusion,
  page: readonly FoundResource[],
  first: readonly FoundResource[],
  rules: IncludeRules,
): Promise<FoundResource[]> {
  const seen = new Set([...page, ...first].map((row) => row.rid));
  const again: IncludeRules = {
    includes: rules.includes.filter((rule) => rule.iterate),
    revIncludes: rules.revIncludes.filter((rule) => rule.iterate),
  };
  const found = [...first];
  let sources: readonly FoundResource[] = first;
  for (let round = 1; round < MAX_ROUNDS && sources.length > 0 && found.length < MAX_INCLUDED; round++) {
    const rows = await oneRound(inclusion, sources, again);
    sources = rows.filter((row) => !seen.has(row.rid));
    for (const row of sources) {
      seen.add(row.rid);
      found.push(row);
    }
  }
  return found;
}

/** What rows of any types include, in a statement of its own. */
export async function oneRound(
  inclusion: Inclusion,
  sources: readonly FoundResource[],
  rules: IncludeRules,
): Promise<FoundResource[]> {
  const selects = [...Map.groupBy(sources, (row) => row.type)].flatMap(([type, rows]) => {
    const from = sql`unnest(${rows.map((row) => row.rid)}::int8[], ${rows.map((row) => row.id)}::text[]) AS s(rid, id)`;
    const select = includedSql(inclusion, type, from, rules);
    return select ? [select] : [];
  });
  if (selects.length === 0) {
    return [];
  }
  const all = join(selects, ' UNION ');
  const { db, texts } = inclusion;
  const rows = await db.query<FoundRow | HeadRow>(
    inclusion.named(
      sql`WITH x AS MATERIALIZED (SELECT DISTINCT rid FROM (${all}) d LIMIT ${MAX_INCLUDED + 1}::int4) SELECT ${raw(texts.columns(db))} FROM x JOIN resource r ON r.rid = x.rid`,
    ),
  );
  return texts.found(db, rows);
}

/** Selects the row numbers of what the rows `s (rid, id)` of one type include; undefined when there can be nothing. */
export function includedSql(
  inclusion: Pick<Inclusion, 'context' | 'registry' | 'types'>,
  type: string,
  from: SqlFragment,
  { includes, revIncludes }: IncludeRules,
): SqlFragment | undefined {
  const selects = [...forwardSql(inclusion, type, from, includes), ...backwardSql(inclusion, type, from, revIncludes)];
  return selects.length === 0 ? undefined : join(selects, ' UNION ');
}

/** The reference parameters that a rule names on a type. */
function parametersOf(
  inclusion: Pick<Inclusion, 'context' | 'registry' | 'types'>,
  type: string,
  rule: IncludeRule,
): IndexedParameter[] {
  if (rule.sourceType !== '*' && rule.sourceType !== type) {
    return [];
  }
  const all = rule.parameter ? [rule.parameter] : [...(inclusion.registry.of(type)?.parameters.values() ?? [])];
  return all.filter((parameter) => parameter.kind === 'reference' && !inclusion.context.hides(parameter));
}

function forwardSql(
  inclusion: Pick<Inclusion, 'context' | 'registry' | 'types'>,
  type: string,
  from: SqlFragment,
  rules: readonly IncludeRule[],
): SqlFragment[] {
  const { context } = inclusion;
  const sources: RowSource[] = [];
  const canonical: RowSource[] = [];
  const targets = new Set<string>();
  for (const rule of rules) {
    for (const parameter of parametersOf(inclusion, type, rule)) {
      const allowed = parameter.targets.length > 0 ? parameter.targets : inclusion.types;
      for (const target of rule.targetType ? [rule.targetType] : allowed) {
        targets.add(target);
      }
      sources.push(...parameter.sources.map((s) => (rule.targetType ? { ...s, targetType: rule.targetType } : s)));
      canonical.push(...(isCanonical(parameter) ? parameter.sources : []));
    }
  }
  const visible = visibleSql(context, [...targets], 't');
  if (sources.length === 0 || !visible) {
    return [];
  }
  const tenants = [...new Set([...targets].flatMap((target) => context.tenants(target)))];
  const tenant = tenants.length === 1 ? sql`t.tenant = ${tenants[0]}::int4` : sql`t.tenant = ANY(${tenants}::int4[])`;
  return [
    sql`SELECT t.rid FROM ${from} CROSS JOIN LATERAL (SELECT i.target_type, i.target_id FROM index_reference i
        WHERE i.rid = s.rid AND ${probeTenantSql(context, type, 'i')} AND ${sourceSql(distinct(sources), 'i')} OFFSET 0) i
      JOIN resource t ON ${tenant} AND t.type = i.target_type AND t.id = i.target_id AND NOT t.deleted WHERE ${visible}`,
    ...(canonical.length > 0
      ? [
          sql`SELECT t.rid FROM ${from} JOIN index_reference i ON i.rid = s.rid AND ${probeTenantSql(context, type, 'i')}
        AND ${sourceSql(distinct(canonical), 'i')} ${joinCanonical(context, [...targets], 'i', 't')} WHERE ${visible}`,
        ]
      : []),
  ];
}

function backwardSql(
  inclusion: Pick<Inclusion, 'context' | 'registry' | 'types'>,
  type: string,
  from: SqlFragment,
  rules: readonly IncludeRule[],
): SqlFragment[] {
  const { context } = inclusion;
  const bySource = new Map<string, IndexedParameter[]>();
  for (const rule of rules) {
    for (const sourceType of rule.sourceType === '*' ? inclusion.types : [rule.sourceType]) {
      const parameters = parametersOf(inclusion, sourceType, rule).filter(
        (parameter) => parameter.targets.length === 0 || parameter.targets.includes(type),
      );
      if (parameters.length > 0 && (rule.targetType ?? type) === type) {
        bySource.set(sourceType, [...(bySource.get(sourceType) ?? []), ...parameters]);
      }
    }
  }
  return [...bySource].flatMap(([sourceType, parameters]) => {
    const visible = visibleRow(context, sourceType, 'b0');
    const canonical = parameters.filter(isCanonical);
    return visible === undefined
      ? []
      : [
          sql`SELECT b0.rid FROM ${from} CROSS JOIN LATERAL (SELECT i.rid FROM index_reference i
              WHERE ${tenantSql(context, sourceType, raw('i.tenant'))} AND ${sourceSql(sourcesOf(parameters), 'i')}
                AND i.target_id = s.id AND i.target_type = ${type} OFFSET 0) b0 WHERE ${visible}`,
          ...(canonical.length > 0
            ? [
                sql`SELECT b0.rid FROM ${from} JOIN resource m ON m.rid = s.rid ${joinCanonicalBack(context, sourceType, 'm', 'b0')}
              WHERE ${sourceSql(sourcesOf(canonical), 'b0')} AND ${visible}`,
              ]
            : []),
        ];
  });
}

function sourcesOf(parameters: readonly IndexedParameter[]): RowSource[] {
  return distinct(parameters.flatMap((parameter) => parameter.sources));
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

/** The same for a resource that may be of any of these types; undefined when the caller sees none of them. */
export function visibleSql(context: SqlContext, types: readonly string[], alias: string): SqlFragment | undefined {
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
