import { invalid } from '../fhir/index.ts';
import type { Presentation } from './present.ts';

/** The part of a Presentation that a request's own parameters decide. */
export type Shape = Pick<Presentation, 'elements' | 'summary'>;

const NONE: Shape = {};
const SUMMARIES = new Set(['true', 'text', 'data', 'count', 'false']);

/**
 * Reads `_elements` and `_summary`.
 * @throws FhirError 400 for an unknown `_summary`.
 * @see https://hl7.org/fhir/R4/search.html#summary
 */
export function shapeOf(query: URLSearchParams): Shape {
  if (query.size === 0) {
    return NONE;
  }
  const summary = query.get('_summary') ?? undefined;
  if (summary !== undefined && !SUMMARIES.has(summary)) {
    throw invalid('summary', 'Needed _summary = true, text, data, count or false', '_summary');
  }
  const elements = query.get('_elements')?.split(',').filter(Boolean);
  return {
    elements: elements?.length ? elements : undefined,
    summary: summary === 'count' || summary === 'false' ? undefined : (summary as Shape['summary']),
  };
}
