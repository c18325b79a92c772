import { OperationOutcomeError } from '@medplum/core';
import type { OperationOutcome } from '@medplum/fhirtypes';
import { FhirError, outcomeOf } from '../fhir/index.ts';
import type { FhirAnswer } from './fhir-request.ts';

/** Status by the id of an outcome that Medplum's packages throw. */
const STATUS_BY_ID: Readonly<Record<string, number>> = {
  ok: 200,
  created: 201,
  accepted: 202,
  'not-modified': 304,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'precondition-failed': 412,
  'multiple-matches': 412,
  'too-many-requests': 429,
};

/**
 * SQLSTATEs that mean "not now" rather than "our mistake". A table that is missing, closed, read-only or damaged is among
 * them: a write whose audit cannot be kept is refused, and works again once the store does.
 */
const TRANSIENT = /^(?:08|53|57|58|55P03|40|25006|42P01|42501|XX|P0001)/;

/** SQLSTATEs of text that PostgreSQL cannot hold: the caller's text, since ours has none. */
const NOT_STORABLE = new Set(['22021', '22P05']);

/** Headers that go with a status. */
const STATUS_HEADERS: Readonly<Record<number, Record<string, string>>> = {
  401: { 'WWW-Authenticate': 'Bearer' },
  503: { 'Retry-After': '5' },
};

/** Tells the log about a failure that the caller only learns the request id of. */
export type ReportFailure = (error: unknown, requestId: string) => void;

function answerOf(status: number, outcome: OperationOutcome, headers?: Record<string, string>): FhirAnswer {
  return { status, body: JSON.stringify(outcome), headers };
}

/**
 * The one place where errors become HTTP: an OperationOutcome of ours keeps its status; anything else is a 500 that
 * tells the request id and nothing more.
 */
export function outcomeAnswer(error: unknown, requestId: string, report: ReportFailure): FhirAnswer {
  if (error instanceof FhirError) {
    return answerOf(error.status, error.outcome, error.headers ?? STATUS_HEADERS[error.status]);
  }
  if (error instanceof OperationOutcomeError) {
    return answerOf(STATUS_BY_ID[error.outcome.id ?? ''] ?? 400, error.outcome);
  }
  const code = (error as { code?: unknown } | null)?.code;
  if (code === '57014') {
    return answerOf(
      503,
      outcomeOf([
        {
          severity: 'error',
          code: 'too-costly',
          key: 'statement-timeout',
          text: 'The request took too long; narrow it',
        },
      ]),
      { 'Retry-After': '1' },
    );
  }
  if (typeof code === 'string' && NOT_STORABLE.has(code)) {
    const text = 'Found a character that cannot be stored or searched (U+0000)';
    return answerOf(400, outcomeOf([{ severity: 'error', code: 'value', key: 'character', text }]));
  }
  report(error, requestId);
  if (typeof code === 'string' && (TRANSIENT.test(code) || code.startsWith('ECONN') || code === 'ENOENT')) {
    const issue = {
      severity: 'error',
      code: 'transient',
      key: 'database-unavailable',
      text: 'The database does not answer; try again shortly',
    } as const;
    return answerOf(503, outcomeOf([issue]), { 'Retry-After': '1' });
  }
  const issue = {
    severity: 'fatal',
    code: 'exception',
    key: 'internal',
    text: `Internal error; request ${requestId}`,
  } as const;
  return answerOf(500, outcomeOf([issue]));
}
