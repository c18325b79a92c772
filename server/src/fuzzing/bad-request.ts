/** One request of the fuzz run. */
export interface BadRequest {
  /** What kind of badness it is; a failure names it. */
  readonly kind: string;
  readonly method: string;
  /** From the root of the server, sent as it is. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Must be refused (status 400 or above); otherwise it may also be taken. */
  readonly refused: boolean;
}

/** Path of the FHIR base. */
export const BASE = '/fhir/R4';
export const JSON_HEADERS = { 'content-type': 'application/fhir+json' } as const;

/** A write with a JSON body that no server may take. */
export function badBody(kind: string, method: string, path: string, body: string | Uint8Array): BadRequest {
  return { kind, method, path: `${BASE}/${path}`, headers: JSON_HEADERS, body, refused: true };
}

/** A read, which may find something or be refused, and writes nothing either way. */
export function oddRead(kind: string, path: string, headers?: Readonly<Record<string, string>>): BadRequest {
  return { kind, method: 'GET', path, refused: false, ...(headers && { headers }) };
}
