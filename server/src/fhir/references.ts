/** A literal reference taken apart: `Patient/1`, `Patient/1/_history/2`, `http://x/fhir/Patient/1`. */
export interface LiteralReference {
  /** Absolute base without trailing slash, when the reference is absolute. */
  readonly base?: string;
  readonly type: string;
  readonly id: string;
  readonly version?: string;
}

const LITERAL =
  /^(?:(https?:\/\/[^\s?#]+?)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;

/**
 * Takes a literal reference apart; undefined for contained (`#x`), urn, conditional and malformed references.
 * @see https://hl7.org/fhir/R4/references.html#literal
 */
export function parseReference(reference: string | undefined): LiteralReference | undefined {
  const match = reference ? LITERAL.exec(reference) : null;
  if (!match) {
    return undefined;
  }
  const [, base, type, id, version] = match;
  return { base, type: type as string, id: id as string, version };
}

/** Is this a legal FHIR id? @see https://hl7.org/fhir/R4/datatypes.html#id */
export function isFhirId(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9\-.]{1,64}$/.test(value);
}
