import { fhirpathPatchTypedValue, parseFhirPathPatchParameters, toTypedValue } from '@medplum/core';
import type { Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes';
import { z } from 'zod';
import { invalid, unprocessable } from '../fhir/index.ts';

/** The value[x] of a parameter, whatever its type. */
function parameterValue(parameter: ParametersParameter): unknown {
  const name = Object.keys(parameter).find((key) => /^value[A-Z]/.test(key));
  return name === undefined ? undefined : parameter[name as keyof ParametersParameter];
}

/** An element of a type without a name of its own (a backbone element), written as nested parts. */
function nested(parts: readonly ParametersParameter[]): Record<string, unknown> {
  const element: Record<string, unknown> = {};
  for (const part of parts) {
    const value = part.part ? nested(part.part) : parameterValue(part);
    const present = element[part.name];
    const several: unknown[] = Array.isArray(present) ? present : [present];
    element[part.name] = present === undefined ? value : [...several, value];
  }
  return element;
}

const TYPES = ['add', 'insert', 'delete', 'replace', 'move'];
/** Each operation is a walk over the resource. */
const MAX_OPERATIONS = 1000;
const OPERATION = z.object({
  name: z.literal('operation'),
  part: z.array(
    z.object({ name: z.string(), valueCode: z.string().optional(), valueString: z.string().optional() }).loose(),
  ),
});

/**
 * The paths that a FHIRPath Patch goes along, with the element that it adds.
 * @throws FhirError 400 for operations that are none.
 */
export function pathsOf({ parameter }: Parameters): string[] {
  const list: readonly unknown[] = Array.isArray(parameter) ? parameter : [];
  if (list.length > MAX_OPERATIONS) {
    throw invalid('patch-format', `A patch has at most ${MAX_OPERATIONS} operations`, 'Parameters.parameter');
  }
  return list.map((given, n) => {
    const parts = OPERATION.safeParse(given).data?.part ?? [];
    const [type, path, added] = ['type', 'path', 'name'].map((key) => parts.find((one) => one.name === key));
    const kind = type?.valueCode ?? type?.valueString;
    if (!kind || !TYPES.includes(kind) || path?.valueString === undefined) {
      const text = `An operation needs the parts type (one of ${TYPES.join(', ')}) and path`;
      throw invalid('patch-format', text, `Parameters.parameter[${n}]`);
    }
    return added?.valueString === undefined ? path.valueString : `${path.valueString}.${added.valueString}`;
  });
}

/** Why an operation does not apply, by what the library says of it, which may repeat values out of the path. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/multiple (?:base )?values/, 'its path leads to several elements, needed one'],
  [/Failed to resolve/, 'its path leads to nothing'],
  [/out of bounds/, 'its index lies outside the list'],
  [/No name/, 'it needs the part name'],
  [/No value/, 'it needs the part value'],
];

/** FHIR knows no empty lists: what lost its last element goes too. */
function prune(value: unknown): void {
  if (typeof value !== 'object' || value === null) {
    return;
  }
  const holder = value as Record<string, unknown>;
  for (const [name, inner] of Object.entries(holder)) {
    if (Array.isArray(inner) && inner.length === 0) {
      delete holder[name];
    } else {
      prune(inner);
    }
  }
}

/**
 * Applies a FHIRPath Patch to a resource, in place.
 * @throws FhirError 422 that names the operation which does not apply.
 * @see https://hl7.org/fhir/R4/fhirpatch.html
 */
export function applyFhirPathPatch(resource: Resource, patch: Parameters): void {
  const operations = parseFhirPathPatchParameters(patch);
  for (const [n, parameter] of (patch.parameter ?? []).entries()) {
    const value = parameter.part?.find((part) => part.name === 'value');
    const operation = operations[n];
    if (value?.part && operation) {
      Object.assign(operation, { value: { type: 'BackboneElement', value: nested(value.part) } });
    }
  }
  for (const [n, operation] of operations.entries()) {
    try {
      fhirpathPatchTypedValue(toTypedValue(resource), [operation]);
    } catch (error) {
      const reason = REASONS.find(([pattern]) => pattern.test(String(error)))?.[1] ?? 'its path is no FHIRPath';
      const text = `Operation ${n} of the patch (${operation.type}) does not apply to the resource: ${reason}`;
      throw unprocessable('patch-failed', text);
    }
  }
  prune(resource);
}
