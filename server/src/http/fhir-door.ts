import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessGrant } from '../access/index.ts';
import { methodNotAllowed, type RequestContext, tooManyRequests, unsupportedMedia } from '../fhir/index.ts';
import type { Repository } from '../repository/index.ts';
import { admit, dispatch, methodsOf } from './dispatch.ts';
import type { FhirServices } from './exchange.ts';
import type { FhirAnswer, FhirRequest } from './fhir-request.ts';
import { metadataAnswer } from './metadata.ts';
import { assertAcceptable, assertPatchType, assertReadable } from './negotiate.ts';
import { outcomeAnswer } from './outcome-answer.ts';
import { presigned } from './presigned.ts';
import { isJson, mediaType, parseJson, type ReceiveLimits, readBody } from './receive.ts';
import { sendAnswer } from './send-answer.ts';
import { versionsAnswer } from './versions.ts';

/** How a request stands to the limits of its caller. */
export interface Rate {
  readonly headers: Readonly<Record<string, string>>;
  readonly isOver: boolean;
  /** Counts what else the request asks for. */
  readonly charge: (more: number) => Rate | undefined;
}

/** Who came in, as the auth room found out. */
export interface Caller {
  readonly context: Omit<RequestContext, 'requestId'>;
  readonly grant: AccessGrant;
  /** How the request stands to the limits of the caller; absent where there are none. */
  readonly rate?: Rate;
  /** Headers that go with an answer, by what it holds; absent where none ever do. */
  readonly notices?: (body: unknown) => Readonly<Record<string, string>>;
}

/** What the FHIR door is made of. */
export interface FhirDoor {
  readonly services: FhirServices;
  readonly limits: ReceiveLimits;
  /** @throws FhirError 401 */
  readonly authenticate: (request: IncomingMessage) => Promise<Caller>;
  readonly repositoryFor: (context: RequestContext, grant: AccessGrant) => Repository;
  /** Told once each request is answered: method, pattern of the route, status and milliseconds, never the URL. */
  readonly served: (event: { method: string; route: string; status: number; ms: number; requestId: string }) => void;
}

const FORM = 'application/x-www-form-urlencoded';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What may be asked without a token. @see https://hl7.org/fhir/R4/http.html#capabilities */
function publicAnswer(
  { path, method, headers, query }: FhirRequest,
  services: FhirServices,
): FhirAnswer | Promise<FhirAnswer> | undefined {
  if (method !== 'GET' && method !== 'HEAD') {
    return undefined;
  }
  if (path === '$versions') {
    return versionsAnswer(headers.accept);
  }
  return path === 'metadata' ? metadataAnswer(services, query) : undefined;
}

/** The request without its body: path, query, method. @throws FhirError 405, 406. */
function target(request: IncomingMessage): FhirRequest {
  const url = request.url ?? '/';
  const at = url.indexOf('?');
  const path = (at < 0 ? url : url.slice(0, at)).replace(/^\/+|\/+$/g, '');
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
  const method = request.method ?? 'GET';
  if (!METHODS.has(method)) {
    throw methodNotAllowed(method, [...METHODS]);
  }
  if (!isBinary(path)) {
    assertAcceptable(request.headers.accept, query.get('_format'), path.includes('$'));
  }
  return { method: method as FhirRequest['method'], path, query, headers: request.headers };
}

/** Binary and operations speak other media types than FHIR JSON. */
function takesAnyMedia(path: string): boolean {
  return isBinary(path) || path.includes('$');
}

function isBinary(path: string): boolean {
  return path === 'Binary' || path.startsWith('Binary/');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The same request with its body read and parsed. @throws FhirError 400, 413, 415. */
async function withBody(
  raw: IncomingMessage,
  request: FhirRequest,
  { limits, services }: FhirDoor,
): Promise<FhirRequest> {
  if (request.method === 'GET' || request.method === 'HEAD') {
    return request;
  }
  const contentType = mediaType(raw.headers['content-type']);
  if (!takesAnyMedia(request.path)) {
    assertReadable(raw.headers['content-type']);
    if (request.method === 'PATCH') {
      assertPatchType(contentType);
    }
  }
  const bytes = await readBody(raw, limits);
  if (bytes.length === 0) {
    return { ...request, contentType };
  }
  if (isJson(contentType) || contentType === undefined) {
    const body = parseJson(bytes, limits, services.links.restore);
    const isDocument = isBinary(request.path) && !(isObject(body) && body.resourceType === 'Binary');
    return { ...request, contentType: contentType ?? 'application/json', body: isDocument ? bytes : body };
  }
  if (takesAnyMedia(request.path) || (contentType === FORM && request.path.endsWith('_search'))) {
    return { ...request, contentType, body: bytes };
  }
  const text = `Found Content-Type ${contentType}; this server takes application/fhir+json`;
  throw unsupportedMedia('media-type', text);
}

/** The door for everything below the FHIR base: receive, authenticate, dispatch, answer. */
export function fhirDoor(
  door: FhirDoor,
): (request: IncomingMessage & { url?: string }, response: ServerResponse) => Promise<void> {
  const { services } = door;
  return async (request, response) => {
    const started = performance.now();
    const requestId = randomUUID();
    let answer: FhirAnswer;
    let entered: Pick<Caller, 'rate' | 'notices'> | undefined;
    let route = '';
    try {
      const wanted = target(request);
      answer = await (openAnswer(door, request, wanted) ??
        enter(door, request, wanted, requestId, {
          caller: (caller) => {
            entered = caller;
          },
          routed: (pattern) => {
            route = pattern;
          },
        }));
      answer = wanted.query.has('_pretty') ? pretty(wanted.query, answer) : answer;
    } catch (error) {
      answer = outcomeAnswer(error, requestId, services.reportFailure);
    }
    if (!response.headersSent && !response.destroyed) {
      sendAnswer(response, withHeaders(answer, entered), requestId, request.method === 'HEAD');
    }
    const ms = performance.now() - started;
    door.served({ method: request.method ?? '', route, status: answer.status, ms, requestId });
  };
}

/** The answer to what may be asked without a token. */
function openAnswer(
  { services }: FhirDoor,
  raw: IncomingMessage,
  wanted: FhirRequest,
): FhirAnswer | Promise<FhirAnswer> | undefined {
  if (raw.method === 'OPTIONS') {
    return { status: 204, headers: { Allow: methodsOf(wanted.path).join(', ') } };
  }
  return raw.headers.authorization === undefined ? publicAnswer(wanted, services) : undefined;
}

/** The answer's JSON with line breaks, for people. @see https://hl7.org/fhir/R4/http.html#parameters */
function pretty(query: URLSearchParams, answer: FhirAnswer): FhirAnswer {
  const { body, contentType } = answer;
  const isWanted = query.get('_pretty') === 'true' && typeof body === 'string' && contentType === undefined;
  return isWanted && body !== '' ? { ...answer, body: JSON.stringify(JSON.parse(body), null, 2) } : answer;
}

/** The answer with what the caller's limits and consents add to it. */
function withHeaders(answer: FhirAnswer, caller: Pick<Caller, 'rate' | 'notices'> | undefined): FhirAnswer {
  return caller?.rate || caller?.notices
    ? { ...answer, headers: { ...answer.headers, ...caller.rate?.headers, ...caller.notices?.(answer.body) } }
    : answer;
}

/** Whoever shows credentials that are not good; the platform's own log keeps it. */
function nobody(requestId: string): RequestContext {
  return { requestId, tenant: 0, projectId: '', author: '', depth: 0 };
}

const REFUSED_CREDENTIALS = {
  interaction: 'authenticate',
  type: '',
  id: '',
  version: 0,
  outcome: '4',
  entries: 0,
} as const;

/** @throws FhirError 429 */
function refuseOver(rate: Rate | undefined): void {
  if (rate?.isOver) {
    throw tooManyRequests('rate-limit', 'More requests than this minute allows; try again when it is over');
  }
}

/** A Bundle counts as many requests as it has entries: how many more than one. */
function furtherEntries({ path, body }: FhirRequest): number {
  return path === '' && isObject(body) && Array.isArray(body.entry) ? body.entry.length - 1 : 0;
}

async function enter(
  door: FhirDoor,
  raw: IncomingMessage,
  wanted: FhirRequest,
  requestId: string,
  tell: { readonly caller: (caller: Caller) => void; readonly routed: (pattern: string) => void },
): Promise<FhirAnswer> {
  const caller = await door.authenticate(raw).catch((error: unknown) => {
    if (raw.headers.authorization !== undefined) {
      door.services.audit.note(nobody(requestId), REFUSED_CREDENTIALS);
    }
    throw error;
  });
  tell.caller(caller);
  refuseOver(caller.rate);
  const context: RequestContext = { ...caller.context, requestId };
  const repository = door.repositoryFor(context, caller.grant);
  const { grant } = caller;
  const entering = { params: {}, context, grant, repository, services: door.services, dispatch, routed: tell.routed };
  await admit({ ...entering, request: wanted });
  const exchange = { ...entering, request: await withBody(raw, wanted, door) };
  const more = furtherEntries(exchange.request);
  if (more > 0) {
    const rate = caller.rate?.charge(more);
    tell.caller({ ...caller, rate });
    refuseOver(rate);
  }
  return presigned(exchange, await dispatch(exchange));
}
