import { clip, type IndexedParameter, parameterKey } from '../indexing/index.ts';
import { anyOf, badModifier, rows } from './criteria.ts';
import { hierarchyCriterion } from './hierarchy.ts';
import type { ParseContext } from './parse-context.ts';
import type { CodesHow, Criterion } from './query.ts';
import { wordsIn } from './special-parameters.ts';
import { splitEscaped, unescaped } from './split.ts';
import { badValue, referenceTest, stringTest, tokenTest } from './values.ts';

/** The criterion of a parameter with a modifier. @see https://hl7.org/fhir/R4/search.html#modifiers */
export function modifiedCriterion(
  context: ParseContext,
  parameter: IndexedParameter,
  modifier: string,
  values: readonly string[],
): Criterion {
  const criterion =
    parameter.kind === 'token'
      ? modifiedToken(context, parameter, modifier, values)
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
  context: ParseContext,
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
      return anyOf(values.map((value) => wordsIn('codes', value, parameter)));
    case 'of-type':
      return anyOf(values.map((value) => ofType(parameter, value)));
    case 'in':
    case 'above':
    case 'below':
      return codes(context, parameter, modifier, values);
    case 'not-in':
      return { kind: 'not', criterion: codes(context, parameter, 'in', values) };
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

function codes(
  { baseUrl }: ParseContext,
  parameter: IndexedParameter,
  how: CodesHow,
  values: readonly string[],
): Criterion {
  const local = (value: string): string => (value.startsWith(baseUrl) ? value.slice(baseUrl.length) : value);
  return anyOf(values.map((value) => ({ kind: 'codes', parameter, how, value: local(unescaped(value)) })));
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
  if (modifier === 'above' || modifier === 'below') {
    return anyOf(values.map((value) => hierarchyCriterion(context, parameter, modifier, unescaped(value))));
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
