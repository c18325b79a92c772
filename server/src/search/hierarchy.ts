import { raw, type SqlFragment, sql } from '../database/index.ts';
import { invalid, isFhirId, parseReference } from '../fhir/index.ts';
import type { IndexedParameter } from '../indexing/index.ts';
import type { ParseContext } from './parse-context.ts';
import type { Criterion } from './query.ts';
import { probeTenantSql, sourceSql, tenantSql } from './row-sql.ts';
import { and } from './row-test.ts';
import type { SqlContext } from './sql-context.ts';

/** `:above` and `:below` of a reference: the resource itself, and what lies over or under it in the hierarchy of its type. */
export type HierarchyCriterion = Extract<Criterion, { kind: 'hierarchy' }>;

/** Codes of the parameters that point to the whole a resource is a part of. */
const PARENTS = ['partof', 'part-of', 'parent'];

/** Steps that a hierarchy is followed at the most. */
const MAX_STEPS = 20;

/** The parameter of a type that points to its next higher one; undefined for types without a hierarchy. */
function parentOf(context: ParseContext, type: string): IndexedParameter | undefined {
  return context
    .parameters(type)
    .find(({ code, kind, targets }) => PARENTS.includes(code) && kind === 'reference' && targets.includes(type));
}

/** Reads `location:below=Location/1`. @see https://hl7.org/fhir/R4/search.html#recursive */
export function hierarchyCriterion(
  context: ParseContext,
  parameter: IndexedParameter,
  how: 'above' | 'below',
  value: string,
): Criterion {
  const hierarchies = parameter.targets.filter((target) => parentOf(context, target));
  const local = value.startsWith(context.baseUrl) ? value.slice(context.baseUrl.length) : value;
  const literal = parseReference(local);
  const type = literal ? literal.type : hierarchies.length === 1 ? hierarchies[0] : undefined;
  const id = literal ? literal.id : local;
  const parent = type && hierarchies.includes(type) ? parentOf(context, type) : undefined;
  if (!parent || !type || !isFhirId(id)) {
    throw invalid(
      'search-hierarchy',
      `':${how}' of '${parameter.code}' needs a reference to a type with a hierarchy: ${hierarchies.join(', ') || 'it can point to none'}`,
    );
  }
  return { kind: 'hierarchy', parameter, how, parent, type, id };
}

/** The condition that some reference of the parameter points into the hierarchy, which is followed once for all rows. */
export function hierarchySql(
  context: SqlContext,
  resourceType: string,
  criterion: HierarchyCriterion,
  rid: SqlFragment,
  visible: (type: string, rid: SqlFragment) => SqlFragment | undefined,
): SqlFragment {
  const { parameter, type } = criterion;
  if (context.hides(parameter)) {
    return raw('false');
  }
  return sql`EXISTS (SELECT FROM index_reference i WHERE ${probeTenantSql(context, resourceType, 'i')}
    AND ${sourceSql(parameter.sources, 'i')} AND i.rid = ${rid} AND i.target_type = ${type}
    AND i.target_id = ANY(ARRAY(${membersSql(context, criterion, visible)})) OFFSET 0)`;
}

/** Ids of the members of a hierarchy above or below one. Members that the caller does not see end it. */
function membersSql(
  context: SqlContext,
  { how, parent, type, id }: HierarchyCriterion,
  visible: (type: string, rid: SqlFragment) => SqlFragment | undefined,
): SqlFragment {
  if (context.hides(parent)) {
    return sql`SELECT ${id}::text`;
  }
  const step =
    how === 'below'
      ? sql`SELECT h1.id, h0.step + 1 FROM h0
          JOIN index_reference p ON ${tenantSql(context, type, raw('p.tenant'))} AND ${sourceSql(parent.sources, 'p')}
            AND p.target_id = h0.id AND p.target_type = ${type}
          JOIN resource h1 ON h1.rid = p.rid AND NOT h1.deleted`
      : sql`SELECT p.target_id, h0.step + 1 FROM h0
          JOIN resource h1 ON ${tenantSql(context, type, raw('h1.tenant'))} AND h1.type = ${type} AND h1.id = h0.id AND NOT h1.deleted
          JOIN index_reference p ON p.rid = h1.rid AND ${sourceSql(parent.sources, 'p')} AND p.target_type = ${type}`;
  const limit = sql`h0.step < ${MAX_STEPS}::int4`;
  return sql`WITH RECURSIVE h0(id, step) AS (SELECT ${id}::text COLLATE "C", 0 UNION ${step} WHERE ${and([limit, visible(type, raw('h1.rid'))])}) SELECT DISTINCT h0.id FROM h0`;
}
