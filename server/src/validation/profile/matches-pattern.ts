import { isDeepStrictEqual } from 'node:util';

/** Is the value exactly the fixed one? @see https://hl7.org/fhir/R4/profiling.html#fixed */
export function matchesFixed(value: unknown, fixed: unknown): boolean {
  return isDeepStrictEqual(value, fixed);
}

/** Does the value hold all that the pattern says? Each item of a pattern's array must match one of the value's. */
export function matchesPattern(value: unknown, pattern: unknown): boolean {
  if (Array.isArray(pattern)) {
    return Array.isArray(value) && pattern.every((wanted) => value.some((item) => matchesPattern(item, wanted)));
  }
  if (typeof pattern === 'object' && pattern !== null) {
    if (typeof value !== 'object' || value === null) {
      return false;
    }
    return Object.entries(pattern).every(([key, wanted]) =>
      matchesPattern((value as Record<string, unknown>)[key], wanted),
    );
  }
  return value === pattern;
}
