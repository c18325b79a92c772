import { OperationOutcomeError } from '@medplum/core';
import type { OperationOutcomeIssue } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { fieldErrors, problemOf, reasonsOf } from './problem.ts';

const failed = (issue: Partial<OperationOutcomeIssue>, id?: string): OperationOutcomeError =>
  new OperationOutcomeError({
    resourceType: 'OperationOutcome',
    id,
    issue: [{ severity: 'error', code: 'invalid', ...issue }],
  });

it('tells the kinds of problems apart', () => {
  expect(problemOf(failed({ code: 'forbidden' })).kind).toBe('forbidden');
  expect(problemOf(failed({}, 'precondition-failed')).kind).toBe('conflict');
  expect(problemOf(failed({ code: 'conflict' })).kind).toBe('conflict');
  expect(problemOf(failed({ code: 'not-found' })).kind).toBe('not-found');
  expect(problemOf(failed({ code: 'exception' })).kind).toBe('server');
  expect(problemOf(new TypeError('Failed to fetch')).kind).toBe('offline');
  expect(problemOf('?').kind).toBe('server');
});

it.each([
  'Unknown error',
  '<html><h1>502 Bad Gateway</h1></html>',
  '\n<!doctype html>',
  'Bad Gateway',
  'Gateway Time-out\n',
])('takes what a proxy says in place of the server for our trouble, not for a refusal: %s', (text) => {
  const proxy = failed({ details: { text } });
  expect(problemOf(proxy)).toMatchObject({ kind: 'server', detail: 'Try again in a moment.' });
  expect(reasonsOf(proxy)).toEqual(['Try again in a moment.']);
});

it('keeps the reason of the server for invalid input only', () => {
  expect(problemOf(failed({ details: { text: 'status is missing' } })).detail).toBe('status is missing');
  expect(problemOf(failed({ code: 'exception', diagnostics: 'stack' })).detail).not.toContain('stack');
});

it('finds the first message of each field', () => {
  const error = failed({ expression: ['email'], details: { text: 'Unknown' } });
  expect(fieldErrors(error).get('email')).toBe('Unknown');
  expect(fieldErrors(new Error('x')).size).toBe(0);
});
