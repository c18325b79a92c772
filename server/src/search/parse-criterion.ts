import { invalid } from '../fhir/index.ts';
import type { IndexedParameter } from '../indexing/index.ts';
import { anyOf, badModifier, noModifier, rows, valuesOf } from './criteria.ts';
import { functionalList } from './functional-list.ts';
import { modifiedCriterion } from './modifiers.ts';
import { compositeValue } from './parse-composite.ts';
import type { ParseContext } from './parse-context.ts';
import type { ChainTarget, Criterion } from './query.ts';
import { specialCriterion } from './special-parameters.ts';
import { unescaped } from './split.ts';
import { badValue, readValue, stringTest } from './values.ts';

const MAX_DEPTH = 3;

/** Reads a parameter of the type at the end of all links, such as `name:exact`. */
export type ReadLeaf = (context: ParseContext, type: string, name: string, value: string) => Criterion;

/**
 * Reads one `name=value` of a search on a type.
 * @throws FhirError 400 that names the parameter, the modifier or the kind of value that is not understood.
 */
export function parseCriterion(
  context: ParseContext,
  type: string,
  name: string,
  value: string,
  depth = 0,
  leaf: ReadLeaf = readLeaf,
): Criterion {
  assertDepth(depth);
  if (name.startsWith('_has:')) {
    return parseHas(context, type, name, value, depth, leaf);
  }
  const dot = name.indexOf('.');
  return dot > 0
    ? parseChain(context, type, name.slice(0, dot), (target) =>
        parseCriterion(context, target, name.slice(dot + 1), value, depth + 1, leaf),
      )
    : leaf(context, type, name, value);
}

/** @throws FhirError 400 when a search follows too many links. */
export function assertDepth(depth: number): void {
  if (depth > MAX_DEPTH) {
    throw invalid('search-depth', `Chained search parameters may follow at most ${MAX_DEPTH} links`);
  }
}

/** The name of a parameter, and its modifier. */
export function splitName(name: string): { readonly code: string; readonly modifier: string } {
  const colon = name.indexOf(':');
  return colon < 0 ? { code: name, modifier: '' } : { code: name.slice(0, colon), modifier: name.slice(colon + 1) };
}

function readLeaf(context: ParseContext, type: string, name: string, value: string): Criterion {
  const { code, modifier } = splitName(name);
  if (code === '_list' && modifier === '' && value.startsWith('$')) {
    return functionalList(type, value, (parameter, text) => readLeaf(context, type, parameter, text));
  }
  return specialCriterion(context, type, code, modifier, value) ?? parseParameter(context, type, code, modifier, value);
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
  return modifier === '' ? plain(context, parameter, values) : modifiedCriterion(context, parameter, modifier, values);
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

/** What must hold of the resources that a reference such as `subject:Patient` points to, read for each possible type. */
export function parseChain(
  context: ParseContext,
  type: string,
  link: string,
  criterionOf: (target: string) => Criterion,
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
      found.push({ type: target, criterion: criterionOf(target) });
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
function parseHas(
  context: ParseContext,
  type: string,
  name: string,
  value: string,
  depth: number,
  leaf: ReadLeaf,
): Criterion {
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
    criterion: parseCriterion(context, resourceType, rest, value, depth + 1, leaf),
  };
}
