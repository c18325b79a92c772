import { invalid } from '../fhir/index.ts';
import { clip, type IndexedParameter, parameterKey } from '../indexing/index.ts';
import { compositeValue } from './parse-composite.ts';
import type { ParseContext } from './parse-context.ts';
import type { ChainTarget, CodesHow, Criterion, RowTest, TextPlace } from './query.ts';
import { splitEscaped, unescaped } from './split.ts';
import { badValue, dateTest, readValue, referenceTest, stringTest, tokenTest } from './values.ts';

const MAX_DEPTH = 3;
const MAX_VALUES = 500;

/**
 * Reads one `name=value` of a search on a type.
 * @throws FhirError 400 that names the parameter, the modifier or the kind of value that is not understood.
 */
export function parseCriterion(context: ParseContext, type: string, name: string, value: string, depth = 0): Criterion {
  if (depth > MAX_DEPTH) {
    throw invalid('search-depth', `Chained search parameters may follow at most ${MAX_DEPTH} links`);
  }
  if (name.startsWith('_has:')) {
    return parseHas(context, type, name, value, depth);
  }
  const dot = name.indexOf('.');
  if (dot > 0) {
    return parseChain(context, type, name.slice(0, dot), name.slice(dot + 1), value, depth);
  }
  const colon = name.indexOf(':');
  const code = colon < 0 ? name : name.slice(0, colon);
  const modifier = colon < 0 ? '' : name.slice(colon + 1);
  return special(context, type, code, modifier, value) ?? parseParameter(context, type, code, modifier, value);
}

/** The values of one parameter, split at commas. */
export function valuesOf(code: string, value: string): string[] {
  const values = splitEscaped(value, ',').filter((part) => part !== '');
  if (values.length > MAX_VALUES) {
    throw invalid(
      'search-values',
      `Search parameter '${code}' takes at most ${MAX_VALUES} values, found ${values.length}`,
    );
  }
  return values;
}

function special(
  context: ParseContext,
  type: string,
  code: string,
  modifier: string,
  value: string,
): Criterion | undefined {
  switch (code) {
    case '_id':
      return negatable(modifier, code, {
        kind: 'id',
        ids: valuesOf(code, value).map((id) => id.replace(`${type}/`, '')),
      });
    case '_lastUpdated':
      return noModifier(code, modifier, lastUpdated(context, valuesOf(code, value)));
    case '_compartment':
      return negatable(modifier, code, anyOf(valuesOf(code, value).map((text) => compartment(type, text))));
    case '_inCompartment':
      return anyOf(valuesOf(code, value).map((text) => inCompartment(context, type, text)));
    case 'near':
      return near(value);
    case '_list':
      return anyOf(
        valuesOf(code, value).map((id) => ({ kind: 'list', resourceType: type, id: id.replace('List/', '') })),
      );
    case '_text':
      return text('narrative', value);
    case '_content':
      return text('content', value);
    case '_project':
      return { kind: 'always' };
    default:
      return undefined;
  }
}

function lastUpdated(context: ParseContext, values: readonly string[]): Criterion {
  const tests = values.map((value) => context.near(dateTest({ code: '_lastUpdated' }, value)));
  return tests.length > 0 ? { kind: 'lastUpdated', tests } : anyOf([]);
}

function text(place: TextPlace, value: string, parameter?: IndexedParameter): Criterion {
  return { kind: 'text', place, words: unescaped(value), ...(parameter && { parameter }) };
}

function compartment(resourceType: string, value: string): Extract<Criterion, { kind: 'compartment' }> {
  const [type, id, ...more] = value.split('/');
  if (!type || !id || more.length > 0) {
    throw badValue({ code: '_compartment' }, 'a reference such as Patient/1');
  }
  return { kind: 'compartment', resourceType, type, id };
}

/** A compartment as FHIR defines it: of a patient by her rows, of others by any reference to them. */
function inCompartment(context: ParseContext, type: string, value: string): Criterion {
  const place = compartment(type, value);
  if (place.type === 'Patient') {
    return place;
  }
  const parameters = context
    .parameters(type)
    .filter((parameter) => parameter.kind === 'reference' && parameter.targets.includes(place.type));
  const pointing: Criterion = {
    kind: 'pointsTo',
    parameters,
    test: { kind: 'reference', id: place.id, types: [place.type] },
  };
  return type === place.type ? anyOf([pointing, { kind: 'id', ids: [place.id] }]) : pointing;
}

const METERS: Readonly<Record<string, number>> = { km: 1000, m: 1, '[mi_i]': 1609.344, mi: 1609.344 };

/** `latitude|longitude|distance|unit`; 10 km when no distance is given. @see https://hl7.org/fhir/R4/location.html#search */
function near(value: string): Criterion {
  const [latitude, longitude, distance = '10', unit = 'km', ...more] = value.split('|');
  const [lat, long, length] = [latitude, longitude, distance].map((part) => (part ? Number(part) : Number.NaN)) as [
    number,
    number,
    number,
  ];
  const factor = Object.hasOwn(METERS, unit) ? METERS[unit] : undefined;
  const valid =
    Math.abs(lat) <= 90 && Math.abs(long) <= 180 && length >= 0 && factor !== undefined && more.length === 0;
  if (!valid) {
    throw badValue({ code: 'near' }, 'latitude|longitude|distance|unit, such as 42.25|-83.69|5|km');
  }
  return { kind: 'near', latitude: lat, longitude: long, meters: length * factor };
}

function negatable(modifier: string, code: string, criterion: Criterion): Criterion {
  return modifier === 'not' ? { kind: 'not', criterion } : noModifier(code, modifier, criterion);
}

function noModifier(code: string, modifier: string, criterion: Criterion): Criterion {
  if (modifier) {
    throw badModifier(code, modifier);
  }
  return criterion;
}

function badModifier(code: string, modifier: string): Error {
  return invalid('search-modifier', `Search parameter '${code}' has no modifier ':${modifier}'`);
}

/** Any of the criteria. */
export function anyOf(criteria: readonly Criterion[]): Criterion {
  return criteria.length === 1 ? (criteria[0] as Criterion) : { kind: 'or', criteria };
}

function parseParameter(context: ParseContext, type: string, code: string, modifier: string, value: string): Criterion {
  const parameter = context.parameter(type, code);
  if (modifier === 'missing') {
    if (value !== 'true' && value !== 'false') {
      throw badValue({ code: `${code}:missing` }, 'true or false');
    }
    return { kind: 'missing', parameter, missing: value === 'true' };
  }
  const values = valuesOf(code, value);
  if (values.length === 0) {
    throw badValue(parameter, 'a value');
  }
  if (parameter.kind === 'composite') {
    return noModifier(code, modifier, anyOf(values.map((text) => compositeValue(context, parameter, text))));
  }
  if (parameter.kind === 'special') {
    throw invalid('search-parameter-unsupported', `Search parameter '${code}' of ${type} is not supported`);
  }
  return modifier === '' ? plain(context, parameter, values) : modified(context, parameter, modifier, values);
}

function plain(context: ParseContext, parameter: IndexedParameter, values: readonly string[]): Criterion {
  if (
    parameter.kind === 'string' &&
    parameter.types.has('HumanName') &&
    values.some((value) => /\s/.test(value.trim()))
  ) {
    return anyOf(values.map((value) => words(parameter, unescaped(value))));
  }
  const tests = values.map((value) => readValue(parameter, value, context.baseUrl));
  return rows(
    parameter,
    tests.map((test) => (test.kind === 'date' ? context.near(test) : test)),
  );
}

/** A name of several words: the whole is a part of the name, or each word begins one. */
function words(parameter: IndexedParameter, value: string): Criterion {
  const each = value.trim().split(/\s+/).slice(0, 8);
  return {
    kind: 'or',
    criteria: [
      rows(parameter, [stringTest('starts', value)]),
      { kind: 'and', criteria: each.map((word) => rows(parameter, [stringTest('starts', word)])) },
    ],
  };
}

/** Some row of the parameter passes one of the tests; a test of not-equal is the opposite of some row being equal. */
export function rows(parameter: IndexedParameter, tests: readonly RowTest[]): Criterion {
  return { kind: 'rows', parameter, sources: parameter.sources, tests };
}

function modified(
  context: ParseContext,
  parameter: IndexedParameter,
  modifier: string,
  values: readonly string[],
): Criterion {
  const criterion =
    parameter.kind === 'token'
      ? modifiedToken(parameter, modifier, values)
      : parameter.kind === 'string'
        ? modifiedString(parameter, modifier, values)
        : parameter.kind === 'uri'
          ? modifiedUri(parameter, modifier, values)
          : parameter.kind === 'reference'
            ? modifiedReference(context, parameter, modifier, values)
            : undefined;
  if (!criterion) {
    throw badModifier(parameter.code, modifier);
  }
  return criterion;
}

function modifiedToken(
  parameter: IndexedParameter,
  modifier: string,
  values: readonly string[],
): Criterion | undefined {
  switch (modifier) {
    case 'not':
      return {
        kind: 'not',
        criterion: rows(
          parameter,
          values.map((value) => tokenTest(parameter, value)),
        ),
      };
    case 'text':
      return anyOf(values.map((value) => text('codes', value, parameter)));
    case 'of-type':
      return anyOf(values.map((value) => ofType(parameter, value)));
    case 'in':
    case 'above':
    case 'below':
      return codes(parameter, modifier, values);
    case 'not-in':
      return { kind: 'not', criterion: codes(parameter, 'in', values) };
    default:
      return undefined;
  }
}

/** `[system]|[code]|[value]`. @see https://hl7.org/fhir/R4/search.html#token */
function ofType(parameter: IndexedParameter, value: string): Criterion {
  const [system, code, number, ...more] = splitEscaped(value, '|').map(unescaped);
  if (!system || !code || !number || more.length > 0 || !parameter.types.has('Identifier')) {
    throw badValue({ code: `${parameter.code}:of-type` }, 'system|code|value on an identifier');
  }
  return {
    kind: 'and',
    criteria: [
      rows(parameter, [{ kind: 'token', code: clip(number) }]),
      { kind: 'identifierType', parameter, system, code, value: number },
    ],
  };
}

function codes(parameter: IndexedParameter, how: CodesHow, values: readonly string[]): Criterion {
  return anyOf(values.map((value) => ({ kind: 'codes', parameter, how, value: unescaped(value) })));
}

function modifiedString(
  parameter: IndexedParameter,
  modifier: string,
  values: readonly string[],
): Criterion | undefined {
  if (modifier !== 'exact' && modifier !== 'contains') {
    return undefined;
  }
  return rows(
    parameter,
    values.map((value) => stringTest(modifier, unescaped(value))),
  );
}

function modifiedUri(parameter: IndexedParameter, modifier: string, values: readonly string[]): Criterion | undefined {
  const uris = values.map(unescaped);
  switch (modifier) {
    case 'below':
      return rows(
        parameter,
        uris.map((prefix) => ({ kind: 'uri-below', prefix })),
      );
    case 'above':
      return rows(
        parameter,
        uris.flatMap(ancestors).map((uri) => ({ kind: 'token', code: clip(uri) })),
      );
    case 'not':
      return {
        kind: 'not',
        criterion: rows(
          parameter,
          uris.map((uri) => ({ kind: 'token', code: clip(uri) })),
        ),
      };
    default:
      return undefined;
  }
}

/** A URI and everything above it, down to its host. */
function ancestors(uri: string): string[] {
  const found = [uri];
  for (let end = uri.lastIndexOf('/'); end > uri.indexOf('//') + 1; end = uri.lastIndexOf('/', end - 1)) {
    found.push(uri.slice(0, end), uri.slice(0, end + 1));
  }
  return found;
}

function modifiedReference(
  context: ParseContext,
  parameter: IndexedParameter,
  modifier: string,
  values: readonly string[],
): Criterion | undefined {
  if (modifier === 'identifier') {
    const key = parameterKey(`${parameter.resourceType}.${ownerCode(context, parameter)}:identifier`);
    const tests = values.map((value) => tokenTest({ ...parameter, foldsCase: false, implicitSystem: 0 }, value));
    return { kind: 'rows', parameter, sources: [{ key }], tests };
  }
  if (modifier === 'not') {
    const tests = values.map((value) => referenceTest(parameter, unescaped(value), context.baseUrl));
    return { kind: 'not', criterion: rows(parameter, tests) };
  }
  if (!context.isType(modifier)) {
    return undefined;
  }
  const tests = values.map((value) => referenceTest(parameter, unescaped(value), context.baseUrl, modifier));
  return rows(
    parameter,
    tests.map((test) => ({ ...test, types: [modifier] })),
  );
}

/** Code of the parameter that owns the rows this one reads. */
function ownerCode(context: ParseContext, parameter: IndexedParameter): string {
  const keys = new Set(parameter.sources.map((source) => source.key));
  const all = context.parameters(parameter.resourceType);
  return all.find((other) => keys.has(parameterKey(`${parameter.resourceType}.${other.code}`)))?.code ?? parameter.code;
}

function parseChain(
  context: ParseContext,
  type: string,
  link: string,
  rest: string,
  value: string,
  depth: number,
): Criterion {
  const [code = '', modifier] = link.split(':');
  const parameter = context.parameter(type, code);
  if (parameter.kind !== 'reference') {
    throw invalid('search-chain', `Search parameter '${code}' of ${type} is no reference and cannot be followed`);
  }
  if (modifier && !context.isType(modifier)) {
    throw badModifier(code, modifier);
  }
  const targets = modifier ? [modifier] : parameter.targets.length > 0 ? parameter.targets : context.types();
  const found: ChainTarget[] = [];
  let problem: unknown;
  for (const target of targets) {
    try {
      found.push({ type: target, criterion: parseCriterion(context, target, rest, value, depth + 1) });
    } catch (error) {
      problem ??= error;
    }
  }
  if (found.length === 0) {
    throw problem;
  }
  return { kind: 'chain', parameter, targets: found };
}

/** `_has:Type:reference:rest`. @see https://hl7.org/fhir/R4/search.html#has */
function parseHas(context: ParseContext, type: string, name: string, value: string, depth: number): Criterion {
  const match = /^_has:(\w+):([\w-]+):(.+)$/.exec(name);
  const [, resourceType, code, rest] = match ?? [];
  if (!resourceType || !code || !rest || !context.isType(resourceType)) {
    throw invalid('search-has', `'_has' needs the form _has:Type:reference:parameter`);
  }
  const parameter = context.parameter(resourceType, code);
  if (parameter.kind !== 'reference' || (parameter.targets.length > 0 && !parameter.targets.includes(type))) {
    throw invalid('search-has', `Search parameter '${code}' of ${resourceType} does not point to ${type}`);
  }
  return {
    kind: 'has',
    resourceType,
    parameter,
    criterion: parseCriterion(context, resourceType, rest, value, depth + 1),
  };
}
