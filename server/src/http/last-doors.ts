import { randomUUID } from 'node:crypto';
import { Router } from '@medplum/fhir-router';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { FhirError, invalid, methodNotAllowed } from '../fhir/index.ts';
import type { KeptDoor } from './express-doors.ts';
import { notOffered } from './not-offered.ts';
import { outcomeAnswer, type ReportFailure } from './outcome-answer.ts';
import { sendAnswer } from './send-answer.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function noDoor(): FhirError {
  const text = 'There is nothing at this URL; FHIR is below /fhir/R4, and /openapi.json names what is where';
  return new FhirError(404, [{ severity: 'error', code: 'not-found', key: 'unknown-url', text }], 'not-found');
}

function notHere(instead: string): FhirError {
  const text = `This server does not offer that: ${instead}`;
  return new FhirError(404, [{ severity: 'error', code: 'not-supported', key: 'not-offered', text }], 'not-found');
}

/**
 * What stands behind all doors of the corridor: 405 with the methods that the URL takes, or 404, which tells clients of
 * Medplum what there is in place of what they look for.
 * @throws FhirError through Express
 */
export function unknownUrl(doors: readonly KeptDoor[]): RequestHandler {
  const known = new Router<true, undefined>();
  for (const { method, path } of doors) {
    known.add(method as (typeof METHODS)[number], path.slice(1), true);
  }
  return (request, _response, next) => {
    const path = request.path.slice(1);
    const allowed = METHODS.filter((method) => known.find(method, path));
    if (allowed.length > 0) {
      next(methodNotAllowed(request.method, allowed));
      return;
    }
    const instead = notOffered(request.path);
    next(instead === undefined ? noDoor() : notHere(instead));
  };
}

/** Express's own refusals, such as of a URL that is not validly encoded: a status, and nothing of ours to hide. */
function refused(error: unknown): unknown {
  if (error instanceof FhirError) {
    return error;
  }
  const status = (error as { status?: unknown } | null)?.status;
  if (error instanceof URIError) {
    return invalid('url-encoding', 'The URL is not validly percent-encoded');
  }
  return status === 404 ? noDoor() : error;
}

/** Answers whatever went wrong in the corridor as an OperationOutcome, never with a stack. */
export function lastResort(report: ReportFailure): ErrorRequestHandler {
  return (error, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const requestId = randomUUID();
    sendAnswer(response, outcomeAnswer(refused(error), requestId, report), requestId, request.method === 'HEAD');
  };
}
