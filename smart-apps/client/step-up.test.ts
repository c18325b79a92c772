import { OperationOutcomeError } from '@medplum/core';
import { expect, it, vi } from 'vitest';
import { isStepUpRequired, runProven, StepUpCancelledError } from './step-up.ts';

function refusal(code: string): OperationOutcomeError {
  return new OperationOutcomeError({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'forbidden', details: { coding: [{ code }] } }],
  });
}

/** @see security.md S60 */
it('asks for a proof when the server wants one, and runs the action again', async () => {
  const action = vi
    .fn<() => Promise<string>>()
    .mockRejectedValueOnce(refusal('step-up-required'))
    .mockResolvedValue('signed');
  expect(await runProven(action, async () => true)).toBe('signed');
  expect(action).toHaveBeenCalledTimes(2);
});

it('does nothing when the person does not want to prove it', async () => {
  const action = vi.fn<() => Promise<string>>().mockRejectedValue(refusal('step-up-required'));
  await expect(runProven(action, async () => false)).rejects.toBeInstanceOf(StepUpCancelledError);
  expect(action).toHaveBeenCalledTimes(1);
});

it('asks for no proof for any other refusal', async () => {
  const prove = vi.fn(async () => true);
  await expect(runProven(() => Promise.reject(refusal('forbidden')), prove)).rejects.toThrow();
  expect(prove).not.toHaveBeenCalled();
  expect(isStepUpRequired(new Error('step-up-required'))).toBe(false);
});
