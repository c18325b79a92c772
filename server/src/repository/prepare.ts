import type { Meta, Resource } from '@medplum/fhirtypes';
import { checkWrite, hiddenFields, preserveHidden } from '../access/index.ts';
import { FhirError, type Issue, invalid } from '../fhir/index.ts';
import type { IndexRows } from '../indexing/index.ts';
import { withMatches } from './conditional-references.ts';
import { matchesCriteria } from './matches-criteria.ts';
import type { Scope } from './scope.ts';
import { requestedAccounts, withHead } from './serialize.ts';
import type { StoredRow } from './stored-row.ts';
import type { Change } from './write-statement.ts';

const NO_ROWS = {};

/** What a new version replaces: the row and its parsed resource. */
export interface Before {
  readonly row: StoredRow;
  /** Undefined when the row is a deleted resource. */
  readonly resource?: Resource;
  /** Index rows of the resource, when they are known already. */
  readonly indexRows?: IndexRows;
}

/** The next version of one resource, validated, stamped and indexed. */
export interface PreparedWrite {
  readonly change: Change;
  readonly resource: Resource;
  readonly indexRows: IndexRows;
  /** True when the content equals the current version: there is nothing to write. */
  readonly unchanged: boolean;
}

/** @throws FhirError 400 with one issue for each problem of severity error. */
function refuseErrors(issues: readonly Issue[]): void {
  const errors = issues.filter((issue) => issue.severity === 'error' || issue.severity === 'fatal');
  if (errors.length > 0) {
    throw new FhirError(400, errors);
  }
}

/** Accounts follow the caller's wish only where the grant trusts it; otherwise they stay as they were. */
function accountsOf(scope: Scope, meta: Meta | undefined, before: Resource | undefined): Meta['accounts'] {
  const kept = requestedAccounts(before?.meta);
  return scope.grant.extendedMode || scope.grant.system ? (requestedAccounts(meta) ?? kept) : kept;
}

/** The clock never runs backwards for one resource: a version is at least a millisecond after the one it replaces. */
function nextInstant(scope: Scope, before: Before | undefined): Date {
  const now = scope.clock();
  const last = before?.row.lastUpdated.getTime() ?? 0;
  return now.getTime() > last ? now : new Date(last + 1);
}

/**
 * Validates, resolves conditional references, guards, stamps and indexes the next version of a resource. Pure but for
 * references and guards.
 * @throws FhirError 400 for invalid content, 403 for what the policy's write rules refuse.
 */
export async function prepareWrite(
  scope: Scope,
  input: Resource,
  target: { readonly id: string; readonly rid: number; readonly before?: Before },
): Promise<PreparedWrite> {
  const { before } = target;
  const beforeResource = before?.resource;
  // What the writer cannot see is there all the same: whether the whole is valid cannot depend on it.
  const hidden = beforeResource ? hiddenFields(scope.grant, input.resourceType) : [];
  const whole = preserveHidden(beforeResource, input, hidden);
  const issues = scope.validate(whole);
  refuseErrors(issues);
  const matched = issues.length > 0 ? await withMatches(scope, whole, issues) : whole;
  if (matched.meta?.profile) {
    refuseErrors(await scope.validateProfiles(scope.context.tenant, matched));
  }
  let resource = scope.sanitize(matched);
  resource = checkWrite({
    grant: scope.grant,
    profile: scope.context.author,
    before: beforeResource,
    after: resource,
    matches: (one, criteria) => matchesCriteria(scope.search, criteria, one),
  });
  for (const guard of scope.guards) {
    resource = await guard({
      context: scope.context,
      grant: scope.grant,
      before: beforeResource,
      after: resource,
      isPart: scope.isPart ?? scope.inTransaction,
    });
  }
  const head = { id: target.id, version: (before?.row.version ?? 0) + 1, lastUpdated: nextInstant(scope, before) };
  const next = withHead(resource, head, accountsOf(scope, resource.meta, beforeResource));
  const json = JSON.stringify(next);
  const content = scope.seal(scope.context.tenant, next, json, target.rid);
  const rows = scope.indexer.extract(next);
  const { removed, added } = beforeResource
    ? scope.indexer.difference(indexRowsOf(scope, before), rows)
    : { removed: NO_ROWS, added: rows };
  return {
    resource: next,
    indexRows: rows,
    unchanged: beforeResource !== undefined && before !== undefined && sameText(before.row.json, json),
    change: {
      interaction: beforeResource ? 'update' : 'create',
      rid: target.rid,
      type: next.resourceType,
      id: target.id,
      version: head.version,
      before: before?.row.version,
      lastUpdated: head.lastUpdated,
      json,
      content: typeof content === 'string' ? content : await content,
      removed,
      added,
    },
  };
}

function indexRowsOf(scope: Scope, before: Before | undefined): IndexRows {
  return before?.indexRows ?? (before?.resource ? scope.indexer.extract(before.resource) : NO_ROWS);
}

/**
 * The tombstone of a resource: a version without content and without index rows.
 * @throws what a guard of deletions throws.
 */
export async function prepareDelete(scope: Scope, before: Before): Promise<Change> {
  for (const guard of before.resource ? (scope.deletionGuards ?? []) : []) {
    await guard({
      context: scope.context,
      grant: scope.grant,
      before: before.resource as Resource,
      isPart: scope.isPart ?? scope.inTransaction,
    });
  }
  const removed = indexRowsOf(scope, before);
  return {
    interaction: 'delete',
    rid: before.row.rid,
    type: before.row.type,
    id: before.row.id,
    version: before.row.version + 1,
    before: before.row.version,
    lastUpdated: nextInstant(scope, before),
    json: '',
    content: '',
    endedJson: before.row.json,
    removed,
    added: NO_ROWS,
  };
}

/** The body of a write as a resource of the type in the URL. @throws FhirError 400 */
export function assertResourceOf(type: string, body: unknown): Resource {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('body-not-resource', `The body must be one ${type} as a JSON object`);
  }
  const found = (body as { resourceType?: unknown }).resourceType;
  if (found !== type) {
    const shown = typeof found === 'string' ? `resourceType "${found.slice(0, 64)}"` : 'no resourceType';
    throw invalid('resource-type-mismatch', `Found ${shown}, needed ${type}`, 'resourceType');
  }
  return body as Resource;
}

const VERSION_PART = /^\{"resourceType":"[A-Za-z]+","id":"[^"]+","meta":\{"versionId":"\d+","lastUpdated":"[^"]+"/;

function sameText(before: string, after: string): boolean {
  const a = VERSION_PART.exec(before)?.[0].length ?? 0;
  const b = VERSION_PART.exec(after)?.[0].length ?? 0;
  return before.length - a === after.length - b && before.slice(a) === after.slice(b);
}
