// https://hl7.org/fhir/R4/http.html#Status-Codes
import { badRequest, notFound as coreNotFound, OperationOutcomeError } from '@medplum/core';
import { describe, expect, it } from 'vitest';
import { notFound, unauthorized } from '../fhir/index.ts';
import { outcomeAnswer } from './outcome-answer.ts';

const none = (): void => undefined;

describe('outcomeAnswer', () => {
  it('keeps the status of our own outcomes', () => {
    expect(outcomeAnswer(notFound(), 'r1', none)).toMatchObject({ status: 404 });
    expect(outcomeAnswer(unauthorized(), 'r1', none)).toMatchObject({
      status: 401,
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  });

  it("maps outcomes of Medplum's packages by their id", () => {
    expect(outcomeAnswer(new OperationOutcomeError(coreNotFound), 'r1', none).status).toBe(404);
    expect(outcomeAnswer(new OperationOutcomeError(badRequest('x')), 'r1', none).status).toBe(400);
  });

  it('answers 500 with the request id and nothing of what went wrong', () => {
    const seen: unknown[] = [];
    const error = new Error('password of Jane Doe at /srv/app.ts:3');
    const answer = outcomeAnswer(error, 'r-77', (failure) => seen.push(failure));
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('r-77');
    expect(answer.body).not.toMatch(/Jane|password|app\.ts|stack/);
    expect(seen).toEqual([error]);
  });

  it('answers 400 for a character that the database cannot hold', () => {
    for (const code of ['22021', '22P05']) {
      const answer = outcomeAnswer(Object.assign(new Error('x'), { code }), 'r1', none);
      expect([code, answer.status, answer.body]).toEqual([code, 400, expect.stringContaining('U+0000')]);
    }
  });

  it('answers 503 with Retry-After when the database is away or a statement ran out of time', () => {
    for (const code of ['57P01', '53300', '08006', 'ECONNREFUSED', '57014']) {
      const answer = outcomeAnswer(Object.assign(new Error('x'), { code }), 'r1', none);
      expect([code, answer.status, answer.headers?.['Retry-After']]).toEqual([code, 503, '1']);
    }
  });
});
