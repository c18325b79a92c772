import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which browser origins may read answers. */
export interface Cors {
  /** Origins that may also send credentials. */
  readonly allows: (origin: string) => boolean;
}

/** Paths that anybody may read from anywhere: discovery and capabilities. */
const PUBLIC = /^\/(?:\.well-known\/|fhir\/R4\/(?:metadata|\$versions|\.well-known\/))/;
const EXPOSED =
  'Location, Content-Location, ETag, Last-Modified, RateLimit, Retry-After, WWW-Authenticate, X-Request-Id';
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * Answers for Cross-Origin Resource Sharing: an allowed origin is named, never a star together with credentials; others
 * get no header at all.
 * @returns true when the request was a preflight and is answered
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function cors(options: Cors, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (origin === undefined) {
    return false;
  }
  const isPublic = PUBLIC.test(request.url ?? '/');
  const isAllowed = options.allows(origin);
  response.setHeader('Vary', 'Origin');
  if (isAllowed) {
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  } else if (isPublic) {
    response.setHeader('Access-Control-Allow-Origin', '*');
  }
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
    return false;
  }
  if (isAllowed || isPublic) {
    response.setHeader('Access-Control-Allow-Methods', METHODS);
    response.setHeader('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? '');
    response.setHeader('Access-Control-Max-Age', '600');
  }
  response.writeHead(204).end();
  return true;
}
