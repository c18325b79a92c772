import { fhirpathPatchTypedValue, parseFhirPathPatchParameters, toTypedValue } from '@medplum/core';
import type { Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes';

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

/**
 * Applies a FHIRPath Patch to a resource, in place.
 * @throws Error when an operation does not apply.
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
  fhirpathPatchTypedValue(toTypedValue(resource), operations);
}
