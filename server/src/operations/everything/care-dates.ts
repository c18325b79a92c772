import { invalid } from '../../fhir/index.ts';
import { dateInterval, FOREVER } from '../../indexing/index.ts';

/** A span of time in milliseconds, its end not in it. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** Where resources say when care was given, in whichever form of the element; and where they only say when it was noted. */
const CARE_DATES = [
  /^(?:effective|performed|occurrence|onset|collected|serviced|identified|status|billable|execution|started|start|period|whenHandedOver)(?:DateTime|Date|Period|Instant)?$/,
  /^(?:authoredOn|authored|recordedDate|dateAsserted|dateWritten|sent|recorded|issued|date|dateTime|created)$/,
];
/** Elements that end what another one of the resource has begun. */
const ENDS: Readonly<Record<string, string>> = { onsetDateTime: 'abatementDateTime', start: 'end' };

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The span of a date or of a Period; what has no end goes on. */
function spanOf(value: unknown): Span | undefined {
  if (typeof value === 'string') {
    return dateInterval(value);
  }
  if (!isRecord(value)) {
    return undefined;
  }
  const [start, end] = [value.start, value.end].map((part) =>
    typeof part === 'string' ? dateInterval(part) : undefined,
  );
  return start || end ? { low: start?.low ?? -FOREVER, high: end?.high ?? FOREVER } : undefined;
}

/** When the care was given that the resource tells of; undefined where it tells of none. */
function careSpan(resource: Readonly<Record<string, unknown>>): Span | undefined {
  for (const dates of CARE_DATES) {
    for (const [name, value] of Object.entries(resource)) {
      const span = dates.test(name) ? spanOf(value) : undefined;
      const closing = ENDS[name] === undefined ? undefined : spanOf(resource[ENDS[name]]);
      if (span) {
        return closing ? { low: span.low, high: Math.max(span.high, closing.high) } : span;
      }
    }
  }
  const parts: unknown = resource.collection;
  return isRecord(parts) ? careSpan(parts) : undefined;
}

/**
 * The span of the parameters `start` and `end`, both included; undefined when neither is given.
 * @throws FhirError 400 naming the parameter.
 */
export function careSpanOf(asked: URLSearchParams): Span | undefined {
  const [start, end] = ['start', 'end'].map((name) => {
    const value = asked.get(name);
    const interval = value === null ? undefined : dateInterval(value);
    if (value !== null && !interval) {
      throw invalid('operation-parameter', `'${name}' needs a date such as 2026-01-31`, name);
    }
    return interval;
  });
  return start || end ? { low: start?.low ?? -FOREVER, high: end?.high ?? FOREVER } : undefined;
}

/** Does the stored text tell of care within the span, or of none, as a Patient or a Coverage without a period does? */
export function isWithin(json: string, span: Span): boolean {
  const resource: unknown = JSON.parse(json);
  const care = isRecord(resource) ? careSpan(resource) : undefined;
  return !care || (care.low < span.high && care.high > span.low);
}
