import { invalid } from '../../fhir/index.ts';

/** Instants from (inclusive) and before (exclusive). */
export interface DateRange {
  readonly from?: Date;
  readonly before?: Date;
}

const WRITTEN =
  /^(eq|ge|gt|le|lt)?(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** The span of time that a written date stands for. */
function spanOf(match: RegExpExecArray): { start: number; end: number } {
  const [, , year, month, day, time, zone] = match;
  const start = Date.parse(
    `${year}-${month ?? '01'}-${day ?? '01'}T${time === undefined ? '00:00' : time}${zone ?? 'Z'}`,
  );
  if (time !== undefined) {
    const length = time.includes('.') ? 1 : time.length > 5 ? 1000 : 60_000;
    return { start, end: start + length };
  }
  if (day !== undefined) {
    return { start, end: start + 86_400_000 };
  }
  const next = month === undefined ? [Number(year) + 1, 0] : [Number(year), Number(month)];
  return { start, end: Date.UTC(next[0] as number, next[1] as number) };
}

const later = (a: Date | undefined, b: number): Date => (a && a.getTime() > b ? a : new Date(b));
const earlier = (a: Date | undefined, b: number): Date => (a && a.getTime() < b ? a : new Date(b));

/**
 * Narrows a range by one value of a date parameter. @see https://hl7.org/fhir/R4/search.html#date
 * @throws FhirError 400 when it is no date.
 */
export function dateRange(name: string, value: string, range: DateRange): DateRange {
  const match = WRITTEN.exec(value.replace(' ', '+'));
  const { start, end } = match ? spanOf(match) : { start: Number.NaN, end: Number.NaN };
  if (!match || Number.isNaN(start)) {
    throw invalid('date', `Needed a date such as ge2026-02-11 in ${name}`, name);
  }
  switch (match[1]) {
    case 'ge':
      return { ...range, from: later(range.from, start) };
    case 'gt':
      return { ...range, from: later(range.from, end) };
    case 'le':
      return { ...range, before: earlier(range.before, end) };
    case 'lt':
      return { ...range, before: earlier(range.before, start) };
    default:
      return { from: later(range.from, start), before: earlier(range.before, end) };
  }
}
