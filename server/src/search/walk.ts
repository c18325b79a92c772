import { raw, type SqlFragment, sql } from '../database/index.ts';
import { type IndexedParameter, parameterKey } from '../indexing/index.ts';
import type { Branch, Walk } from './branch.ts';
import { isCanonical } from './canonical-links.ts';
import { dateWalk, quantityWalk } from './interval-walk.ts';
import { predicate } from './predicate.ts';
import type { Criterion, RowsCriterion, RowTest } from './query.ts';
import { probeTenantSql, sourceSql, tenantSql, testsSql } from './row-sql.ts';
import { and, lastUpdatedSql, tableOf } from './row-test.ts';
import { type SqlContext, unrestricted } from './sql-context.ts';

const MAX_BRANCHES = 8;

/** All resources of a type in the order of their ids, or those with some ids. */
export function resourceWalk(context: SqlContext, type: string, ids?: readonly string[]): Walk {
  const where = and([
    tenantSql(context, type, raw('w.tenant')),
    sql`w.type = ${type}`,
    ids && sql`w.id = ANY(${ids}::text[])`,
    raw('NOT w.deleted'),
  ]);
  const branch = { from: raw('resource w'), where, key: raw('w.id'), number: 0, repeats: false };
  return { name: 'id', branches: [branch], keyType: 'text', descending: false };
}

/** All resources of a type in the order of their last change, or those that were changed when a criterion says. */
export function lastUpdatedWalk(
  context: SqlContext,
  type: string,
  descending: boolean,
  criterion?: Extract<Criterion, { kind: 'lastUpdated' }>,
): Walk {
  const { branches } = resourceWalk(context, type);
  const keyed = branches.map(({ where, ...branch }) => ({
    ...branch,
    where: and([where, criterion && lastUpdatedSql(criterion.tests, 'w')]),
    key: raw('w.last_updated'),
  }));
  return { name: 'updated', branches: keyed, keyType: 'timestamptz', descending, ...(criterion && { bounded: true }) };
}

/** The walk over what fulfils a criterion; undefined when only a condition can tell. */
export function criterionWalk(context: SqlContext, type: string, criterion: Criterion): Walk | undefined {
  switch (criterion.kind) {
    case 'id':
      return resourceWalk(context, type, criterion.ids);
    case 'rows':
      return context.hides(criterion.parameter) || criterion.sources.length === 0
        ? undefined
        : rowsWalk(context, type, criterion);
    case 'lastUpdated':
      return lastUpdatedWalk(context, type, false, criterion);
    case 'compartment':
      return compartmentWalk(context, criterion);
    case 'pointsTo': {
      const parameters = criterion.parameters.filter((parameter) => !context.hides(parameter));
      const [first] = parameters;
      const sources = parameters.flatMap((parameter) => parameter.sources);
      return first && sources.length <= MAX_BRANCHES
        ? referenceWalk(context, type, { kind: 'rows', parameter: first, sources, tests: [criterion.test] })
        : undefined;
    }
    case 'policy':
      return criterionWalk(unrestricted(context), type, criterion.criterion);
    case 'chain':
      return context.hides(criterion.parameter) ? undefined : chainWalk(context, type, criterion);
    case 'has':
      return context.hides(criterion.parameter) ? undefined : hasWalk(context, type, criterion);
    case 'or':
      return orWalk(context, type, criterion.criteria);
    default:
      return undefined;
  }
}

function rowsWalk(context: SqlContext, type: string, criterion: RowsCriterion): Walk {
  const [test] = criterion.tests;
  if (test?.kind === 'reference') {
    return referenceWalk(context, type, criterion);
  }
  if (criterion.tests.length === 1 && criterion.sources.length <= MAX_BRANCHES) {
    if (test?.kind === 'date') {
      return dateWalk(context, type, criterion, test);
    }
    if (test?.kind === 'quantity') {
      return quantityWalk(context, type, criterion, test);
    }
  }
  return setWalk(context, type, criterion);
}

/** In the order of row numbers: one branch for each key and code while these are few. */
function setWalk(context: SqlContext, type: string, criterion: RowsCriterion): Walk {
  const from = raw(`${tableOf(criterion.tests[0] as RowTest)} w`);
  const pieces = spread(criterion);
  const branches = pieces.map(({ sources, tests }) => ({
    from,
    where: and([tenantSql(context, type, raw('w.tenant')), sourceSql(sources, 'w'), testsSql(tests, 'w')]),
    number: 0,
    repeats: criterion.parameter.multiple || tests.length > 1 || tests[0]?.kind !== 'token',
    unordered: tests[0]?.kind !== 'token' || tests.length > 1 || tests[0].code === undefined,
  }));
  return { name: `set.${criterion.parameter.code}`, branches, descending: false };
}

function spread(criterion: RowsCriterion): Pick<RowsCriterion, 'sources' | 'tests'>[] {
  const { sources, tests } = criterion;
  if (sources.length * tests.length > MAX_BRANCHES) {
    return [{ sources, tests }];
  }
  return sources.flatMap((source) => tests.map((test) => ({ sources: [source], tests: [test] })));
}

/** Newest first, by the clinical time that stands in the rows of references. */
function referenceWalk(context: SqlContext, type: string, criterion: RowsCriterion): Walk {
  const pieces = spread(criterion);
  const branches = pieces.map(({ sources, tests }) => ({
    from: raw('index_reference w'),
    where: and([tenantSql(context, type, raw('w.tenant')), sourceSql(sources, 'w'), testsSql(tests, 'w')]),
    key: raw('w.at'),
    number: 0,
    repeats: true,
  }));
  return { name: `at.${criterion.parameter.code}`, branches, keyType: 'int8', descending: true };
}

function compartmentWalk(
  context: SqlContext,
  criterion: Extract<Criterion, { kind: 'compartment' }>,
): Walk | undefined {
  const { resourceType, type, id } = criterion;
  if (type !== 'Patient' && resourceType !== 'Patient') {
    return undefined;
  }
  const where = and([
    tenantSql(context, resourceType, raw('w.tenant')),
    sql`w.param = ${parameterKey(`${resourceType}._compartment`)}::int4`,
    sql`w.target_id = ${id}`,
    sql`w.target_type = ${type}`,
  ]);
  const branch = { from: raw('index_reference w'), where, key: raw('w.at'), number: 0, repeats: true };
  return { name: 'at._compartment', branches: [branch], keyType: 'int8', descending: true };
}

/** What a criterion finds, as a sub-select of row numbers without order. */
function foundBy(context: SqlContext, type: string, criterion: Criterion): SqlFragment | undefined {
  const parts = criterion.kind === 'and' ? criterion.criteria : [criterion];
  for (const part of parts) {
    const walk = criterionWalk(context, type, part);
    if (walk) {
      const others = parts
        .filter((other) => other !== part)
        .map((other) => predicate(context, type, other, raw('w.rid')));
      return sql`${union(walk, others)}`;
    }
  }
  return undefined;
}

function union(walk: Walk, probes: readonly SqlFragment[]): SqlFragment {
  return walk.branches
    .map(({ from, where }) => sql`SELECT w.rid FROM ${from} WHERE ${and([where, ...probes])}`)
    .reduce((left, right) => sql`${left} UNION ${right}`);
}

/**
 * From the resources at the far end to those that point to them. A reference that cannot repeat leads to the result in
 * the order of the far ends, so that a page needs only the first few of these.
 */
function chainWalk(
  context: SqlContext,
  type: string,
  criterion: Extract<Criterion, { kind: 'chain' }>,
): Walk | undefined {
  if (isCanonical(criterion.parameter)) {
    return undefined;
  }
  const branches: Branch[] = [];
  for (const target of criterion.targets) {
    const found = foundBy(context, target.type, target.criterion);
    if (!found) {
      return undefined;
    }
    const access = context.access(target.type);
    if (access !== 'none') {
      const visible = access === 'all' ? undefined : predicate(context, target.type, access, raw('t0.rid'));
      branches.push({
        from: chainFrom(context, type, criterion.parameter, target.type, found, visible),
        where: raw('true'),
        number: 0,
        repeats: true,
      });
    }
  }
  const { code, multiple } = criterion.parameter;
  const streamed = branches.length === 1 && !multiple;
  const keyed = branches.map((branch) =>
    streamed ? { ...branch, key: raw('g.rid') } : { ...branch, unordered: true },
  );
  return branches.length > 0
    ? {
        name: `${streamed ? 'via' : 'chain'}.${code}`,
        branches: keyed,
        descending: false,
        ...(streamed && { keyType: 'int8' }),
      }
    : undefined;
}

function chainFrom(
  context: SqlContext,
  type: string,
  parameter: IndexedParameter,
  targetType: string,
  found: SqlFragment,
  visible: SqlFragment | undefined,
): SqlFragment {
  return sql`(SELECT t0.id, t0.rid FROM (${found}) f JOIN resource t0 ON t0.rid = f.rid AND NOT t0.deleted
      WHERE ${and([visible])} ORDER BY t0.rid OFFSET 0) g
    CROSS JOIN LATERAL (SELECT i.rid FROM index_reference i WHERE ${tenantSql(context, type, raw('i.tenant'))}
      AND ${sourceSql(parameter.sources, 'i')} AND i.target_id = g.id AND i.target_type = ${targetType} OFFSET 0) w`;
}

/** From the resources that point somewhere to those they point to. */
function hasWalk(context: SqlContext, type: string, criterion: Extract<Criterion, { kind: 'has' }>): Walk | undefined {
  const { resourceType, parameter } = criterion;
  const found = foundBy(context, resourceType, criterion.criterion);
  const access = context.access(resourceType);
  if (!found || access === 'none' || isCanonical(parameter)) {
    return undefined;
  }
  const visible = access === 'all' ? undefined : predicate(context, resourceType, access, raw('l0.rid'));
  const from = sql`(SELECT DISTINCT l0.target_id FROM (${found}) f JOIN index_reference l0 ON l0.rid = f.rid
      WHERE ${and([probeTenantSql(context, resourceType, 'l0'), sourceSql(parameter.sources, 'l0'), sql`l0.target_type = ${type}`, visible])}) g
    JOIN resource w ON ${tenantSql(context, type, raw('w.tenant'))} AND w.type = ${type} AND w.id = g.target_id AND NOT w.deleted`;
  return {
    name: `has.${parameter.code}`,
    branches: [{ from, where: raw('true'), number: 0, repeats: false, unordered: true }],
    descending: false,
  };
}

/** Alternatives that can all be walked, merged in the order of row numbers. */
function orWalk(context: SqlContext, type: string, criteria: readonly Criterion[]): Walk | undefined {
  const branches: Branch[] = [];
  for (const criterion of criteria) {
    const parts = criterion.kind === 'and' ? criterion.criteria : [criterion];
    const start = parts.find((part) => criterionWalk(context, type, part));
    const walk = start && criterionWalk(context, type, start);
    if (!walk || branches.length + walk.branches.length > MAX_BRANCHES) {
      return undefined;
    }
    const probes = parts.filter((part) => part !== start).map((part) => predicate(context, type, part, raw('w.rid')));
    for (const { from, where } of walk.branches) {
      branches.push({ from, where: and([where, ...probes]), number: 0, repeats: true, unordered: true });
    }
  }
  return branches.length > 0 ? { name: 'or', branches, descending: false } : undefined;
}
