import { OperationOutcomeError } from '@medplum/core';
import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes';

/** One problem, before it is dressed as an OperationOutcome.issue. */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  /** FHIR issue-type code. @see https://hl7.org/fhir/R4/valueset-issue-type.html */
  readonly code: OperationOutcomeIssue['code'];
  /** What was found and what was needed, in one sentence without patient data. */
  readonly text: string;
  /** FHIRPath of the element, such as `Patient.name[0].family`. */
  readonly expression?: string;
  /** Stable greppable code of ours, such as `structure-unknown-element`. */
  readonly key?: string;
}

/** Builds the OperationOutcome for a list of issues. @see https://hl7.org/fhir/R4/operationoutcome.html */
export function outcomeOf(issues: readonly Issue[]): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    issue: issues.map((issue) => ({
      severity: issue.severity,
      code: issue.code,
      details: {
        ...(issue.key && { coding: [{ system: 'https://mindbridge.health/fhir/CodeSystem/issue', code: issue.key }] }),
        text: issue.text,
      },
      ...(issue.expression && { expression: [issue.expression] }),
    })),
  };
}

/** An error that carries the HTTP status it must be answered with, and headers that go with it. */
export class FhirError extends OperationOutcomeError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(status: number, issues: readonly Issue[], id?: string, headers?: Readonly<Record<string, string>>) {
    const outcome = outcomeOf(issues);
    super(id ? { ...outcome, id } : outcome);
    this.status = status;
    this.headers = headers;
  }
}

function single(
  status: number,
  code: Issue['code'],
  key: string,
  text: string,
  expression?: string,
  id?: string,
): FhirError {
  return new FhirError(status, [{ severity: 'error', code, key, text, expression }], id);
}

/** 202: kept, and not done yet. Thrown where the work would be done, so that nothing of it happens. */
export const accepted = (key: string, text: string): FhirError =>
  new FhirError(202, [{ severity: 'information', code: 'informational', key, text }], 'accepted');
/** 400: the request is not well formed. */
export const invalid = (key: string, text: string, expression?: string): FhirError =>
  single(400, 'invalid', key, text, expression);
/** 401: no usable credentials. The id is the one that Medplum's client recognises. */
export const unauthorized = (text = 'Sign in is required'): FhirError =>
  single(401, 'login', 'unauthorized', text, undefined, 'unauthorized');
/** 403: the caller may not do this to this resource type. */
export const forbidden = (key: string, text: string): FhirError =>
  single(403, 'forbidden', key, text, undefined, 'forbidden');
/** 404: unknown, or not visible to the caller: both look the same. */
export const notFound = (): FhirError => single(404, 'not-found', 'not-found', 'Not found', undefined, 'not-found');
/** 405: the URL is known, the method is not one of its. */
export const methodNotAllowed = (found: string, allowed: readonly string[]): FhirError => {
  const text = `Found ${found}; this URL takes ${allowed.join(', ')}`;
  const issue = { severity: 'error', code: 'not-supported', key: 'method-not-allowed', text } as const;
  return new FhirError(405, [issue], undefined, { Allow: allowed.join(', ') });
};
/** 406: none of the media types that the caller takes is one that is spoken here. */
export const notAcceptable = (text: string): FhirError => single(406, 'not-supported', 'not-acceptable', text);
/** 409: the write collides with another one. */
export const conflict = (key: string, text: string): FhirError =>
  single(409, 'conflict', key, text, undefined, 'conflict');
/** 410: the resource was deleted. */
export const gone = (): FhirError => single(410, 'deleted', 'gone', 'The resource was deleted', undefined, 'gone');
/** 412: a condition of the request does not hold. */
export const preconditionFailed = (key: string, text: string): FhirError =>
  single(412, 'conflict', key, text, undefined, 'precondition-failed');
/** 413: the request is larger than a setting allows. */
export const tooLarge = (key: string, text: string): FhirError => single(413, 'too-long', key, text);
/** 415: the body comes in a form that is not taken here. */
export const unsupportedMedia = (key: string, text: string): FhirError => single(415, 'not-supported', key, text);
/** 422: well formed, but a business rule refuses it. */
export const unprocessable = (key: string, text: string, expression?: string): FhirError =>
  single(422, 'business-rule', key, text, expression);
/** 429: more than the caller may ask for at the moment. */
export const tooManyRequests = (key: string, text: string): FhirError =>
  single(429, 'throttled', key, text, undefined, 'too-many-requests');
/** 503: try again later. */
export const unavailable = (key: string, text: string): FhirError => single(503, 'transient', key, text);
