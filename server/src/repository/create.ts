import type { Resource } from '@medplum/fhirtypes';
import { conflict, invalid, isFhirId, type StoredResource } from '../fhir/index.ts';
import { commit, wasOvertaken } from './commit.ts';
import { assertResourceOf, type PreparedWrite, prepareWrite } from './prepare.ts';
import { assertOpen } from './read.ts';
import type { Scope } from './scope.ts';
import type { Change } from './write-statement.ts';

/** The version that a change leaves behind, as an answer needs it. */
export function storedOf(scope: Scope, change: Change): StoredResource {
  return {
    type: change.type,
    id: change.id,
    version: change.version,
    lastUpdated: change.lastUpdated,
    deleted: change.interaction === 'delete',
    author: scope.context.author,
    json: change.json,
  };
}

/** Keeps what was just committed for the next write; within a transaction nothing is committed yet. */
export function remember(scope: Scope, { change, resource, indexRows }: PreparedWrite): void {
  if (!scope.inTransaction) {
    scope.recent.set(scope.context.tenant, {
      row: { ...storedOf(scope, change), rid: change.rid },
      resource,
      indexRows,
    });
  }
}

/**
 * Creates a resource; the server assigns the id unless `assignedId` says that the caller's own is to be kept.
 * @throws FhirError 400 invalid, 403 denied, 409 when the assigned id is taken.
 * @see https://hl7.org/fhir/R4/http.html#create
 */
export async function create(
  scope: Scope,
  type: string,
  body: unknown,
  options: { readonly assignedId?: string } = {},
): Promise<StoredResource> {
  const resource: Resource = assertResourceOf(type, body);
  assertOpen(scope, type, 'create');
  if (options.assignedId !== undefined && !isFhirId(options.assignedId)) {
    throw invalid('id-format', 'An id has 1 to 64 letters, digits, "-" or "."', `${type}.id`);
  }
  const [rid] = await scope.nextRid(1);
  const id = options.assignedId ?? scope.generateId();
  const prepared = await prepareWrite(scope, resource, { id, rid: rid as number });
  const { change } = prepared;
  try {
    await commit(scope, [change]);
  } catch (error) {
    if (wasOvertaken(error)) {
      throw conflict('id-taken', `${type}/${id} exists already`);
    }
    throw error;
  }
  remember(scope, prepared);
  return storedOf(scope, change);
}
