import { randomUUID } from 'node:crypto';
import { OperationOutcomeError } from '@medplum/core';
import type { OperationOutcome } from '@medplum/fhirtypes';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { FhirError, invalid, outcomeOf } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { OAuthError } from './oauth-error.ts';
import type { Origin } from './origin.ts';

/** Express hands rejected promises to the error handler; this only gives the handler its type. */
export type Handler = (request: Request, response: Response) => Promise<void> | void;

/** Where the request came from. Express has applied its `trust proxy` setting to `ip`. */
export function originOf(request: Request): Origin {
  return { address: request.ip ?? '', userAgent: (request.get('user-agent') ?? '').slice(0, 512) };
}

/** NUL and lone surrogates, as JSON writes them: no text that PostgreSQL could hold. */
const NO_TEXT = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** Parses a body by a schema. @throws FhirError 400 naming the first element that is wrong. */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  if (NO_TEXT.test(JSON.stringify(body ?? {}))) {
    throw invalid('body-invalid', 'The body has a NUL character, or half of a character');
  }
  const parsed = schema.safeParse(body ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') || undefined;
    throw invalid('body-invalid', path ? `${path}: ${issue?.message}` : 'The body must be a JSON object', path);
  }
  return parsed.data;
}

/** Nothing that this room answers may be kept by a cache. */
export const noStore: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
  next();
};

const REALM = 'Bearer realm="MindBridge"';

function sendOutcome(response: Response, status: number, outcome: OperationOutcome): void {
  if (status === 401) {
    const hadToken = response.req.get('authorization') !== undefined;
    response.set('WWW-Authenticate', hadToken ? `${REALM}, error="invalid_token"` : REALM);
  }
  response.status(status).type('application/fhir+json').send(JSON.stringify(outcome));
}

function sendOAuth(response: Response, error: OAuthError): void {
  if (error.status === 401) {
    response.set('WWW-Authenticate', 'Basic realm="MindBridge"');
  }
  response.status(error.status).json({ error: error.code, error_description: error.message });
}

/** Is the error one of the body parser's: too large, malformed? */
function parserStatus(error: unknown): number | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** The one place where errors of this room become answers. `oauth` chooses the form of RFC 6749. */
export function errorHandler(deps: AuthDependencies, form: 'oauth' | 'fhir') {
  const send = form === 'oauth' ? sendAsOAuth : sendOutcome;
  return (error: unknown, _request: Request, response: Response, _next: NextFunction): void => {
    if (response.headersSent) {
      return;
    }
    if (error instanceof OAuthError) {
      sendOAuth(response, error);
      return;
    }
    const retryAfter = (error as { retryAfter?: unknown } | null)?.retryAfter;
    if (typeof retryAfter === 'number') {
      response.set('Retry-After', String(retryAfter));
    }
    if (error instanceof OperationOutcomeError) {
      const status = error instanceof FhirError ? error.status : 400;
      send(response, status, error.outcome);
      return;
    }
    const status = parserStatus(error);
    if (status !== undefined) {
      answerParserError(response, status, form);
      return;
    }
    const requestId = randomUUID();
    deps.log({ event: 'auth.failed', requestId, error });
    const text = 'The server failed to answer. Try again; if it stays so, name this id to the operator.';
    const outcome = outcomeOf([{ severity: 'fatal', code: 'exception', key: 'server-failure', text }]);
    send(response, 500, { ...outcome, id: requestId });
  };
}

/** An outcome of the rest of the server, said in the form of RFC 6749. */
function sendAsOAuth(response: Response, status: number, { id, issue }: OperationOutcome): void {
  const known = { 403: 'insufficient_scope', 429: 'temporarily_unavailable', 503: 'temporarily_unavailable' } as const;
  const code =
    status in known ? known[status as keyof typeof known] : status >= 500 ? 'server_error' : 'invalid_request';
  const text = issue[0]?.details?.text ?? 'The request was refused';
  sendOAuth(response, new OAuthError(code, status === 500 ? `${text} (${id})` : text, status));
}

function answerParserError(response: Response, status: number, form: 'oauth' | 'fhir'): void {
  if (form === 'oauth') {
    sendOAuth(response, new OAuthError('invalid_request', 'The body cannot be read', status));
    return;
  }
  const text = status === 413 ? 'The body is too large' : 'The body cannot be read as JSON';
  sendOutcome(response, status, outcomeOf([{ severity: 'error', code: 'structure', key: 'body-unreadable', text }]));
}
