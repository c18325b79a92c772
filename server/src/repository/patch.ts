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

/** A JSON Pointer. @see https://www.rfc-editor.org/rfc/rfc6901 */
const POINTER = z.string().regex(/^(?:\/|$)/);
const VALUE = z.unknown().refine((value) => value !== undefined);
const JSON_PATCH = z.array(
  z.discriminatedUnion('op', [
    z.object({ op: z.literal(['add', 'replace', 'test']), path: POINTER, value: VALUE }),
    z.object({ op: z.literal('remove'), path: POINTER }),
    z.object({ op: z.literal(['move', 'copy']), path: POINTER, from: POINTER }),
  ]),
);
/** What the operations of a JSON Patch need besides `op`. */
const NEEDED =
  'op (add, remove, replace, move, copy or test), path (empty or from "/" on), value for add, replace and test, and from for move and copy';

/** A patch in either of its forms. */
type Patch = readonly PatchOperation[] | Parameters;

/** Reads a JSON Patch document or a FHIRPath Patch. @throws FhirError 400 */
function parsePatch(body: unknown): Patch {
  if (typeof body === 'object' && body !== null && (body as Resource).resourceType === 'Parameters') {
    return body as Parameters;
  }
  const parsed = JSON_PATCH.safeParse(body);
  if (!parsed.success) {
    const [n] = parsed.error.issues[0]?.path ?? [];
    const text =
      typeof n === 'number'
        ? `Operation ${n} of the patch is none: needed ${NEEDED}`
        : 'A patch is an array of JSON Patch operations (RFC 6902) or a Parameters resource';
    throw invalid('patch-format', text);
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
      throw unprocessable('patch-failed', doesNotApply(failed, operations[failed] as PatchOperation));
    }
    return copy;
  } catch (error) {
    if (error instanceof FhirError) {
      throw error;
    }
    throw unprocessable('patch-failed', 'The patch does not apply to the resource');
  }
}

/** Says which operation does not apply, and why. A pointer is repeated only where it can be nothing but names of elements. */
function doesNotApply(index: number, { op, path, ...rest }: PatchOperation): string {
  const at = 'from' in rest ? rest.from : path;
  const place = /^(?:\/[A-Za-z0-9_-]{1,64}){0,8}$/.test(at) ? `${op} at ${at === '' ? 'the root' : at}` : op;
  const reason = op === 'test' ? 'the value there is another one' : 'there is nothing at that path';
  return `Operation ${index} of the patch (${place}) does not apply to the resource: ${reason}`;
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
