import { raw, type SqlFragment, sql } from '../database/index.ts';
import { type IndexedParameter, parameterKey } from '../indexing/index.ts';
import { tenantSql } from './row-sql.ts';
import type { SqlContext } from './sql-context.ts';

/** May values of the parameter be canonical URLs, whose rows name no type? */
export function isCanonical(parameter: IndexedParameter): boolean {
  return parameter.types.has('canonical');
}

/**
 * Joins the resources with a canonical URL to the rows of references that name it; a reference without a version means
 * any of them. @see https://hl7.org/fhir/R4/references.html#canonical
 */
export function joinCanonical(context: SqlContext, types: readonly string[], link: string, goal: string): SqlFragment {
  const [l, t, u] = [raw(link), raw(goal), raw(`u_${goal}`)];
  const keys = types.map((type) => parameterKey(`${type}.url`));
  const tenants = [...new Set(types.flatMap((type) => context.tenants(type)))];
  return sql`JOIN index_token ${u} ON ${u}.tenant = ANY(${tenants}::int4[]) AND ${u}.param = ANY(${keys}::int4[]) AND ${u}.code = ${l}.target_id
    JOIN resource ${t} ON ${t}.rid = ${u}.rid AND NOT ${t}.deleted AND ${l}.target_type = '' AND ${versionSql(link, goal)}`;
}

/** Joins the rows of references that name the canonical URL of the resource `me`. */
export function joinCanonicalBack(context: SqlContext, sourceType: string, me: string, link: string): SqlFragment {
  const l = raw(link);
  return sql`JOIN index_reference ${l} ON ${tenantSql(context, sourceType, raw(`${link}.tenant`))} AND ${l}.target_type = ''
    AND ${l}.target_id = (${raw(me)}.content::jsonb ->> 'url') AND ${versionSql(link, me)}`;
}

function versionSql(link: string, goal: string): SqlFragment {
  return sql`(${raw(link)}.version = '' OR ${raw(link)}.version = (${raw(goal)}.content::jsonb ->> 'version'))`;
}
