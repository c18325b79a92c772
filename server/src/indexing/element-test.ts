type Json = Record<string, unknown>;

/** A condition on one element, as it stands in `where(…)`. What it costs is the length of the element. */
export type ElementTest = (element: unknown) => boolean;

type Values = (element: unknown) => unknown[];

interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign' | 'end';
  readonly value: string;
}

const LEX = /\s*(?:'((?:[^'\\]|\\.)*)'|@?(\d[\w:.+-]*)|([A-Za-z_$]\w*)|(!=|[=().,|]))/y;

function tokens(text: string): Token[] | undefined {
  const found: Token[] = [];
  LEX.lastIndex = 0;
  while (LEX.lastIndex < text.trimEnd().length) {
    const match = LEX.exec(text);
    if (!match) {
      return undefined;
    }
    const [, quoted, number, name, sign] = match;
    found.push(
      quoted !== undefined
        ? { kind: 'text', value: quoted.replace(/\\(.)/g, '$1') }
        : number !== undefined
          ? { kind: 'number', value: number }
          : name !== undefined
            ? { kind: 'name', value: name }
            : { kind: 'sign', value: sign as string },
    );
  }
  return found;
}

const END: Token = { kind: 'end', value: '' };

/** Thrown within this file where a condition is none that is understood. */
class NotUnderstood extends Error {}

class Reader {
  private readonly list: readonly Token[];
  private at = 0;

  constructor(list: readonly Token[]) {
    this.list = list;
  }

  peek(): Token {
    return this.list[this.at] ?? END;
  }

  take(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }

  /** Takes the next token when it is this one. */
  takes(value: string): boolean {
    const token = this.peek();
    const is = token.value === value && (token.kind === 'sign' || token.kind === 'name');
    this.at += is ? 1 : 0;
    return is;
  }

  needs(value: string): void {
    if (!this.takes(value)) {
      throw new NotUnderstood();
    }
  }
}

/**
 * Reads a condition: paths, `where(…)`, `=`, `!=`, `in (…)`, `exists()`, `empty()`, `not()`, `startsWith('…')`, `and`, `or`, `not`,
 * parentheses. Undefined for anything else.
 * @see http://hl7.org/fhirpath/N1/#wherecriteria-expression-collection
 */
export function parseElementTest(text: string): ElementTest | undefined {
  const list = tokens(text);
  if (!list) {
    return undefined;
  }
  const reader = new Reader(list);
  try {
    const test = either(reader);
    return reader.peek().kind === 'end' ? test : undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) {
      return undefined;
    }
    throw error;
  }
}

function either(reader: Reader): ElementTest {
  const parts = [both(reader)];
  while (reader.takes('or')) {
    parts.push(both(reader));
  }
  return parts.length === 1 ? (parts[0] as ElementTest) : (element) => parts.some((part) => part(element));
}

function both(reader: Reader): ElementTest {
  const parts = [single(reader)];
  while (reader.takes('and')) {
    parts.push(single(reader));
  }
  return parts.length === 1 ? (parts[0] as ElementTest) : (element) => parts.every((part) => part(element));
}

function single(reader: Reader): ElementTest {
  if (reader.takes('(')) {
    const inner = either(reader);
    reader.needs(')');
    return negated(reader, inner);
  }
  const { values, test } = path(reader);
  if (test) {
    return negated(reader, test);
  }
  if (reader.takes('=')) {
    const wanted = literal(reader);
    return (element) => values(element).some((value) => value === wanted);
  }
  if (reader.takes('!=')) {
    const wanted = literal(reader);
    return (element) => values(element).length > 0 && !values(element).some((value) => value === wanted);
  }
  if (reader.takes('in')) {
    const wanted = new Set(literals(reader));
    return (element) => values(element).some((value) => wanted.has(value));
  }
  return (element) => values(element).some((value) => value === true);
}

function negated(reader: Reader, test: ElementTest): ElementTest {
  if (!reader.takes('.')) {
    return test;
  }
  reader.needs('not');
  reader.needs('(');
  reader.needs(')');
  return (element) => !test(element);
}

function literal(reader: Reader): unknown {
  const { kind, value } = reader.take();
  if (kind === 'text') {
    return value;
  }
  if (kind === 'number') {
    return /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  }
  if (value === 'true' || value === 'false') {
    return value === 'true';
  }
  throw new NotUnderstood();
}

function literals(reader: Reader): unknown[] {
  if (!reader.takes('(')) {
    return [literal(reader)];
  }
  const found = [literal(reader)];
  while (reader.takes('|')) {
    found.push(literal(reader));
  }
  reader.needs(')');
  return found;
}

interface Path {
  readonly values: Values;
  /** Set when the path ends with a function that says yes or no. */
  readonly test?: ElementTest;
}

function path(reader: Reader): Path {
  let values: Values = (element) => [element];
  do {
    const { kind, value: name } = reader.take();
    if (kind !== 'name') {
      throw new NotUnderstood();
    }
    if (name === 'where' && reader.takes('(')) {
      values = narrowed(values, either(reader));
      reader.needs(')');
      continue;
    }
    if (reader.takes('(')) {
      const test = ending(reader, name, values);
      reader.needs(')');
      return { values, test };
    }
    values = name === '$this' ? values : into(values, name);
  } while (reader.takes('.'));
  return { values };
}

/** The values of which a condition holds. */
function narrowed(values: Values, test: ElementTest): Values {
  return (element) => values(element).filter((value) => test(value));
}

function ending(reader: Reader, name: string, values: Values): ElementTest {
  switch (name) {
    case 'exists':
      return (element) => values(element).length > 0;
    case 'empty':
      return (element) => values(element).length === 0;
    case 'not':
      return (element) => values(element).some((value) => value === false);
    case 'startsWith': {
      const start = String(literal(reader));
      return (element) => values(element).some((value) => typeof value === 'string' && value.startsWith(start));
    }
    default:
      throw new NotUnderstood();
  }
}

/** The values of a property; of a choice those of whatever type it has. */
function into(values: Values, name: string): Values {
  const choice = new RegExp(`^${name.replace('$', '\\$')}[A-Z]`);
  return (element) =>
    values(element).flatMap((value) => {
      if (typeof value !== 'object' || value === null) {
        return [];
      }
      const json = value as Json;
      const found = name in json ? json[name] : json[Object.keys(json).find((key) => choice.test(key)) ?? ''];
      return found === undefined || found === null ? [] : Array.isArray(found) ? (found as unknown[]) : [found];
    });
}
