import type { ServerResponse } from 'node:http';
import type { FhirAnswer } from './fhir-request.ts';
import { sendPieces } from './pieces.ts';
import { endUnread, isUnread } from './unread-body.ts';

const FHIR_JSON = 'application/fhir+json; charset=utf-8';

const ALLOW_ORIGIN = 'Access-Control-Allow-Origin';

/** Sends an answer; nobody may keep a copy of it. An empty Access-Control-Allow-Origin takes back the one set before. */
export function sendAnswer(response: ServerResponse, answer: FhirAnswer, requestId: string, isHead: boolean): void {
  const { body = '', pieces } = answer;
  const bytes = pieces ? pieces.length : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  const headers: Record<string, string | number> = {
    'X-Request-Id': requestId,
    'Cache-Control': 'no-store',
    ...answer.headers,
  };
  if (headers[ALLOW_ORIGIN] === '') {
    delete headers[ALLOW_ORIGIN];
    response.removeHeader(ALLOW_ORIGIN);
  }
  if (bytes > 0) {
    headers['Content-Type'] = answer.contentType ?? FHIR_JSON;
  }
  if (answer.status !== 304 && answer.status !== 204) {
    headers['Content-Length'] = bytes;
  }
  if (isUnread(response.req) && !pieces) {
    response.writeHead(answer.status, { ...headers, Connection: 'close' }).write(isHead ? '' : body);
    endUnread(response.req, response);
    return;
  }
  response.writeHead(answer.status, headers);
  if (isHead || bytes === 0) {
    response.end();
  } else if (pieces) {
    void sendPieces(response, pieces);
  } else {
    // As many bytes as characters is ASCII, which needs no encoding.
    response.end(body, bytes === body.length ? 'latin1' : 'utf8');
  }
}
