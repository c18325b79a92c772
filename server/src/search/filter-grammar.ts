import { invalid } from '../fhir/index.ts';
import type { ParseContext } from './parse-context.ts';
import { parseCriterion } from './parse-criterion.ts';
import type { Criterion } from './query.ts';

const MAX_LENGTH = 4000;
const TOKEN = /\s*(\(|\)|"(?:[^"\\]|\\.)*"|[^\s()"]+)/y;
/** Operators of `_filter` as modifier and prefix of an ordinary parameter. @see https://hl7.org/fhir/R4/search_filter.html */
const OPERATORS: Readonly<
  Record<string, { readonly modifier?: string; readonly prefix?: string; readonly not?: boolean }>
> = {
  eq: {},
  ne: { not: true },
  co: { modifier: 'contains' },
  sw: {},
  gt: { prefix: 'gt' },
  lt: { prefix: 'lt' },
  ge: { prefix: 'ge' },
  le: { prefix: 'le' },
  ap: { prefix: 'ap' },
  sa: { prefix: 'sa' },
  eb: { prefix: 'eb' },
  pr: { modifier: 'missing' },
  ss: { modifier: 'below' },
  sb: { modifier: 'above' },
  in: { modifier: 'in' },
  ni: { modifier: 'not-in' },
  re: {},
};

interface Reader {
  readonly tokens: readonly string[];
  at: number;
  readonly context: ParseContext;
  readonly type: string;
  depth: number;
}

/** Reads a `_filter` expression: comparisons joined by and, or, not and parentheses. */
export function parseFilter(context: ParseContext, type: string, text: string): Criterion {
  if (text.length > MAX_LENGTH) {
    throw invalid('search-filter', `'_filter' may be at most ${MAX_LENGTH} characters long`);
  }
  const reader: Reader = { tokens: tokenize(text), at: 0, context, type, depth: 0 };
  const criterion = readOr(reader);
  if (reader.at < reader.tokens.length) {
    throw problem();
  }
  return criterion;
}

function problem(): Error {
  return invalid(
    'search-filter',
    `'_filter' needs comparisons such as: name eq "Lee" and (birthdate ge 1980 or not (active eq true))`,
  );
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    tokens.push(match[1] as string);
    if (/^\s*$/.test(text.slice(TOKEN.lastIndex))) {
      return tokens;
    }
  }
  throw problem();
}

function readOr(reader: Reader): Criterion {
  const criteria = [readAnd(reader)];
  while (reader.tokens[reader.at] === 'or') {
    reader.at++;
    criteria.push(readAnd(reader));
  }
  return criteria.length === 1 ? (criteria[0] as Criterion) : { kind: 'or', criteria };
}

function readAnd(reader: Reader): Criterion {
  const criteria = [readTerm(reader)];
  while (reader.tokens[reader.at] === 'and') {
    reader.at++;
    criteria.push(readTerm(reader));
  }
  return criteria.length === 1 ? (criteria[0] as Criterion) : { kind: 'and', criteria };
}

function readTerm(reader: Reader): Criterion {
  const token = reader.tokens[reader.at++];
  if (token === 'not') {
    return { kind: 'not', criterion: readTerm(reader) };
  }
  if (token === '(') {
    if (++reader.depth > 20) {
      throw problem();
    }
    const inner = readOr(reader);
    if (reader.tokens[reader.at++] !== ')') {
      throw problem();
    }
    reader.depth--;
    return inner;
  }
  return comparison(reader, token);
}

function comparison(reader: Reader, name: string | undefined): Criterion {
  const operator = reader.tokens[reader.at++] ?? '';
  const written = reader.tokens[reader.at++];
  const rule = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!name || !rule || written === undefined || written === '(' || written === ')') {
    throw problem();
  }
  const quoted = written.startsWith('"');
  const literal = quoted
    ? written
        .slice(1, -1)
        .replace(/\\(.)/g, '$1')
        .replace(/([\\,$])/g, '\\$1')
    : written;
  const exact = operator === 'eq' && quoted && isString(reader, name);
  const modifier = exact ? 'exact' : rule.modifier;
  const value = operator === 'pr' ? String(literal !== 'true') : (rule.prefix ?? '') + literal;
  const criterion = parseCriterion(reader.context, reader.type, modifier ? `${name}:${modifier}` : name, value);
  return rule.not ? { kind: 'not', criterion } : criterion;
}

function isString({ context, type }: Reader, name: string): boolean {
  return context.parameters(type).some((parameter) => parameter.code === name && parameter.kind === 'string');
}
