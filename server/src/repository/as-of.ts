import { setImmediate } from 'node:timers/promises';
import type { Resource } from '@medplum/fhirtypes';
import { hiddenFields, redact } from '../access/index.ts';
import { sql } from '../database/index.ts';
import { FhirError, forbidden, gone, invalid, notFound, type StoredResource } from '../fhir/index.ts';
import type { SearchPage, SearchQuery } from '../search/index.ts';
import { findRow } from './read.ts';
import type { Scope } from './scope.ts';
import { type StoredRow, storedRow, type VersionRow } from './stored-row.ts';

/** Versions looked at by one search of the past; more is refused with a hint. */
const MAX_CANDIDATES = 50_000;
/** Versions matched between two turns of the event loop. */
const SLICE = 500;

/**
 * Reads a resource as it stood at an instant. Today's rights apply: what the caller may not see now, he may not see as
 * it was.
 * @throws FhirError 403, 404 unknown or not there yet, 410 deleted by then.
 */
export async function readAsOf(scope: Scope, type: string, id: string, instant: Date): Promise<StoredRow> {
  const current = await findRow(scope, type, id, 'vread');
  if (!current) {
    throw notFound();
  }
  const [row] = await scope.queryable.query<VersionRow>(
    sql`SELECT * FROM (
        SELECT rid, type, id, version, deleted, last_updated, author, content FROM resource WHERE rid = ${current.rid}
        UNION ALL
        SELECT rid, type, id, version, deleted, last_updated, author, content FROM resource_history WHERE rid = ${current.rid}
      ) v WHERE last_updated <= ${instant} ORDER BY version DESC LIMIT 1`,
  );
  if (!row) {
    throw notFound();
  }
  if (row.deleted) {
    throw gone();
  }
  return storedRow(row);
}

function assertSimple(scope: Scope, query: SearchQuery, type: string): void {
  const sorted = (query.sort.get(type) ?? []).some((rule) => rule.code !== '_lastUpdated' && rule.code !== '_id');
  if (query.types.length !== 1 || !scope.search.canMatch(query) || sorted) {
    throw invalid(
      'as-of-search',
      'A search with _asOf takes one type and parameters of its own resources, sorted by _lastUpdated or _id',
    );
  }
  if (query.includes.length > 0 || query.revIncludes.length > 0 || query.cursor !== undefined) {
    throw invalid('as-of-search', 'A search with _asOf takes no _include, _revinclude or page link; use _offset');
  }
}

async function candidates(scope: Scope, type: string, instant: Date): Promise<VersionRow[]> {
  const predicate = scope.search.accessPredicate(scope.grant, type, 'search', 'v.rid');
  if (predicate === 'none') {
    throw forbidden('interaction-denied', `You may not search ${type}`);
  }
  const visible = predicate === 'all' ? sql`true` : predicate;
  const { tenant } = scope.context;
  const rows = await scope.queryable.query<VersionRow>(
    sql`SELECT * FROM (SELECT DISTINCT ON (rid) * FROM (
        SELECT rid, type, id, version, deleted, last_updated, author, content FROM resource
          WHERE tenant = ${tenant} AND type = ${type} AND last_updated <= ${instant}
        UNION ALL
        SELECT rid, type, id, version, deleted, last_updated, author, content FROM resource_history
          WHERE tenant = ${tenant} AND type = ${type} AND last_updated <= ${instant}
      ) u ORDER BY rid, version DESC) v WHERE NOT v.deleted AND ${visible} LIMIT ${MAX_CANDIDATES + 1}`,
  );
  if (rows.length > MAX_CANDIDATES) {
    const text = `More than ${MAX_CANDIDATES} ${type} existed then; read single resources with _asOf instead`;
    throw new FhirError(422, [{ severity: 'error', code: 'too-costly', key: 'as-of-candidates', text }]);
  }
  return rows;
}

function ordered(rows: StoredResource[], query: SearchQuery, type: string): StoredResource[] {
  const [rule] = query.sort.get(type) ?? [];
  const sign = rule?.descending ? -1 : 1;
  if (rule?.code === '_lastUpdated') {
    return rows.sort((a, b) => sign * (a.lastUpdated.getTime() - b.lastUpdated.getTime()) || (a.id < b.id ? -1 : 1));
  }
  return rows.sort((a, b) => sign * (a.id < b.id ? -1 : 1));
}

/**
 * Searches one type as it stood at an instant: folds the history and matches each version that was current then, as far
 * as the caller sees it: hidden elements do not exist. The next page is named by its offset.
 * @throws FhirError 400 for parameters that need other resources, 403, 422 when too many versions would be looked at.
 */
export async function searchAsOf(scope: Scope, query: SearchQuery, instant: Date): Promise<SearchPage> {
  const [type = ''] = query.types;
  assertSimple(scope, query, type);
  const found: StoredResource[] = [];
  const hidden = hiddenFields(scope.grant, type);
  for (const [n, row] of (await candidates(scope, type, instant)).entries()) {
    if (n % SLICE === SLICE - 1) {
      await setImmediate();
    }
    if (scope.search.matches(query, redact(JSON.parse(row.content) as Resource, hidden))) {
      found.push(storedRow(row));
    }
  }
  const end = query.offset + query.count;
  const page = query.countOnly ? [] : ordered(found, query, type).slice(query.offset, end);
  return {
    entries: page.map((stored) => ({ stored, mode: 'match' })),
    total: found.length,
    ...(page.length > 0 && end < found.length && { next: String(end) }),
    warnings: query.warnings,
  };
}
