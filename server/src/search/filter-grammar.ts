import { invalid } from '../fhir/index.ts';

/** One step of a path: a parameter, and what must hold of the resource that it points to. */
export interface FilterStep {
  readonly name: string;
  readonly where?: FilterNode;
}

/** A `_filter` expression, read but not yet understood. */
export type FilterNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly part: FilterNode }
  | {
      readonly kind: 'comparison';
      readonly path: readonly FilterStep[];
      readonly operator: string;
      readonly value: string;
    };

const MAX_LENGTH = 4000;
const MAX_DEPTH = 20;
const NAME = /_has:\w+:[\w-]+:|[\w-]+(?::\w+)?/y;
const OPERATOR = /[a-zA-Z]+/y;
const WORD = /(?:and|or)(?=[\s(])/iy;
const NOT = /not(?=[\s(])/iy;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const PLAIN = /[^\s()"]+/y;
/** Within brackets a bracket ends the value; elsewhere units such as [lb_av] may stand without quotes. */
const PLAIN_WITHIN = /[^\s()"\]]+/y;
const BLANKS = /\s*/y;

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
  /** How many brackets are open. */
  within: number;
}

/** Reads a `_filter` expression. @see https://hl7.org/fhir/R4/search_filter.html */
export function readFilter(text: string): FilterNode {
  if (text.length > MAX_LENGTH) {
    throw invalid('search-filter', `'_filter' may be at most ${MAX_LENGTH} characters long`);
  }
  const reader: Reader = { text, at: 0, depth: 0, within: 0 };
  const node = readLogic(reader);
  take(reader, BLANKS);
  if (reader.at < text.length) {
    throw problem(reader);
  }
  return node;
}

function problem({ at }: Reader): Error {
  return invalid(
    'search-filter',
    `'_filter' needs comparisons such as: name eq "Lee" and (birthdate ge 1980 or not (active eq true)); it cannot be read from character ${at + 1} on`,
  );
}

function take(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

function takeChar(reader: Reader, char: string): boolean {
  const there = reader.text[reader.at] === char;
  reader.at += there ? 1 : 0;
  return there;
}

/** `and` and `or` have no precedence: they are evaluated from left to right. */
function readLogic(reader: Reader): FilterNode {
  let node = readTerm(reader);
  for (;;) {
    take(reader, BLANKS);
    const word = take(reader, WORD)?.toLowerCase() as 'and' | 'or' | undefined;
    if (!word) {
      return node;
    }
    const next = readTerm(reader);
    node = node.kind === word ? { kind: word, parts: [...node.parts, next] } : { kind: word, parts: [node, next] };
  }
}

function readTerm(reader: Reader): FilterNode {
  if (++reader.depth > MAX_DEPTH) {
    throw invalid('search-filter', `'_filter' may be at most ${MAX_DEPTH} levels deep`);
  }
  const node = readBounded(reader);
  reader.depth--;
  return node;
}

function readBounded(reader: Reader): FilterNode {
  take(reader, BLANKS);
  if (take(reader, NOT)) {
    return { kind: 'not', part: readTerm(reader) };
  }
  if (!takeChar(reader, '(')) {
    return readComparison(reader);
  }
  const inner = readLogic(reader);
  take(reader, BLANKS);
  if (!takeChar(reader, ')')) {
    throw problem(reader);
  }
  return inner;
}

function readComparison(reader: Reader): FilterNode {
  const path = readPath(reader);
  take(reader, BLANKS);
  const operator = take(reader, OPERATOR);
  take(reader, BLANKS);
  const quoted = take(reader, STRING);
  const value = quoted ? escapedForSearch(quoted.slice(1, -1)) : take(reader, reader.within > 0 ? PLAIN_WITHIN : PLAIN);
  if (!operator || value === undefined) {
    throw problem(reader);
  }
  return { kind: 'comparison', path, operator, value };
}

/** What stands in quotes is one value, whatever characters a list of values would be split at. */
function escapedForSearch(text: string): string {
  return text.replace(/\\(.)/g, '$1').replace(/([\\,$])/g, '\\$1');
}

function readPath(reader: Reader): FilterStep[] {
  const path: FilterStep[] = [];
  for (;;) {
    const name = take(reader, NAME);
    if (!name) {
      throw problem(reader);
    }
    if (name.startsWith('_has:')) {
      path.push({ name: name.slice(0, -1) });
      continue;
    }
    const where = takeChar(reader, '[') ? readWhere(reader) : undefined;
    path.push({ name, ...(where && { where }) });
    if (!takeChar(reader, '.')) {
      return path;
    }
  }
}

function readWhere(reader: Reader): FilterNode {
  reader.within++;
  const where = readLogic(reader);
  reader.within--;
  take(reader, BLANKS);
  if (!takeChar(reader, ']') || reader.text[reader.at] !== '.') {
    throw problem(reader);
  }
  return where;
}
