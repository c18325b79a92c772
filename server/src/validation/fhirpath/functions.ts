import { bool, type Collection, EMPTY, same, TRUE, truth } from './values.ts';

/** Evaluates an argument with another focus. */
export type Argument = (focus: Collection) => Collection;
/** One FHIRPath function over its input and arguments. */
export type PathFunction = (input: Collection, args: readonly Argument[], focus: Collection) => Collection;

function each(input: Collection, test: Argument): Collection {
  return input.filter((item) => truth(test([item])) === true);
}

function distinct(input: Collection): unknown[] {
  if (input.every((item) => typeof item !== 'object')) {
    return [...new Set(input)];
  }
  const kept: unknown[] = [];
  for (const item of input) {
    if (!kept.some((other) => same(item, other))) {
      kept.push(item);
    }
  }
  return kept;
}

function childrenOf(input: Collection): unknown[] {
  const found: unknown[] = [];
  for (const item of input) {
    if (typeof item === 'object' && item !== null) {
      for (const [key, value] of Object.entries(item)) {
        if (key !== 'resourceType') {
          const values: unknown[] = Array.isArray(value) ? value : [value];
          found.push(...values);
        }
      }
    }
  }
  return found;
}

function descendantsOf(input: Collection): unknown[] {
  const all: unknown[] = [];
  for (let level = childrenOf(input); level.length > 0; level = childrenOf(level)) {
    for (const item of level) {
      all.push(item);
    }
  }
  return all;
}

function onString(apply: (text: string, argument: string, second: string) => Collection): PathFunction {
  return (input, args, focus) => {
    const [text] = input;
    if (typeof text !== 'string') {
      return EMPTY;
    }
    const [first, second] = args.map((arg) => arg(focus)[0]);
    if (args.length > 0 && typeof first !== 'string') {
      return EMPTY;
    }
    return apply(text, first as string, typeof second === 'string' ? second : '');
  };
}

/** A pattern of the specification or of a profile; long text is cut so that a slow pattern stays bounded. */
function matches(text: string, pattern: string): boolean {
  return patternOf(pattern).test(text.slice(0, 4096));
}

const patterns = new Map<string, RegExp>();

function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (!pattern) {
    pattern = new RegExp(source, 's');
    if (patterns.size < 1000) {
      patterns.set(source, pattern);
    }
  }
  return pattern;
}

function numberOf(items: Collection): number {
  return Number(items[0]);
}

/** Functions by name. Those that need types (`is`, `as`, `ofType`) are compiled elsewhere. */
export const FUNCTIONS: Readonly<Record<string, PathFunction>> = {
  exists: (input, [test]) => bool((test ? each(input, test) : input).length > 0),
  empty: (input) => bool(input.length === 0),
  not: (input) => {
    const value = truth(input);
    return value === undefined ? EMPTY : bool(!value);
  },
  count: (input) => [input.length],
  hasValue: (input) => bool(input.length === 1 && typeof input[0] !== 'object'),
  where: (input, [test]) => (test ? each(input, test) : EMPTY),
  all: (input, [test]) => bool(input.every((item) => test && truth(test([item])) === true)),
  allTrue: (input) => bool(input.every((item) => item === true)),
  allFalse: (input) => bool(input.every((item) => item === false)),
  anyTrue: (input) => bool(input.includes(true)),
  anyFalse: (input) => bool(input.includes(false)),
  select: (input, [project]) => (project ? input.flatMap((item) => project([item])) : EMPTY),
  first: (input) => input.slice(0, 1),
  last: (input) => input.slice(-1),
  tail: (input) => input.slice(1),
  skip: (input, [count], focus) => (count ? input.slice(numberOf(count(focus))) : EMPTY),
  take: (input, [count], focus) => (count ? input.slice(0, numberOf(count(focus))) : EMPTY),
  single: (input) => (input.length === 1 ? input : EMPTY),
  distinct: (input) => distinct(input),
  isDistinct: (input) => bool(distinct(input).length === input.length),
  combine: (input, [other], focus) => (other ? [...input, ...other(focus)] : input),
  union: (input, [other], focus) => distinct(other ? [...input, ...other(focus)] : input),
  intersect: (input, [other], focus) => {
    const right = other ? other(focus) : EMPTY;
    return distinct(input.filter((item) => right.some((candidate) => same(item, candidate))));
  },
  subsetOf: (input, [other], focus) => {
    const right = other ? other(focus) : EMPTY;
    return bool(input.every((item) => right.some((candidate) => same(item, candidate))));
  },
  children: (input) => childrenOf(input),
  descendants: (input) => descendantsOf(input),
  trace: (input) => input,
  // References are not followed while validating: what is behind one may change at any time.
  resolve: () => EMPTY,
  iif: (input, [test, yes, no]) => {
    if (test && truth(test(input)) === true) {
      return yes ? yes(input) : EMPTY;
    }
    return no ? no(input) : EMPTY;
  },
  extension: (input, [url], focus) => {
    const wanted = url?.(focus)[0];
    return input
      .flatMap((item) => (typeof item === 'object' && item && 'extension' in item ? item.extension : []))
      .filter((item) => typeof item === 'object' && item !== null && 'url' in item && item.url === wanted);
  },
  toString: (input: Collection) => (input.length === 1 && typeof input[0] !== 'object' ? [String(input[0])] : EMPTY),
  toInteger: (input) => (/^[+-]?\d+$/.test(String(input[0])) ? [Number(input[0])] : EMPTY),
  toDecimal: (input) => (/^[+-]?\d+(\.\d+)?$/.test(String(input[0])) ? [Number(input[0])] : EMPTY),
  length: onString((text) => [text.length]),
  lower: onString((text) => [text.toLowerCase()]),
  upper: onString((text) => [text.toUpperCase()]),
  trim: onString((text) => [text.trim()]),
  startsWith: onString((text, start) => bool(text.startsWith(start))),
  endsWith: onString((text, end) => bool(text.endsWith(end))),
  contains: onString((text, part) => bool(text.includes(part))),
  indexOf: onString((text, part) => [text.indexOf(part)]),
  matches: onString((text, pattern) => bool(matches(text, pattern))),
  replace: onString((text, from, to) => [text.replaceAll(from, to)]),
  replaceMatches: onString((text, from, to) => [text.replace(new RegExp(from, 'gs'), to)]),
  substring: (input, [start, length], focus) => {
    const [text] = input;
    if (typeof text !== 'string' || !start) {
      return EMPTY;
    }
    const from = numberOf(start(focus));
    return [text.slice(from, length ? from + numberOf(length(focus)) : undefined)];
  },
  // The form of a narrative is checked where narratives are read: see narrative.ts.
  htmlChecks: () => TRUE,
};
