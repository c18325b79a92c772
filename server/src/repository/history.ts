import { join, raw, type SqlFragment, sql } from '../database/index.ts';
import { forbidden, invalid, isFhirId, notFound, type StoredResource } from '../fhir/index.ts';
import { findRow } from './read.ts';
import type { Scope } from './scope.ts';
import { type StoredRow, storedRow, type VersionRow } from './stored-row.ts';

/** What a history page is limited to. */
export interface HistoryOptions {
  readonly count: number;
  /** Only versions at or after this instant. */
  readonly since?: Date;
  /** Only the versions that were current at some time of this span. */
  readonly at?: { readonly from: Date; readonly before: Date };
  /** Versions to leave out at the start. */
  readonly offset?: number;
  /** Where the previous page ended. */
  readonly cursor?: string;
}

/** One page, newest first. */
export interface HistoryPage {
  readonly versions: readonly StoredResource[];
  /** Cursor of the next page, when there is one. */
  readonly next?: string;
}

const CURRENT = raw('SELECT rid, tenant, type, id, version, deleted, last_updated, author, content FROM resource r');
const SUPERSEDED = raw(
  'SELECT rid, tenant, type, id, version, deleted, last_updated, author, content FROM resource_history r',
);

function readCursor(cursor: string | undefined): { at: Date; rid: number; version: number } | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  const [at, rid, version] = cursor.split('.').map(Number);
  if (![at, rid, version].every(Number.isSafeInteger)) {
    throw invalid('cursor', 'The page link is not one of ours');
  }
  return { at: new Date(at as number), rid: rid as number, version: version as number };
}

function pageOf(rows: readonly VersionRow[], count: number): HistoryPage {
  const versions = rows.slice(0, count).map(storedRow);
  const last = versions.at(-1);
  return rows.length > count && last
    ? { versions, next: `${last.lastUpdated.getTime()}.${last.rid}.${last.version}` }
    : { versions };
}

async function versionsOf(
  scope: Scope,
  conditions: readonly SqlFragment[],
  options: HistoryOptions,
): Promise<HistoryPage> {
  const limits = [...conditions];
  const cursor = readCursor(options.cursor);
  if (options.since) {
    limits.push(sql`r.last_updated >= ${options.since}`);
  }
  if (options.at) {
    const { from, before } = options.at;
    limits.push(sql`r.last_updated < ${before} AND NOT EXISTS (SELECT 1 FROM resource_history l WHERE l.rid = r.rid
      AND l.version > r.version AND l.last_updated <= ${from})
      AND NOT EXISTS (SELECT 1 FROM resource l WHERE l.rid = r.rid AND l.version > r.version AND l.last_updated <= ${from})`);
  }
  if (cursor) {
    limits.push(sql`(r.last_updated, r.rid, r.version) < (${cursor.at}, ${cursor.rid}::int8, ${cursor.version}::int4)`);
  }
  const where = join(limits, ' AND ');
  const offset = options.offset ?? 0;
  const order = sql`ORDER BY r.last_updated DESC, r.rid DESC, r.version DESC LIMIT ${options.count + 1 + offset}`;
  const rows = await scope.queryable.query<VersionRow>(
    sql`SELECT * FROM ((${CURRENT} WHERE ${where} ${order}) UNION ALL (${SUPERSEDED} WHERE ${where} ${order})) r
      ${order} OFFSET ${offset}`,
  );
  return pageOf(rows, options.count);
}

/**
 * All versions of one resource, newest first, the deletions among them.
 * @throws FhirError 403, 404.
 * @see https://hl7.org/fhir/R4/http.html#history
 */
export async function instanceHistory(
  scope: Scope,
  type: string,
  id: string,
  options: HistoryOptions,
): Promise<HistoryPage> {
  const row = await findRow(scope, type, id, 'history');
  if (!row) {
    throw notFound();
  }
  return versionsOf(scope, [sql`r.rid = ${row.rid}`], options);
}

/** All versions of one type, newest first. @throws FhirError 403. */
export async function typeHistory(scope: Scope, type: string, options: HistoryOptions): Promise<HistoryPage> {
  const predicate = scope.search.accessPredicate(scope.grant, type, 'history', 'r.rid');
  if (predicate === 'none') {
    throw forbidden('interaction-denied', `You may not read the history of ${type}`);
  }
  const conditions = [sql`r.tenant = ${scope.context.tenant}`, sql`r.type = ${type}`];
  return versionsOf(scope, predicate === 'all' ? conditions : [...conditions, predicate], options);
}

/** All versions of the tenant that the caller may see, newest first. @throws FhirError 403. */
export async function systemHistory(
  scope: Scope,
  types: readonly string[],
  options: HistoryOptions,
): Promise<HistoryPage> {
  const open: string[] = [];
  const limited: SqlFragment[] = [];
  for (const type of types) {
    const predicate = scope.search.accessPredicate(scope.grant, type, 'history', 'r.rid');
    if (predicate === 'all') {
      open.push(type);
    } else if (predicate !== 'none') {
      limited.push(sql`(r.type = ${type} AND ${predicate})`);
    }
  }
  if (open.length === 0 && limited.length === 0) {
    throw forbidden('interaction-denied', 'You may not read the history of any type');
  }
  const visible = join([sql`r.type = ANY(${open})`, ...limited], ' OR ');
  return versionsOf(scope, [sql`r.tenant = ${scope.context.tenant}`, sql`(${visible})`], options);
}

/**
 * Reads one version, current or superseded.
 * @throws FhirError 403, 404, 410 when that version is a deletion.
 * @see https://hl7.org/fhir/R4/http.html#vread
 */
export async function readVersion(scope: Scope, type: string, id: string, version: string): Promise<StoredRow> {
  const row = await findRow(scope, type, id, 'vread');
  if (!row || !isFhirId(version) || !/^\d{1,9}$/.test(version)) {
    throw notFound();
  }
  if (String(row.version) === version) {
    return row;
  }
  const [found] = await scope.queryable.query<VersionRow>({
    name: 'vread',
    text: 'SELECT rid, type, id, version, deleted, last_updated, author, content FROM resource_history WHERE rid = $1 AND version = $2',
    values: [row.rid, Number(version)],
  });
  if (!found) {
    throw notFound();
  }
  return storedRow(found);
}
