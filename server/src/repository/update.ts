import type { Resource } from '@medplum/fhirtypes';
import { conflict, invalid, isFhirId, notFound, preconditionFailed, type StoredResource } from '../fhir/index.ts';
import { commit, wasOvertaken } from './commit.ts';
import { create, remember, storedOf } from './create.ts';
import { assertResourceOf, type Before, prepareWrite } from './prepare.ts';
import { assertOpen, findRow } from './read.ts';
import type { Scope } from './scope.ts';
import type { StoredRow } from './stored-row.ts';

/** How an update ended. */
export interface UpdateResult {
  readonly stored: StoredResource;
  readonly outcome: 'created' | 'updated' | 'unchanged';
}

/** How often a write without If-Match is tried again when another write came first. */
const ATTEMPTS = 5;

/** The row with its content parsed. */
export function beforeOf(row: StoredRow): Before {
  return row.deleted ? { row } : { row, resource: JSON.parse(row.json) as Resource };
}

/**
 * What a write starts from: the version this process wrote last, when the caller may write every resource of the type,
 * else what the database holds. Undefined when there is no such resource, or none that the caller may see.
 */
export async function findBefore(
  scope: Scope,
  type: string,
  id: string,
  interaction: 'update' | 'delete',
  ifMatch: string | undefined,
): Promise<Before | undefined> {
  const { tenant } = scope.context;
  const recent = scope.inTransaction ? undefined : scope.recent.get(tenant, type, id);
  const fits = recent !== undefined && (ifMatch === undefined || String(recent.row.version) === ifMatch);
  if (fits && scope.search.accessPredicate(scope.grant, type, interaction, 'r.rid') === 'all') {
    return recent;
  }
  const row = await findRow(scope, type, id, interaction);
  return row && beforeOf(row);
}

/** @throws FhirError 412 when If-Match names another version than the current one. */
export function assertVersion(row: StoredRow | undefined, ifMatch: string | undefined): void {
  if (ifMatch === '*' && row && !row.deleted) {
    return;
  }
  if (ifMatch !== undefined && (row === undefined || String(row.version) !== ifMatch)) {
    throw preconditionFailed('version-mismatch', `If-Match names version ${ifMatch}, which is not the current one`);
  }
}

/** What an update may depend on. */
export interface UpdateConditions {
  readonly ifMatch?: string;
  /** `*`: there must be none yet. */
  readonly ifNoneMatch?: string;
}

/** @throws FhirError 412 when If-None-Match is `*` and the resource is there. */
export function assertAbsent(row: StoredRow | undefined, ifNoneMatch: string | undefined): void {
  if (ifNoneMatch?.trim() === '*' && row !== undefined && !row.deleted) {
    throw preconditionFailed('already-there', 'If-None-Match is *, and the resource is there already');
  }
}

/** May this caller choose ids (update as create)? */
export function mayAssignId(scope: Scope): boolean {
  return scope.grant.system || scope.grant.extendedMode;
}

/**
 * Runs a change of one existing resource, again when another write came first and the caller set no If-Match.
 * @throws FhirError 409 after five overtaken attempts, 412 when If-Match was overtaken.
 */
export async function retryOvertaken<T>(
  ifMatch: string | undefined,
  scope: Scope,
  attempt: () => Promise<T>,
  overtaken: () => void = () => undefined,
): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!wasOvertaken(error) || scope.inTransaction) {
        throw error;
      }
      overtaken();
      if (ifMatch !== undefined) {
        throw preconditionFailed(
          'version-mismatch',
          `Version ${ifMatch} was replaced while this request was under way`,
        );
      }
      if (n === ATTEMPTS) {
        throw conflict('overtaken', 'Other writes to this resource kept coming first; try again');
      }
    }
  }
}

/**
 * Replaces a resource, or creates it under the caller's id where the grant allows that.
 * @throws FhirError 400, 403, 404 (unknown and ids may not be chosen), 409, 412.
 * @see https://hl7.org/fhir/R4/http.html#update
 */
export async function update(
  scope: Scope,
  type: string,
  id: string,
  body: unknown,
  options: UpdateConditions = {},
): Promise<UpdateResult> {
  const resource = assertResourceOf(type, body);
  if (resource.id !== id) {
    throw invalid('id-mismatch', 'The id in the body must equal the id in the URL', `${type}.id`);
  }
  const forget = (): void => scope.recent.delete(scope.context.tenant, type, id);
  return retryOvertaken(options.ifMatch, scope, () => replace(scope, resource, id, options), forget);
}

async function replace(
  scope: Scope,
  resource: Resource,
  id: string,
  { ifMatch, ifNoneMatch }: UpdateConditions,
): Promise<UpdateResult> {
  const type = resource.resourceType;
  const before = await findBefore(scope, type, id, 'update', ifMatch);
  assertVersion(before?.row, ifMatch);
  assertAbsent(before?.row, ifNoneMatch);
  return before ? writeOver(scope, resource, before) : updateAsCreate(scope, type, id, resource);
}

/** Writes the next version over what was found, unless it is the same. */
export async function writeOver(scope: Scope, resource: Resource, before: Before): Promise<UpdateResult> {
  const { row } = before;
  const prepared = await prepareWrite(scope, resource, { id: row.id, rid: row.rid, before });
  if (prepared.unchanged) {
    return { stored: await assertCurrent(scope, row), outcome: 'unchanged' };
  }
  await commit(scope, [prepared.change]);
  remember(scope, prepared);
  return { stored: storedOf(scope, prepared.change), outcome: row.deleted ? 'created' : 'updated' };
}

/**
 * What a process remembers may be older than the database. Where nothing is written over it, the database must say that
 * it is current.
 * @throws SQLSTATE 40001
 */
export async function assertCurrent(scope: Scope, row: StoredRow): Promise<StoredRow> {
  const current = await findRow(scope, row.type, row.id, 'update');
  if (current?.version !== row.version) {
    throw Object.assign(new Error('overtaken'), { code: '40001' });
  }
  return current;
}

async function updateAsCreate(scope: Scope, type: string, id: string, resource: Resource): Promise<UpdateResult> {
  if (!isFhirId(id)) {
    throw invalid('id-format', 'An id has 1 to 64 letters, digits, "-" or "."', `${type}.id`);
  }
  if (!mayAssignId(scope)) {
    throw notFound();
  }
  assertOpen(scope, type, 'create');
  return { stored: await create(scope, type, resource, { assignedId: id }), outcome: 'created' };
}
