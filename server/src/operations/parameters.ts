import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { invalid } from '../fhir/index.ts';
import type { OperationRequest } from '../repository/index.ts';

/** Parameters of the HTTP layer, which every operation takes. */
const TRANSPORT = new Set(['_format', '_pretty']);

function textOf(parameter: ParametersParameter): string | undefined {
  for (const [name, value] of Object.entries<unknown>({ ...parameter })) {
    if (name.startsWith('value')) {
      const reference = (value as { reference?: unknown } | null)?.reference;
      const text = name === 'valueReference' ? reference : value;
      return typeof text === 'object' ? undefined : String(text);
    }
  }
  return undefined;
}

/** @throws FhirError 400 that names the parameter or part that is no object. */
function assertParts(parts: readonly unknown[], path: string): void {
  for (const [index, part] of parts.entries()) {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) {
      throw invalid('operation-body', 'A parameter must be an object', `${path}[${index}]`);
    }
    const inner: unknown = (part as ParametersParameter).part ?? [];
    if (!Array.isArray(inner)) {
      throw invalid('operation-body', 'The parts of a parameter must be a list', `${path}[${index}].part`);
    }
    assertParts(inner, `${path}[${index}].part`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/**
 * Parameters as an object of values by name, as Medplum's apps send them.
 * @throws FhirError 400 naming the parameter that has no simple value.
 */
function namedValues(body: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  return Object.entries(body).flatMap(([name, given]) =>
    [given].flat().map((one: unknown) => {
      const value = isObject(one) ? one.reference : one;
      if (!['string', 'number', 'boolean'].includes(typeof value)) {
        throw invalid('operation-parameter', 'A parameter needs a simple value', name.slice(0, 64));
      }
      return [name, String(value)] as const;
    }),
  );
}

/** The body as a Parameters resource. @throws FhirError 400 */
export function parametersBody(body: unknown): Parameters {
  const parameters = body as Parameters | undefined;
  if (parameters?.resourceType !== 'Parameters') {
    throw invalid('operation-body', 'The body must be a Parameters resource', 'resourceType');
  }
  if (parameters.parameter !== undefined && !Array.isArray(parameters.parameter)) {
    throw invalid('operation-body', 'Parameters.parameter must be a list', 'Parameters.parameter');
  }
  assertParts(parameters.parameter ?? [], 'Parameters.parameter');
  return parameters;
}

/**
 * The simple parameters of an operation as name and value, from the URL and from the body alike: a Parameters resource, or
 * plain JSON of values by name.
 * @throws FhirError 400 for a body that is no Parameters resource, or a parameter without a simple value.
 */
export function operationParameters(request: OperationRequest): (readonly [string, string])[] {
  const pairs = [...request.query].filter(([name]) => !TRANSPORT.has(name));
  if (request.method !== 'POST' || request.body === undefined) {
    return pairs;
  }
  if (isObject(request.body) && request.body.resourceType === undefined) {
    return [...pairs, ...namedValues(request.body)];
  }
  for (const [index, parameter] of (parametersBody(request.body).parameter ?? []).entries()) {
    const value = typeof parameter === 'object' && parameter !== null ? textOf(parameter) : undefined;
    if (typeof parameter?.name !== 'string' || value === undefined) {
      throw invalid(
        'operation-parameter',
        'A parameter needs a name and a simple value',
        `Parameters.parameter[${index}]`,
      );
    }
    pairs.push([parameter.name, value]);
  }
  return pairs;
}

/** Does the caller want what is not understood to be left out? @see https://hl7.org/fhir/R4/search.html#errors */
export function isLenient({ headers }: OperationRequest): boolean {
  return /\bhandling=lenient\b/.test(String(headers.prefer ?? ''));
}

/** Refuses what the operation does not know. @throws FhirError 400 naming the parameter and those it takes. */
export function refuseUnknown(pairs: readonly (readonly [string, string])[], known: readonly string[]): void {
  const unknown = pairs.find(([name]) => !known.includes(name));
  if (unknown) {
    const text = `Found parameter '${unknown[0].slice(0, 64)}', needed one of ${known.join(', ')}`;
    throw invalid('operation-parameter', text, unknown[0].slice(0, 64));
  }
}

/** All values of a parameter, comma-separated lists taken apart. */
export function valuesOf(pairs: readonly (readonly [string, string])[], name: string): string[] {
  return pairs.filter(([key]) => key === name).flatMap(([, value]) => value.split(',').filter((part) => part !== ''));
}

const INSTANT = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?)?)?$/;

/** A FHIR instant or a date as its first moment. @throws FhirError 400 */
export function instantOf(name: string, value: string): Date {
  const written = value.replace(/ (?=\d\d:\d\d$)/, '+');
  const date = INSTANT.test(written) ? new Date(written) : undefined;
  if (!date || Number.isNaN(date.getTime())) {
    throw invalid('operation-parameter', `'${name}' needs an instant such as 2026-01-31T08:00:00Z`, name);
  }
  return date;
}
