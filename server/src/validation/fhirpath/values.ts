import { isDeepStrictEqual } from 'node:util';

/** A FHIRPath collection: raw JSON values; a primitive without a value is present as its sibling object. */
export type Collection = readonly unknown[];

export const EMPTY: Collection = [];
export const TRUE: Collection = [true];
export const FALSE: Collection = [false];

/** Wraps a boolean. */
export function bool(value: boolean): Collection {
  return value ? TRUE : FALSE;
}

/** Singleton evaluation: empty is undefined, one value that is not a boolean is true. */
export function truth(items: Collection): boolean | undefined {
  return items.length === 0 ? undefined : items.length > 1 || items[0] !== false;
}

/** Equality of two items; numbers by value, objects by content. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && isDeepStrictEqual(a, b));
}

/** Equality of collections: empty when either is. */
export function equal(a: Collection, b: Collection): Collection {
  if (a.length === 0 || b.length === 0) {
    return EMPTY;
  }
  return bool(a.length === b.length && a.every((item, index) => same(item, b[index])));
}

const DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d.*)?)?)?$/;

/**
 * Orders two items: negative, zero, positive; `undefined` when they cannot be compared; `NaN` when the answer is
 * uncertain, as for dates of different precision or quantities of different units.
 */
export function order(a: unknown, b: unknown): number | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    return a - b;
  }
  if (typeof a === 'string' && typeof b === 'string') {
    return DATE.test(a) && DATE.test(b) ? orderDates(a, b) : a < b ? -1 : a > b ? 1 : 0;
  }
  if (isQuantity(a) && isQuantity(b)) {
    return a.code === b.code && a.system === b.system && a.unit === b.unit ? a.value - b.value : Number.NaN;
  }
  return undefined;
}

interface QuantityLike {
  readonly value: number;
  readonly code?: unknown;
  readonly system?: unknown;
  readonly unit?: unknown;
}

function isQuantity(value: unknown): value is QuantityLike {
  return typeof value === 'object' && value !== null && 'value' in value && typeof value.value === 'number';
}

function orderDates(a: string, b: string): number {
  const [from, to] = [interval(a), interval(b)];
  if (from[1] < to[0]) return -1;
  if (from[0] > to[1]) return 1;
  return from[0] === to[0] && from[1] === to[1] ? 0 : Number.NaN;
}

/** First and last millisecond a FHIR date may mean. */
function interval(text: string): [number, number] {
  if (text.length > 10) {
    const at = Date.parse(text);
    return [at, at];
  }
  const [year, month, day] = text.split('-').map(Number) as [number, number?, number?];
  const start = Date.UTC(year, (month ?? 1) - 1, day ?? 1);
  const end = day
    ? Date.UTC(year, (month as number) - 1, day + 1)
    : month
      ? Date.UTC(year, month, 1)
      : Date.UTC(year + 1, 0, 1);
  return [start, end - 1];
}
