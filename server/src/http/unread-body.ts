import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { tooLarge } from '../fhir/index.ts';

/** How long a client that is still sending may take to notice its answer before the connection is cut, in ms. */
const LINGER_MS = 1000;
/** A body up to this size lies in the buffers of the system by the time an answer is made. */
const SMALL_BODY = 65_536;

/** Has the answer come before the end of a body, as a refusal of too large a body does? */
export function isUnread(request: IncomingMessage): boolean {
  const { 'transfer-encoding': encoding, 'content-length': length } = request.headers;
  return !request.complete && (encoding !== undefined || Number(length ?? 0) > 0);
}

/**
 * Ends an answer whose request body nobody will read: what still comes is thrown away for a moment, so that the client sees
 * the answer rather than a broken connection, and then the connection is cut.
 */
export function endUnread(request: IncomingMessage, response: ServerResponse): void {
  const timer = setTimeout(() => response.end(), LINGER_MS);
  request.once('end', () => {
    clearTimeout(timer);
    response.end();
  });
  request.resume();
}

/** Most bytes of a body at doors other than FHIR's: more than any of them takes. */
const MOST_BYTES = 1_048_576;

/**
 * Answers 413 as soon as a body is larger than any door of Express takes. Its own parsers read such a body to the end before
 * they say so, and one that comes in pieces may have none.
 */
export const boundBody: RequestHandler = (request, response, next) => {
  const refusal = tooLarge('body-size', `The body is larger than the ${MOST_BYTES} bytes this URL takes`);
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) {
    next(refusal);
    return;
  }
  if (request.headers['transfer-encoding'] !== undefined) {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES && !response.headersSent) {
        next(refusal);
      }
    });
  }
  next();
};

/** Cuts connections whose answer was finished, by whichever door, before a large or endless body was. */
export function hangUpOnUnread(server: Server): void {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const length = request.headers['content-length'];
    if (request.headers['transfer-encoding'] === undefined && (length === undefined || Number(length) <= SMALL_BODY)) {
      return;
    }
    response.once('finish', () => {
      if (!request.complete) {
        const timer = setTimeout(() => request.socket?.destroy(), LINGER_MS);
        request.once('end', () => clearTimeout(timer));
        request.resume();
      }
    });
  });
}
