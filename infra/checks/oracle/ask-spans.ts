import type { Ask } from './ask.ts';
import { dateRange, type Span } from './date-range.ts';
import { type Amount, amountsOf, periodsOf } from './element-values.ts';
import { escaped } from './question.ts';

const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const;

function spansOf(element: unknown): Span[] {
  return periodsOf(element).flatMap(({ start, end }) => {
    const low = start === undefined ? Number.NEGATIVE_INFINITY : dateRange(start)?.low;
    const high = end === undefined ? Number.POSITIVE_INFINITY : dateRange(end)?.high;
    return low === undefined || high === undefined ? [] : [{ low, high }];
  });
}

function spanHolds(prefix: string, row: Span, asked: Span): boolean {
  const within = row.low >= asked.low && row.high <= asked.high;
  switch (prefix) {
    case 'ne':
      return !within;
    case 'gt':
      return row.high > asked.high;
    case 'lt':
      return row.low < asked.low;
    case 'ge':
      return row.high > asked.high || within;
    case 'le':
      return row.low < asked.low || within;
    case 'sa':
      return row.low >= asked.high;
    case 'eb':
      return row.high <= asked.low;
    default:
      return within;
  }
}

/** Dates at every precision, with every prefix. @see https://hl7.org/fhir/R4/search.html#date */
export function askDates(element: unknown): Ask[] {
  const written = periodsOf(element)
    .flatMap(({ start, end }) => [start, end])
    .find((text) => text !== undefined);
  if (!written) {
    return [];
  }
  const texts = [...new Set([written, written.slice(0, 10), written.slice(0, 7), written.slice(0, 4)])];
  return texts.flatMap((text) => {
    const asked = dateRange(text);
    return asked
      ? PREFIXES.map(
          (prefix): Ask => ({
            value: prefix + text,
            holds: (elements) => elements.flatMap(spansOf).some((row) => spanHolds(prefix, row, asked)),
          }),
        )
      : [];
  });
}

/** The written number and what it stands for: half of its last digit to either side. */
function precision(text: string): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  return 0.5 * 10 ** (Number(exponent) - (mantissa.split('.')[1]?.length ?? 0));
}

function amountHolds(prefix: string, row: Amount, text: string): boolean {
  const value = Number(text);
  const half = precision(text);
  const round = (bound: number): number => Number(bound.toPrecision(15));
  const within = row.low >= round(value - half) && row.high < round(value + half);
  switch (prefix) {
    case 'ne':
      return !within;
    case 'gt':
    case 'sa':
      return prefix === 'gt' ? row.high > value : row.low > value;
    case 'lt':
    case 'eb':
      return prefix === 'lt' ? row.low < value : row.high < value;
    case 'ge':
      return row.high >= value;
    case 'le':
      return row.low <= value;
    default:
      return within;
  }
}

function writtenNumbers({ low, high }: Amount): string[] {
  const value = Number.isFinite(low) ? low : high;
  return Number.isFinite(value) ? [...new Set([String(value), String(Math.round(value)), value.toFixed(1)])] : [];
}

/** Numbers at several precisions, with every prefix. @see https://hl7.org/fhir/R4/search.html#number */
export function askNumbers(element: unknown): Ask[] {
  return amountsOf(element)
    .slice(0, 1)
    .flatMap((amount) =>
      writtenNumbers(amount).flatMap((text) =>
        PREFIXES.map(
          (prefix): Ask => ({
            value: prefix + text,
            holds: (elements) => elements.flatMap(amountsOf).some((row) => amountHolds(prefix, row, text)),
          }),
        ),
      ),
    );
}

/** The same with and without their unit. @see https://hl7.org/fhir/R4/search.html#quantity */
export function askQuantities(element: unknown): Ask[] {
  const [amount] = amountsOf(element);
  if (!amount) {
    return [];
  }
  const {
    system,
    units: [unit],
  } = amount;
  const sameUnit = (row: Amount): boolean => unit !== undefined && row.units.includes(unit);
  const asks = askNumbers(element);
  for (const text of unit ? writtenNumbers(amount) : []) {
    for (const prefix of PREFIXES) {
      const holds = (row: Amount): boolean => sameUnit(row) && amountHolds(prefix, row, text);
      asks.push({
        value: `${prefix}${text}||${escaped(unit as string)}`,
        holds: (elements) => elements.flatMap(amountsOf).some(holds),
      });
      if (system && system !== 'http://unitsofmeasure.org') {
        asks.push({
          value: `${prefix}${text}|${escaped(system)}|${escaped(unit as string)}`,
          holds: (elements) => elements.flatMap(amountsOf).some((row) => row.system === system && holds(row)),
        });
      }
    }
  }
  return asks;
}
