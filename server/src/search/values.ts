import { type FhirError, invalid, isFhirId, parseReference } from '../fhir/index.ts';
import {
  canonicalUnit,
  clip,
  clipStart,
  dateInterval,
  fold,
  type IndexedParameter,
  systemKey,
  toCanonical,
  UCUM,
} from '../indexing/index.ts';
import type { DateTest, Prefix, QuantityTest, ReferenceTest, RowTest, StringTest, TokenTest } from './query.ts';
import { splitEscaped, unescaped } from './split.ts';

const PREFIX = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(?=[\d.+-])/;

/** 400 that names the parameter and what was needed; the value is not repeated, for it may be a patient's. */
export function badValue(parameter: { readonly code: string }, needed: string): FhirError {
  return invalid('search-value', `Value of search parameter '${parameter.code}' is not valid: need ${needed}`);
}

/** Reads one value (already split at commas, escapes in place) of a parameter without a modifier. */
export function readValue(parameter: IndexedParameter, text: string, baseUrl: string): RowTest {
  switch (parameter.kind) {
    case 'token':
      return tokenTest(parameter, text);
    case 'uri':
      return { kind: 'token', code: clip(unescaped(text)) };
    case 'reference':
      return referenceTest(parameter, unescaped(text), baseUrl);
    case 'string':
      return stringTest('starts', unescaped(text));
    case 'date':
      return dateTest(parameter, text);
    case 'number':
      return numberTest(parameter, text);
    case 'quantity':
      return quantityTest(parameter, text);
    default:
      throw badValue(parameter, 'a parameter that takes plain values');
  }
}

/** `code`, `system|code`, `|code`, `system|`. @see https://hl7.org/fhir/R4/search.html#token */
export function tokenTest(parameter: IndexedParameter, text: string): TokenTest {
  const parts = splitEscaped(text, '|').map(unescaped);
  if (parts.length > 2) {
    throw badValue(parameter, 'code, system|code, |code or system|');
  }
  const raw = parts.length === 2 ? (parts[1] as string) : (parts[0] as string);
  const code = clip(parameter.foldsCase ? fold(raw) : raw);
  if (parts.length === 1) {
    return { kind: 'token', code };
  }
  const system = parts[0] ? systemKey(parts[0]) : parameter.implicitSystem;
  if (!code && !parts[0]) {
    throw badValue(parameter, 'a code or a system');
  }
  return { kind: 'token', system, ...(code && { code }) };
}

/** `id`, `Type/id`, an absolute URL, or a canonical with `|version`. @see https://hl7.org/fhir/R4/search.html#reference */
export function referenceTest(
  parameter: IndexedParameter,
  text: string,
  baseUrl: string,
  type?: string,
): ReferenceTest {
  const local = text.startsWith(baseUrl) ? text.slice(baseUrl.length) : text;
  const literal = parseReference(local);
  if (literal && !literal.base) {
    const { type: found, id, version } = literal;
    return { kind: 'reference', id, types: [found], ...(version && { version }) };
  }
  if (isFhirId(local) && !local.includes(':')) {
    const types = type ? [type] : bareTypes(parameter);
    return { kind: 'reference', id: local, ...(types && { types }) };
  }
  const [url = '', version] = local.split('|');
  return { kind: 'reference', id: clip(url), types: [''], ...(version && { version }) };
}

/** Types that an id without a type may belong to, when they are few; a canonical may point to any. */
function bareTypes({ targets, types }: IndexedParameter): readonly string[] | undefined {
  return targets.length > 0 && targets.length < 8 && !types.has('canonical') ? targets : undefined;
}

/** A folded beginning, a folded part, or the exact text. @see https://hl7.org/fhir/R4/search.html#string */
export function stringTest(how: StringTest['how'], text: string): StringTest {
  return { kind: 'string', how, value: clipStart(how === 'exact' ? text : fold(text)) };
}

function takePrefix(text: string): { readonly prefix: Prefix; readonly rest: string } {
  const match = PREFIX.exec(text);
  return match ? { prefix: match[1] as Prefix, rest: text.slice(2) } : { prefix: 'eq', rest: text };
}

/** A date with a prefix, as the interval it stands for. */
export function dateTest(parameter: { readonly code: string }, text: string): DateTest {
  const { prefix, rest } = takePrefix(text);
  // In a query string a plus sign that was not encoded arrives as a blank.
  const interval = dateInterval(rest.replace(/(:\d\d(?:\.\d+)?) (\d\d:\d\d)$/, '$1+$2'));
  if (!interval) {
    throw badValue(
      parameter,
      'a date such as 2026, 2026-11, 2026-11-24 or 2026-11-24T10:00:00Z, with an optional prefix',
    );
  }
  return { kind: 'date', prefix, ...interval };
}

const DECIMAL = /^[+-]?(\d+)?(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

interface Precise {
  readonly prefix: Prefix;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A number with the precision it was written in: 100 is 99.5 to 100.5, 1e2 is 50 to 150. */
function preciseNumber(parameter: IndexedParameter, text: string): Precise {
  const { prefix, rest } = takePrefix(text);
  const match = DECIMAL.exec(rest);
  const value = Number(rest);
  if (!match || (match[1] === undefined && match[2] === undefined) || !Number.isFinite(value)) {
    throw badValue(parameter, 'a number with an optional prefix');
  }
  const half = 0.5 * 10 ** (Number(match[3] ?? 0) - (match[2]?.length ?? 0));
  const round = (bound: number): number => Number(bound.toPrecision(15));
  return { prefix, value, low: round(value - half), high: round(value + half) };
}

function numberTest(parameter: IndexedParameter, text: string): QuantityTest {
  return { kind: 'quantity', ...preciseNumber(parameter, text) };
}

/** `number`, `number|system|code`, `number||code`. @see https://hl7.org/fhir/R4/search.html#quantity */
export function quantityTest(parameter: IndexedParameter, text: string): QuantityTest {
  const [number = '', system, unit, ...more] = splitEscaped(text, '|').map(unescaped);
  if (more.length > 0 || (system !== undefined && unit === undefined)) {
    throw badValue(parameter, 'number, number|system|code or number||code');
  }
  const precise = preciseNumber(parameter, number);
  const canonical = system === UCUM && unit ? canonicalUnit(unit) : undefined;
  if (canonical) {
    const { dimension } = canonical;
    const [value, low, high] = [precise.value, precise.low, precise.high].map((bound) => toCanonical(bound, canonical));
    return { kind: 'quantity', prefix: precise.prefix, value, low, high, dimension } as QuantityTest;
  }
  return {
    kind: 'quantity',
    ...precise,
    ...(unit && { unit }),
    ...(system && { system: systemKey(system) }),
  };
}
