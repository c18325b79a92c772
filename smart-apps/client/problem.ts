import { OperationOutcomeError } from '@medplum/core';
import type { OperationOutcomeIssue } from '@medplum/fhirtypes';

/** Why something did not work, in the kinds that a screen treats differently. */
export type ProblemKind = 'signed-out' | 'forbidden' | 'not-found' | 'conflict' | 'offline' | 'invalid' | 'server';

/** A problem in words that a clinician can act on. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly title: string;
  readonly detail: string;
}

const WORDS: Readonly<Record<ProblemKind, readonly [title: string, detail: string]>> = {
  'signed-out': ['You are signed out', 'Sign in again; nothing was changed.'],
  forbidden: ['Your role does not include this', 'Ask your clinic’s administrator if you need it.'],
  'not-found': ['Not found', 'It does not exist, or it is not in your panel.'],
  conflict: ['Somebody else changed this meanwhile', 'Look at the newer version; what you entered is still here.'],
  offline: ['No connection', 'Check the network. Nothing was lost; try again in a moment.'],
  invalid: ['The server did not accept this', 'Check what you entered and try again.'],
  server: ['Something went wrong on our side', 'Try again in a moment.'],
};

const STATUS_OF_ID: Readonly<Record<string, ProblemKind>> = {
  unauthorized: 'signed-out',
  forbidden: 'forbidden',
  'not-found': 'not-found',
  gone: 'not-found',
  'precondition-failed': 'conflict',
  conflict: 'conflict',
  'multiple-matches': 'conflict',
};

const KIND_OF_CODE: Readonly<Record<string, ProblemKind>> = {
  login: 'signed-out',
  expired: 'signed-out',
  forbidden: 'forbidden',
  security: 'forbidden',
  'not-found': 'not-found',
  deleted: 'not-found',
  conflict: 'conflict',
  exception: 'server',
  timeout: 'server',
  transient: 'server',
  throttled: 'server',
};

/** What a proxy answers in place of the server: a page, or the bare name of its status. MedplumClient takes it for a reason. */
const OF_A_PROXY =
  /^\s*<|^(unknown error|bad gateway|service unavailable|gateway time-?out|internal server error)\.?\s*$/i;

/** The server's own reasons; none where a proxy answered in its place. */
function issuesOf(error: unknown): readonly OperationOutcomeIssue[] {
  const issues = error instanceof OperationOutcomeError ? (error.outcome.issue ?? []) : [];
  return issues.filter(({ details }) => !OF_A_PROXY.test(details?.text ?? ''));
}

function kindOf(error: unknown): ProblemKind {
  if (error instanceof OperationOutcomeError) {
    const [issue] = issuesOf(error);
    const byCode = issue ? (KIND_OF_CODE[issue.code] ?? 'invalid') : 'server';
    return STATUS_OF_ID[error.outcome.id ?? ''] ?? byCode;
  }
  const text = error instanceof Error ? error.message.toLowerCase() : '';
  return error instanceof TypeError || text.includes('fetch') || text.includes('network') ? 'offline' : 'server';
}

function reasonOf(error: unknown): string | undefined {
  const [issue] = issuesOf(error);
  return issue?.details?.text ?? issue?.diagnostics;
}

/** Turns whatever was thrown into words; the server's own reason is kept where it helps. */
export function problemOf(error: unknown): Problem {
  const kind = kindOf(error);
  const [title, detail] = WORDS[kind];
  return { kind, title, detail: kind === 'invalid' ? (reasonOf(error) ?? detail) : detail };
}

/** Every reason that the server gave, once each; the problem's own words when it gave none. */
export function reasonsOf(error: unknown): readonly string[] {
  const texts = issuesOf(error).flatMap((issue) => issue.details?.text ?? issue.diagnostics ?? []);
  return texts.length > 0 ? [...new Set(texts)] : [problemOf(error).detail];
}

/** True when the server refused for a reason with this code of ours. */
export function isRefusedFor(error: unknown, code: string): boolean {
  return issuesOf(error).some((issue) => issue.details?.coding?.some((coding) => coding.code === code));
}

/** The first message at a form field, by the `expression` of the issues. */
export function fieldErrors(error: unknown): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const issue of issuesOf(error)) {
    const field = issue.expression?.[0];
    const text = issue.details?.text ?? issue.diagnostics;
    if (field && text && !result.has(field)) {
      result.set(field, text);
    }
  }
  return result;
}
