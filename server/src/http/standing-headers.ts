import type { ServerResponse } from 'node:http';

/** How long browsers keep to https once they have seen it here, in seconds: a year. */
const HSTS_SECONDS = 31_536_000;

/**
 * Sets what every answer carries, whatever its door: no guessing of types, no frames of others, no scripts, no referrer, and
 * https only where the server is reached by it. Doors that show pages or documents set others in their place.
 * @see https://owasp.org/www-project-secure-headers/
 */
export function standingHeaders(baseUrl: string): (response: ServerResponse) => void {
  const isHttps = baseUrl.startsWith('https:');
  return (response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('X-Frame-Options', 'SAMEORIGIN');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
    if (isHttps) {
      response.setHeader('Strict-Transport-Security', `max-age=${HSTS_SECONDS}`);
    }
  };
}
