import { invalid } from '../fhir/index.ts';

/**
 * Reads a parameter that holds an instant; a `+` that arrived as a blank is mended.
 * @throws FhirError 400 naming the parameter.
 */
export function instantOf(query: URLSearchParams, name: string): Date | undefined {
  const value = query.get(name);
  if (value === null) {
    return undefined;
  }
  const instant = new Date(value.replace(' ', '+'));
  if (Number.isNaN(instant.getTime())) {
    throw invalid('instant', `Needed an instant such as 2026-02-11T09:30:00Z in ${name}`, name);
  }
  return instant;
}
