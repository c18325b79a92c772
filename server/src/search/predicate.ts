import { join, raw, type SqlFragment, sql } from '../database/index.ts';
import { type IndexedParameter, parameterKey } from '../indexing/index.ts';
import { isCanonical, joinCanonical, joinCanonicalBack } from './canonical-links.ts';
import { hierarchySql } from './hierarchy.ts';
import type { ChainTarget, CompositeCriterion, Criterion, RowsCriterion, RowTest } from './query.ts';
import { parameterTable, probeTenantSql, sourceSql, tenantSql, testsSql } from './row-sql.ts';
import { and, lastUpdatedSql, or, tableOf, testSql } from './row-test.ts';
import { type SqlContext, unrestricted } from './sql-context.ts';
import { textSql } from './text-search.ts';

/** An alias for a link, unlike those of the links around it, whose number stands in the row number's alias. */
function alias(letter: string, rid: SqlFragment): string {
  const level = /^[a-z](\d+)\./.exec(rid.strings[0] ?? '')?.[1] ?? '0';
  return `${letter}${Number(level) + 1}`;
}

/** Names that conditions use within themselves: a row number under one of them would be compared with itself. */
const OWN_ALIAS = /^(?:i|x|c\d+)\./;

/** Makes the condition of a criterion on the resource with this row number. Constant text for criteria of one shape. */
export function predicate(context: SqlContext, type: string, criterion: Criterion, rid: SqlFragment): SqlFragment {
  if (OWN_ALIAS.test(rid.strings[0] ?? '')) {
    throw new Error('A condition cannot stand on a row number of its own alias');
  }
  switch (criterion.kind) {
    case 'rows':
      return rowsSql(context, type, criterion, rid);
    case 'composite':
      return compositeSql(context, type, criterion, rid);
    case 'missing':
      return missingSql(context, type, criterion.parameter, criterion.missing, rid);
    case 'id':
      return sql`EXISTS (SELECT FROM resource x WHERE x.rid = ${rid} AND x.id = ANY(${criterion.ids}::text[]) OFFSET 0)`;
    case 'lastUpdated':
      return sql`EXISTS (SELECT FROM resource x WHERE x.rid = ${rid} AND ${lastUpdatedSql(criterion.tests, 'x')} OFFSET 0)`;
    case 'not':
      return sql`NOT (${predicate(context, type, criterion.criterion, rid)})`;
    case 'and':
      return sql`(${and(criterion.criteria.map((part) => predicate(context, type, part, rid)))})`;
    case 'or':
      return criterion.criteria.length > 0
        ? or(criterion.criteria.map((part) => predicate(context, type, part, rid)))
        : raw('false');
    case 'chain':
      return or(criterion.targets.map((target) => chainSql(context, type, criterion.parameter, target, rid)));
    case 'has':
      return hasSql(context, criterion, rid);
    case 'compartment':
      return compartmentSql(context, criterion, rid);
    case 'hierarchy':
      return hierarchySql(context, type, criterion, rid, (member, at) => accessSql(context, member, at));
    case 'list':
      return listSql(context, criterion, rid);
    case 'text':
    case 'identifierType':
      return criterion.kind === 'identifierType' && context.hides(criterion.parameter)
        ? raw('false')
        : textSql(context, type, criterion, rid);
    case 'pointsTo':
      return pointsToSql(context, type, criterion, rid);
    case 'near':
      return nearSql(criterion, rid);
    case 'policy':
      return predicate(unrestricted(context), type, criterion.criterion, rid);
    case 'always':
      return raw('true');
    default:
      return raw('false');
  }
}

function rowsSql(context: SqlContext, type: string, criterion: RowsCriterion, rid: SqlFragment): SqlFragment {
  const { parameter, sources, tests, also = [] } = criterion;
  if (context.hides(parameter) || sources.length === 0) {
    return raw('false');
  }
  const table = raw(tableOf(tests[0] as RowTest));
  const tenant = byRowTenant(context, type, 'i', tableOf(tests[0] as RowTest));
  const tested = and([testsSql(tests, 'i'), ...also.map((test) => testSql(test, 'i'))]);
  return sql`EXISTS (SELECT FROM ${table} i WHERE ${tenant} AND ${sourceSql(sources, 'i')}
    AND i.rid = ${rid} AND ${tested} OFFSET 0)`;
}

/** Tokens have no index by row number: theirs begins with the tenant, and the code is known. */
function byRowTenant(context: SqlContext, type: string, alias: string, table: string): SqlFragment {
  return table === 'index_token'
    ? tenantSql(context, type, raw(`${alias}.tenant`))
    : probeTenantSql(context, type, alias);
}

const WITH_ORD = new Set(['index_token', 'index_quantity']);

function compositeSql(context: SqlContext, type: string, criterion: CompositeCriterion, rid: SqlFragment): SqlFragment {
  if (context.hides(criterion.parameter)) {
    return raw('false');
  }
  return or(
    criterion.contexts.map(({ iterated, components }) => {
      const froms = components.map((c, n) => sql`${raw(tableOf(c.tests[0] as RowTest))} ${raw(`c${n}`)}`);
      const ordered = components.flatMap((c, n) => (WITH_ORD.has(tableOf(c.tests[0] as RowTest)) ? [n] : []));
      const conditions = components.map((c, n) =>
        and([
          byRowTenant(context, type, `c${n}`, tableOf(c.tests[0] as RowTest)),
          sourceSql(c.sources, `c${n}`),
          sql`${raw(`c${n}.rid`)} = ${rid}`,
          iterated && ordered.includes(n) && n !== ordered[0] && raw(`c${n}.ord = c${ordered[0]}.ord`),
          testsSql(c.tests, `c${n}`),
        ]),
      );
      return sql`EXISTS (SELECT FROM ${join(froms, ', ')} WHERE ${and(conditions)} OFFSET 0)`;
    }),
  );
}

function missingSql(
  context: SqlContext,
  type: string,
  parameter: IndexedParameter,
  missing: boolean,
  rid: SqlFragment,
): SqlFragment {
  if (context.hides(parameter)) {
    return raw(String(missing));
  }
  if (parameter.kind === 'composite') {
    const parts = parameter.contexts.map(({ components }) =>
      and(components.map((component) => missingSql(context, type, component.parameter, false, rid))),
    );
    return missing ? sql`NOT (${or(parts)})` : or(parts);
  }
  const table = raw(parameterTable(parameter));
  const tenant = byRowTenant(context, type, 'i', parameterTable(parameter));
  const rows = sql`FROM ${table} i WHERE ${tenant} AND ${sourceSql(parameter.sources, 'i')}`;
  const not = raw(missing ? 'NOT ' : '');
  // Tokens have no index by resource: their rows are read once and hashed.
  const present =
    parameterTable(parameter) === 'index_token'
      ? sql`${rid} IN (SELECT i.rid ${rows} OFFSET 0)`
      : sql`EXISTS (SELECT ${rows} AND i.rid = ${rid} OFFSET 0)`;
  const identified = parameter.kind === 'reference' ? identifierRows(context, type, parameter, rid) : undefined;
  return sql`${not}(${identified ? or([present, identified]) : present})`;
}

/** References that only have an identifier are present too. */
function identifierRows(context: SqlContext, type: string, parameter: IndexedParameter, rid: SqlFragment): SqlFragment {
  const key = parameterKey(`${parameter.resourceType}.${parameter.code}:identifier`);
  return sql`${rid} IN (SELECT i.rid FROM index_token i WHERE ${tenantSql(context, type, raw('i.tenant'))} AND i.param = ${key}::int4 OFFSET 0)`;
}

/** The caller's own condition on the resource at a link; undefined when there is none. */
function accessSql(context: SqlContext, type: string, rid: SqlFragment): SqlFragment | undefined {
  const access = context.access(type);
  return access === 'all' ? undefined : access === 'none' ? raw('false') : predicate(context, type, access, rid);
}

function chainSql(
  context: SqlContext,
  type: string,
  parameter: IndexedParameter,
  target: ChainTarget,
  rid: SqlFragment,
): SqlFragment {
  if (context.hides(parameter)) {
    return raw('false');
  }
  const [link, goal] = [alias('l', rid), alias('t', rid)];
  const goalRid = raw(`${goal}.rid`);
  const literal = sql`JOIN resource ${raw(goal)} ON ${tenantSql(context, target.type, raw(`${goal}.tenant`))} AND ${raw(goal)}.type = ${target.type}
      AND ${raw(goal)}.id = ${raw(link)}.target_id AND NOT ${raw(goal)}.deleted AND ${raw(link)}.target_type = ${target.type}`;
  const holds = and([
    predicate(context, target.type, target.criterion, goalRid),
    accessSql(context, target.type, goalRid),
  ]);
  const joins = isCanonical(parameter) ? [literal, joinCanonical(context, [target.type], link, goal)] : [literal];
  return or(
    joins.map(
      (joined) => sql`EXISTS (SELECT FROM index_reference ${raw(link)} ${joined}
    WHERE ${raw(link)}.rid = ${rid} AND ${probeTenantSql(context, type, link)} AND ${sourceSql(parameter.sources, link)}
      AND ${holds} OFFSET 0)`,
    ),
  );
}

function hasSql(context: SqlContext, criterion: Extract<Criterion, { kind: 'has' }>, rid: SqlFragment): SqlFragment {
  const { resourceType, parameter } = criterion;
  if (context.hides(parameter)) {
    return raw('false');
  }
  const [me, link] = [alias('m', rid), alias('l', rid)];
  const linkRid = raw(`${link}.rid`);
  const literal = sql`JOIN index_reference ${raw(link)} ON ${tenantSql(context, resourceType, raw(`${link}.tenant`))}
      AND ${raw(link)}.target_id = ${raw(me)}.id AND ${raw(link)}.target_type = ${raw(me)}.type`;
  const holds = and([
    sourceSql(parameter.sources, link),
    predicate(context, resourceType, criterion.criterion, linkRid),
    accessSql(context, resourceType, linkRid),
  ]);
  const joins = isCanonical(parameter) ? [literal, joinCanonicalBack(context, resourceType, me, link)] : [literal];
  return or(
    joins.map(
      (joined) =>
        sql`EXISTS (SELECT FROM resource ${raw(me)} ${joined} WHERE ${raw(me)}.rid = ${rid} AND ${holds} OFFSET 0)`,
    ),
  );
}

/**
 * In a patient's compartment by its own rows; in the compartment of an account (case manager, team) by its patient's,
 * as they are now, so that moving a patient moves everything that is hers.
 */
function compartmentSql(
  context: SqlContext,
  criterion: Extract<Criterion, { kind: 'compartment' }>,
  rid: SqlFragment,
): SqlFragment {
  const { resourceType, type, id } = criterion;
  const key = parameterKey(`${resourceType}._compartment`);
  const own = sql`EXISTS (SELECT FROM index_reference i WHERE ${probeTenantSql(context, resourceType, 'i')} AND i.rid = ${rid}
    AND i.param = ${key}::int4 AND i.target_id = ${id} AND i.target_type = ${type} OFFSET 0)`;
  if (type === 'Patient' || resourceType === 'Patient') {
    return own;
  }
  const [link, goal, account] = [alias('l', rid), alias('t', rid), alias('a', rid)];
  const patientKey = parameterKey('Patient._compartment');
  const byPatient = sql`EXISTS (SELECT FROM index_reference ${raw(link)}
    JOIN resource ${raw(goal)} ON ${tenantSql(context, 'Patient', raw(`${goal}.tenant`))} AND ${raw(goal)}.type = 'Patient' AND ${raw(goal)}.id = ${raw(link)}.target_id
    JOIN index_reference ${raw(account)} ON ${raw(account)}.rid = ${raw(goal)}.rid AND ${raw(account)}.param = ${patientKey}::int4
      AND ${raw(account)}.target_id = ${id} AND ${raw(account)}.target_type = ${type}
    WHERE ${probeTenantSql(context, resourceType, link)} AND ${raw(link)}.rid = ${rid} AND ${raw(link)}.param = ${key}::int4
      AND ${raw(link)}.target_type = 'Patient' OFFSET 0)`;
  return or([own, byPatient]);
}

function pointsToSql(
  context: SqlContext,
  type: string,
  criterion: Extract<Criterion, { kind: 'pointsTo' }>,
  rid: SqlFragment,
): SqlFragment {
  const sources = criterion.parameters.filter((parameter) => !context.hides(parameter)).flatMap((p) => p.sources);
  if (sources.length === 0) {
    return raw('false');
  }
  return sql`EXISTS (SELECT FROM index_reference i WHERE ${probeTenantSql(context, type, 'i')} AND ${sourceSql(sources, 'i')}
    AND i.rid = ${rid} AND ${testSql(criterion.test)} OFFSET 0)`;
}

/** Great-circle distance to the position in the stored JSON: places are few, and have no index of their own. */
function nearSql({ latitude, longitude, meters }: Extract<Criterion, { kind: 'near' }>, rid: SqlFragment): SqlFragment {
  return sql`EXISTS (SELECT FROM resource x CROSS JOIN LATERAL (SELECT (x.content::jsonb #>> '{position,latitude}')::float8 AS lat,
      (x.content::jsonb #>> '{position,longitude}')::float8 AS long OFFSET 0) at
    WHERE x.rid = ${rid} AND 6371008.8 * 2 * asin(sqrt(least(1, sin(radians(at.lat - ${latitude}::float8) / 2) ^ 2
      + cos(radians(${latitude}::float8)) * cos(radians(at.lat)) * sin(radians(at.long - ${longitude}::float8) / 2) ^ 2))) <= ${meters}::float8 OFFSET 0)`;
}

function listSql(context: SqlContext, criterion: Extract<Criterion, { kind: 'list' }>, rid: SqlFragment): SqlFragment {
  const [me, list, item] = [alias('m', rid), alias('t', rid), alias('l', rid)];
  return sql`EXISTS (SELECT FROM resource ${raw(me)}
    JOIN resource ${raw(list)} ON ${tenantSql(context, 'List', raw(`${list}.tenant`))} AND ${raw(list)}.type = 'List' AND ${raw(list)}.id = ${criterion.id}
      AND NOT ${raw(list)}.deleted
    JOIN index_reference ${raw(item)} ON ${raw(item)}.rid = ${raw(list)}.rid AND ${raw(item)}.param = ${parameterKey('List.item')}::int4
      AND ${raw(item)}.target_id = ${raw(me)}.id AND ${raw(item)}.target_type = ${raw(me)}.type
    WHERE ${raw(me)}.rid = ${rid} AND ${and([accessSql(context, 'List', raw(`${list}.rid`))])} OFFSET 0)`;
}
