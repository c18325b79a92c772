import { invalid } from '../fhir/index.ts';
import type { IndexedParameter } from '../indexing/index.ts';
import { rows } from './criteria.ts';
import { type FilterNode, type FilterStep, readFilter } from './filter-grammar.ts';
import type { ParseContext } from './parse-context.ts';
import { assertDepth, parseChain, parseCriterion, splitName } from './parse-criterion.ts';
import type { Criterion, DateTest, StringTest } from './query.ts';
import { unescaped } from './split.ts';
import { dateTest, stringTest } from './values.ts';

type Comparison = Extract<FilterNode, { kind: 'comparison' }>;

/** How operators compare the text of a string. @see https://hl7.org/fhir/R4/search_filter.html#ops */
const STRINGS: Readonly<Record<string, StringTest['how']>> = {
  eq: 'equals',
  ne: 'equals',
  co: 'contains',
  sw: 'starts',
  ew: 'ends',
};

/** Operators of ordered values, which are prefixes elsewhere. */
const PREFIXES = new Set(['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'ap', 'sa', 'eb']);

/** Operators of codes as modifiers. */
const CODES: Readonly<Record<string, string>> = { eq: '', ne: '', ss: 'below', sb: 'above', in: 'in', ni: 'not-in' };

/** Operators of all that is only equal or not. */
const EQUAL: readonly string[] = ['eq', 'ne'];

/** Names that stand for code systems. */
const SYSTEMS: Readonly<Record<string, string>> = {
  loinc: 'http://loinc.org',
  snomed: 'http://snomed.info/sct',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  ucum: 'http://unitsofmeasure.org',
};

/** Reads a `_filter` on a type. @see https://hl7.org/fhir/R4/search_filter.html */
export function parseFilter(context: ParseContext, type: string, text: string): Criterion {
  return criterionOf(context, type, readFilter(text));
}

function criterionOf(context: ParseContext, type: string, node: FilterNode): Criterion {
  switch (node.kind) {
    case 'comparison':
      return along(context, type, node, node.path, 0);
    case 'not':
      return { kind: 'not', criterion: criterionOf(context, type, node.part) };
    default:
      return { kind: node.kind, criteria: node.parts.map((part) => criterionOf(context, type, part)) };
  }
}

/** Follows the path of a comparison; what stands in brackets must hold of the same resource as the rest of the path. */
function along(
  context: ParseContext,
  type: string,
  comparison: Comparison,
  [step, ...rest]: readonly FilterStep[],
  depth: number,
): Criterion {
  assertDepth(depth);
  const { name, where } = step as FilterStep;
  if (![step, ...rest].some((each) => each?.where)) {
    const whole = [name, ...rest.map((next) => next.name)].reduce(
      (a, b) => a + (a.startsWith('_has:') ? ':' : '.') + b,
    );
    return parseCriterion(context, type, whole, comparison.value, depth, (own, end, code, value) =>
      compared(own, end, code, comparison.operator, value),
    );
  }
  if (name.startsWith('_has:')) {
    throw invalid('search-filter', `'_filter' takes no brackets after '_has'`);
  }
  return parseChain(context, type, name, (target) => {
    const end = along(context, target, comparison, rest, depth + 1);
    return where ? { kind: 'and', criteria: [criterionOf(context, target, where), end] } : end;
  });
}

/** One comparison at the end of its path. */
function compared(context: ParseContext, type: string, name: string, operator: string, written: string): Criterion {
  const { code, modifier } = splitName(name);
  const value = namedSystem(written);
  const ordinary = (suffix: string, text: string) =>
    parseCriterion(context, type, suffix ? `${code}:${suffix}` : name, text);
  if (operator === 'pr') {
    return present(ordinary, value);
  }
  const parameter =
    modifier === '' && !/^_(?:id|lastUpdated|list|text|content)$/.test(code)
      ? context.parameter(type, code)
      : undefined;
  switch (parameter?.kind) {
    case 'string':
      return ofString(parameter, operator, value);
    case 'token':
      return Object.hasOwn(CODES, operator)
        ? unless(operator === 'ne', parameter, ordinary(CODES[operator] as string, value))
        : refused(code, operator, Object.keys(CODES));
    case 'uri':
      return operator === 'sw' ? ordinary('below', value) : ofOthers(parameter, operator, ordinary, value);
    case 'date':
      if (operator === 'po' || operator === 'co') {
        return rows(parameter, [periodTest(operator, dateTest(parameter, value))]);
      }
      return PREFIXES.has(operator)
        ? ordinary('', operator + value)
        : refused(code, operator, [...PREFIXES, 'po', 'co']);
    case 'number':
    case 'quantity':
      return PREFIXES.has(operator) ? ordinary('', operator + value) : refused(code, operator, PREFIXES);
    case undefined:
      return code === '_lastUpdated' && PREFIXES.has(operator)
        ? ordinary('', operator + value)
        : ofResource(code, operator, ordinary('', value));
    default:
      return ofOthers(parameter as IndexedParameter, operator, ordinary, value);
  }
}

/** Overlaps with a period, or holds all of it: then it begins no later than that begins, and ends no earlier. */
function periodTest(operator: 'po' | 'co', test: DateTest): DateTest {
  const { low, high } = test;
  return { ...test, prefix: 'ap', ...(operator === 'co' && { low: high - 1, high: low + 1 }) };
}

function namedSystem(value: string): string {
  const [name = ''] = value.split('|', 1);
  return Object.hasOwn(SYSTEMS, name) && value !== name ? SYSTEMS[name] + value.slice(name.length) : value;
}

function present(ordinary: (suffix: string, text: string) => Criterion, value: string): Criterion {
  if (value !== 'true' && value !== 'false') {
    throw invalid('search-filter', `'_filter' needs true or false after 'pr'`);
  }
  return ordinary('missing', String(value === 'false'));
}

function ofString(parameter: IndexedParameter, operator: string, value: string): Criterion {
  const how = Object.hasOwn(STRINGS, operator) ? STRINGS[operator] : undefined;
  return how
    ? unless(operator === 'ne', parameter, rows(parameter, [stringTest(how, unescaped(value))]))
    : refused(parameter.code, operator, Object.keys(STRINGS));
}

/** References, URIs and composites: equal or not; `re` is a reference to a URL, absolute or not. */
function ofOthers(
  parameter: IndexedParameter,
  operator: string,
  ordinary: (suffix: string, text: string) => Criterion,
  value: string,
): Criterion {
  const known = parameter.kind === 'reference' ? [...EQUAL, 're'] : EQUAL;
  return known.includes(operator)
    ? unless(operator === 'ne', parameter, ordinary('', value))
    : refused(parameter.code, operator, known);
}

function ofResource(code: string, operator: string, criterion: Criterion): Criterion {
  if (!EQUAL.includes(operator)) {
    return refused(code, operator, EQUAL);
  }
  return operator === 'ne' ? { kind: 'not', criterion } : criterion;
}

/** Unequal is a value that is there and is another one. */
function unless(unequal: boolean, parameter: IndexedParameter, criterion: Criterion): Criterion {
  return unequal
    ? {
        kind: 'and',
        criteria: [
          { kind: 'missing', parameter, missing: false },
          { kind: 'not', criterion },
        ],
      }
    : criterion;
}

function refused(code: string, operator: string, known: Iterable<string>): never {
  const needed = [...known, 'pr'].join(', ');
  throw invalid('search-filter', `'_filter' cannot compare '${code}' with '${operator.slice(0, 16)}': need ${needed}`);
}
