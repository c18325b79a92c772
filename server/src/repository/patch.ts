import { applyPatch, type Operation as PatchOperation } from '@medplum/core';
import type { Parameters, Resource } from '@medplum/fhirtypes';
import { z } from 'zod';
import { hiddenFields } from '../access/index.ts';
import { FhirError, gone, invalid, notFound, unprocessable } from '../fhir/index.ts';
import { applyFhirPathPatch, pathsOf } from './fhirpath-patch.ts';
import { assertPatchPath } from './patch-path.ts';
import type { Scope } from './scope.ts';
import type { StoredRow } from './stored-row.ts';
import { assertCurrent, assertVersion, findBefore, retryOvertaken, type UpdateResult, writeOver } from './update.ts';

const JSON_PATCH = z.array(
  z.object({
    op: z.enum(['add', 'remove', 'replace', 'move', 'copy', 'test']),
    path: z.string(),
    from: z.string().optional(),
    value: z.unknown().optional(),
  }),
);

/** A patch in either of its forms. */
type Patch = readonly PatchOperation[] | Parameters;

/** Reads a JSON Patch document or a FHIRPath Patch. @throws FhirError 400 */
function parsePatch(body: unknown): Patch {
  if (typeof body === 'object' && body !== null && (body as Resource).resourceType === 'Parameters') {
    return body as Parameters;
  }
  const parsed = JSON_PATCH.safeParse(body);
  if (!parsed.success) {
    throw invalid('patch-format', 'A patch is an array of JSON Patch operations (RFC 6902) or a Parameters resource');
  }
  return parsed.data as PatchOperation[];
}

function assertVisiblePaths(scope: Scope, type: string, patch: Patch): void {
  const hidden = hiddenFields(scope.grant, type);
  if (!Array.isArray(patch)) {
    for (const path of pathsOf(patch as Parameters)) {
      assertPatchPath(path, hidden);
    }
    return;
  }
  if (hidden.length === 0) {
    return;
  }
  for (const operation of patch as readonly PatchOperation[]) {
    const first = operation.path.split('/')[1];
    if (hidden.some((field) => field.split('.')[0] === first)) {
      throw invalid('patch-path', 'The patch names an element that this resource does not have');
    }
  }
}

/** The patched resource, its identity unchanged. @throws FhirError 400 malformed, 422 when the patch does not apply. */
export function applyPatchTo(scope: Scope, before: Resource, body: unknown): Resource {
  const patch = parsePatch(body);
  assertVisiblePaths(scope, before.resourceType, patch);
  if (!Array.isArray(patch)) {
    scope.loadFhirPathType(before.resourceType);
  }
  const after = applied(before, patch);
  if (after.id !== before.id || after.resourceType !== before.resourceType) {
    throw unprocessable('patch-identity', 'A patch may not change resourceType or id');
  }
  return after;
}

function applied(before: Resource, patch: Patch): Resource {
  const copy = structuredClone(before);
  try {
    if (!Array.isArray(patch)) {
      applyFhirPathPatch(copy, patch as Parameters);
      return copy;
    }
    const operations = [...(patch as readonly PatchOperation[])];
    const inward = operations.findIndex((one) => one.op === 'move' && one.path.startsWith(`${one.from}/`));
    if (inward >= 0) {
      throw unprocessable('patch-failed', `Operation ${inward} of the patch moves a value into itself`);
    }
    const errors = applyPatch(copy, operations);
    const failed = errors.findIndex((error) => error !== null);
    if (failed >= 0) {
      throw unprocessable('patch-failed', `Operation ${failed} of the patch does not apply to the resource`);
    }
    return copy;
  } catch (error) {
    if (error instanceof FhirError) {
      throw error;
    }
    throw unprocessable('patch-failed', 'The patch does not apply to the resource');
  }
}

/** A patch that does not apply to what was remembered is refused only when the database holds no other version. */
async function patchedOf(scope: Scope, before: Resource, row: StoredRow, body: unknown): Promise<Resource> {
  try {
    return applyPatchTo(scope, before, body);
  } catch (error) {
    await assertCurrent(scope, row);
    throw error;
  }
}

/**
 * Patches a resource with JSON Patch or FHIRPath Patch.
 * @throws FhirError 400 malformed patch, 404, 410, 412 If-Match, 422 when an operation does not apply (a failed test included).
 * @see https://hl7.org/fhir/R4/http.html#patch
 */
export async function patch(
  scope: Scope,
  type: string,
  id: string,
  body: unknown,
  options: { readonly ifMatch?: string } = {},
): Promise<UpdateResult> {
  const forget = (): void => scope.recent.delete(scope.context.tenant, type, id);
  return retryOvertaken(
    options.ifMatch,
    scope,
    async () => {
      const before = await findBefore(scope, type, id, 'update', options.ifMatch);
      if (!before) {
        throw notFound();
      }
      if (!before.resource) {
        throw gone();
      }
      assertVersion(before.row, options.ifMatch);
      return writeOver(scope, await patchedOf(scope, before.resource, before.row, body), before);
    },
    forget,
  );
}
