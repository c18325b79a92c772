import type { IncomingHttpHeaders } from 'node:http';
import type { Pieces } from './pieces.ts';

/** One FHIR request, whether it came over HTTP or as an entry of a Bundle. */
export interface FhirRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the FHIR base, without slashes at either end, such as `Patient/1`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON, or bytes when the content type is not JSON; undefined without a body. */
  readonly body?: unknown;
  /** Media type of the body in lower case, without parameters. */
  readonly contentType?: string;
}

/** What goes back: already text or bytes. */
export interface FhirAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** In place of a body: one so large that it is made as it is read. */
  readonly pieces?: Pieces;
  /** `application/fhir+json` when absent. */
  readonly contentType?: string;
}

/** Wishes of the Prefer header. @see https://hl7.org/fhir/R4/http.html#ops */
export interface Preferences {
  readonly return?: 'minimal' | 'representation' | 'OperationOutcome';
  readonly handling: 'strict' | 'lenient';
  readonly respondAsync: boolean;
}

/** Reads the Prefer header; what is not understood is ignored, as RFC 7240 asks. */
export function preferences(headers: IncomingHttpHeaders): Preferences {
  const prefer = headers.prefer;
  if (prefer === undefined) {
    return { handling: 'strict', respondAsync: false };
  }
  const text = Array.isArray(prefer) ? prefer.join(',') : prefer;
  const wish = /\breturn=(minimal|representation|OperationOutcome)\b/.exec(text)?.[1] as Preferences['return'];
  return {
    return: wish,
    handling: /\bhandling=lenient\b/.test(text) ? 'lenient' : 'strict',
    respondAsync: /\brespond-async\b/.test(text),
  };
}

/** One header as one string. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
