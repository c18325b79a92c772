import type { CodeableConcept, Coding, Parameters, ParametersParameter, Resource } from '@medplum/fhirtypes';
import { FhirError, invalid } from '../fhir/index.ts';
import type { OperationCall } from './operation-call.ts';

/** Parameters of an operation, from the query or from a Parameters resource. @see https://hl7.org/fhir/R4/operations.html#request */
export interface Inputs {
  text(name: string): string | undefined;
  /** All values of a parameter that may come several times. */
  texts(name: string): readonly string[];
  integer(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  coding(name: string): Coding | undefined;
  concept(name: string): CodeableConcept | undefined;
  resource<T extends Resource>(name: string, type: T['resourceType']): T | undefined;
}

/**
 * Reads the parameters of a call; a plain JSON object of strings is taken as well.
 * @throws FhirError 400 for a parameter that the operation does not take, unless the caller is lenient.
 */
export function readInputs(call: OperationCall, takes: readonly string[]): Inputs {
  const parameters = parametersOf(call.body);
  if (!/\bhandling=lenient\b/.test(String(call.headers?.prefer ?? ''))) {
    refuseUnknown([...call.query.keys(), ...parameters.map(({ name }) => String(name))], takes);
  }
  const find = (name: string): ParametersParameter | undefined => parameters.find((p) => p.name === name);
  const text = (name: string): string | undefined => {
    const value = call.query.get(name) ?? primitiveOf(find(name));
    return value === '' ? undefined : value;
  };
  return {
    text,
    texts: (name) => [
      ...call.query.getAll(name),
      ...parameters.flatMap((p) => (p.name === name ? (primitiveOf(p) ?? []) : [])),
    ],
    integer(name) {
      const value = text(name);
      if (value !== undefined && !/^\d{1,9}$/.test(value)) {
        throw invalid('operation-parameter', `Parameter ${name} must be a number that is not negative`);
      }
      return value === undefined ? undefined : Number(value);
    },
    flag(name) {
      const value = text(name);
      if (value !== undefined && value !== 'true' && value !== 'false') {
        throw invalid('operation-parameter', `Parameter ${name} must be true or false`);
      }
      return value === undefined ? undefined : value === 'true';
    },
    coding: (name) => find(name)?.valueCoding,
    concept: (name) => find(name)?.valueCodeableConcept,
    resource<T extends Resource>(name: string, type: T['resourceType']) {
      const resource = find(name)?.resource;
      if (resource && resource.resourceType !== type) {
        throw invalid('operation-parameter', `Parameter ${name} must be a ${type}`);
      }
      return resource as T | undefined;
    },
  };
}

/** Parameters of the HTTP layer, which every operation takes. */
const TRANSPORT = new Set(['_format', '_pretty']);

function refuseUnknown(names: readonly string[], takes: readonly string[]): void {
  const unknown = names.find((name) => !takes.includes(name) && !TRANSPORT.has(name))?.slice(0, 64);
  if (unknown !== undefined) {
    throw invalid('operation-parameter', `Found parameter '${unknown}', needed one of ${takes.join(', ')}`, unknown);
  }
}

function parametersOf(body: unknown): ParametersParameter[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return [];
  }
  if ('resourceType' in body) {
    const list = body.resourceType === 'Parameters' && 'parameter' in body ? body.parameter : [];
    return Array.isArray(list) ? list.filter((p): p is ParametersParameter => typeof p === 'object' && p !== null) : [];
  }
  return Object.entries(body).map(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? { name, valueString: String(value) }
      : { name },
  );
}

function primitiveOf(parameter: ParametersParameter | undefined): string | undefined {
  for (const [key, value] of Object.entries(parameter ?? {})) {
    if (key.startsWith('value') && ['string', 'number', 'boolean'].includes(typeof value)) {
      return String(value);
    }
  }
  return undefined;
}

/** A parameter that must be there. */
export function required<T>(value: T | undefined, needed: string): T {
  if (value === undefined) {
    throw invalid('operation-parameter', `Missing parameter: need ${needed}`);
  }
  return value;
}

/** 404 for a code, code system, value set or map that is not known. */
export function unknownHere(text: string): FhirError {
  return new FhirError(404, [{ severity: 'error', code: 'not-found', key: 'terminology-unknown', text }], 'not-found');
}

/** Builds a Parameters resource, leaving out what is undefined. */
export function parametersFrom(entries: readonly (ParametersParameter | undefined)[]): Parameters {
  return { resourceType: 'Parameters', parameter: entries.filter((entry) => entry !== undefined) };
}
