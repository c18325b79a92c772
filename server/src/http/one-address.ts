import type { RequestHandler } from 'express';

/** The names under which a machine knows itself. */
const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** Other hosts that stand for the same server: none where its address is not this machine's own. */
function otherHosts({ protocol, hostname, port }: URL): ReadonlySet<string> {
  const names = protocol === 'http:' && OWN_NAMES.includes(hostname) ? OWN_NAMES : [];
  return new Set(names.filter((name) => name !== hostname).map((name) => (port ? `${name}:${port}` : name)));
}

/**
 * Sends a browser that opens a page of a server on its own machine to the one address by which the server knows itself:
 * browsers keep sessions by address, and a second one would ask the person to sign in again.
 */
export function oneAddress(baseUrl: string): RequestHandler {
  const others = otherHosts(new URL(baseUrl));
  return (request, response, next) => {
    const isPage = request.method === 'GET' && request.headers.accept?.includes('text/html') === true;
    if (isPage && others.has(request.headers.host ?? '')) {
      response.redirect(302, `${baseUrl}${request.originalUrl}`);
      return;
    }
    next();
  };
}
