import type { AccessInteraction } from '../access/index.ts';
import { type SqlFragment, sql } from '../database/index.ts';
import { forbidden, gone, isFhirId, notFound, SHARED_TYPES } from '../fhir/index.ts';
import type { Scope } from './scope.ts';
import { type StoredRow, storedRow, type VersionRow } from './stored-row.ts';

const COLUMNS = 'rid, type, id, version, deleted, last_updated, author, content';

/** Does the grant permit the interaction for at least some resources of the type? */
export function isOpen(scope: Scope, type: string, interaction: AccessInteraction): boolean {
  return scope.search.accessPredicate(scope.grant, type, interaction, 'r.rid') !== 'none';
}

/** @throws FhirError 403 when the interaction is denied for the whole type. */
export function assertOpen(scope: Scope, type: string, interaction: AccessInteraction): void {
  if (!isOpen(scope, type, interaction)) {
    throw forbidden('interaction-denied', `You may not ${interaction} ${type}`);
  }
}

/**
 * The current version, deleted or not, when the grant lets the caller see it; undefined otherwise.
 * @throws FhirError 403 when the interaction is denied for the whole type.
 */
export async function findRow(
  scope: Scope,
  type: string,
  id: string,
  interaction: AccessInteraction,
): Promise<StoredRow | undefined> {
  const predicate = scope.search.accessPredicate(scope.grant, type, interaction, 'r.rid');
  if (predicate === 'none') {
    throw forbidden('interaction-denied', `You may not ${interaction} ${type}`);
  }
  if (!isFhirId(id)) {
    return undefined;
  }
  const [row] = await scope.queryable.query<VersionRow>(pointRead(scope, type, id, predicate));
  return row && storedRow(row);
}

/**
 * Many current versions of one type at once, as far as the grant lets the caller see them.
 * @throws FhirError 403 when the interaction is denied for the whole type.
 */
export async function findRows(
  scope: Scope,
  type: string,
  ids: readonly string[],
  interaction: AccessInteraction,
): Promise<StoredRow[]> {
  const predicate = scope.search.accessPredicate(scope.grant, type, interaction, 'r.rid');
  if (predicate === 'none') {
    throw forbidden('interaction-denied', `You may not ${interaction} ${type}`);
  }
  const visible = predicate === 'all' ? sql`true` : predicate;
  const rows = await scope.queryable.query<VersionRow>(
    sql`SELECT rid, type, id, version, deleted, last_updated, author, content FROM resource r
      WHERE r.tenant = ${scope.context.tenant} AND r.type = ${type} AND r.id = ANY(${ids}) AND ${visible}`,
  );
  return rows.map(storedRow);
}

/** Ids and current versions of many resources of one type, as far as they are there and the caller may see them. */
export async function findVersions(
  scope: Scope,
  type: string,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly version: number }[]> {
  const predicate = scope.search.accessPredicate(scope.grant, type, 'read', 'r.rid');
  if (predicate === 'none') {
    return [];
  }
  const visible = predicate === 'all' ? sql`true` : predicate;
  return scope.queryable.query(
    sql`SELECT r.id, r.version FROM resource r
      WHERE r.tenant = ${scope.context.tenant} AND r.type = ${type} AND r.id = ANY(${ids}) AND NOT r.deleted AND ${visible}`,
  );
}

function pointRead(scope: Scope, type: string, id: string, predicate: SqlFragment | 'all') {
  const tenant = scope.context.tenant;
  if (predicate !== 'all') {
    return sql`SELECT rid, type, id, version, deleted, last_updated, author, content FROM resource r
      WHERE r.tenant = ${tenant} AND r.type = ${type} AND r.id = ${id} AND ${predicate}`;
  }
  if (SHARED_TYPES.has(type)) {
    return {
      name: 'read:shared',
      text: `SELECT ${COLUMNS} FROM resource WHERE tenant IN ($1, 1) AND type = $2 AND id = $3 ORDER BY tenant DESC LIMIT 1`,
      values: [tenant, type, id],
    };
  }
  return {
    name: 'read',
    text: `SELECT ${COLUMNS} FROM resource WHERE tenant = $1 AND type = $2 AND id = $3`,
    values: [tenant, type, id],
  };
}

/**
 * Reads the current version.
 * @throws FhirError 403, 404, or 410 after a delete.
 * @see https://hl7.org/fhir/R4/http.html#read
 */
export async function read(scope: Scope, type: string, id: string): Promise<StoredRow> {
  const row = await findRow(scope, type, id, 'read');
  if (!row) {
    throw notFound();
  }
  if (row.deleted) {
    throw gone();
  }
  return row;
}
