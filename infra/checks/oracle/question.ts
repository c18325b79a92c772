/** A search whose answer is known. */
export interface Question {
  readonly type: string;
  /** Name with modifier, or with the links of a chain. */
  readonly name: string;
  readonly value: string;
  /** Ids of what must be found, and nothing else. */
  readonly expected: ReadonlySet<string>;
}

/** Escapes what separates values in a search. @see https://hl7.org/fhir/R4/search.html#escaping */
export function escaped(value: string): string {
  return value.replace(/[\\,|$]/g, '\\$&');
}

/** The question as the query of a URL. */
export function queryOf({ type, name, value }: Question): string {
  return `${type}?${name}=${encodeURIComponent(value)}`;
}
