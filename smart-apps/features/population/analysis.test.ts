import type { Parameters } from '@medplum/fhirtypes';
import { expect, it } from 'vitest';
import { CHUNK, PARALLEL, runAnalysis, scoredIn } from './analysis.ts';

const ids = Array.from({ length: 34 }, (_, index) => `p${index}`);
const all = (body: Parameters): Parameters => ({
  resourceType: 'Parameters',
  parameter: (body.parameter ?? []).map(() => ({
    name: 'assessment',
    part: [{ name: 'outcome', valueCode: 'assessed' }],
  })),
});

it('sends every patient once, in chunks, a few at a time', async () => {
  const seen: string[] = [];
  let under = 0;
  let most = 0;
  const end = await runAnalysis({
    patientIds: ids,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    send: async (body) => {
      under += 1;
      most = Math.max(most, under);
      await Promise.resolve();
      under -= 1;
      expect(body.parameter?.length).toBeLessThanOrEqual(CHUNK);
      seen.push(...(body.parameter ?? []).map((one) => one.valueReference?.reference?.split('/')[1] ?? ''));
      return all(body);
    },
  });
  expect([...seen].sort()).toEqual([...ids].sort());
  expect(most).toBeLessThanOrEqual(PARALLEL);
  expect(end).toEqual({ total: 34, done: 34, scored: 34, failed: 0 });
});

it('counts a chunk that failed and goes on', async () => {
  let call = 0;
  const end = await runAnalysis({
    patientIds: ids,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    send: async (body) => {
      call += 1;
      if (call === 1) {
        throw new Error('down');
      }
      return all(body);
    },
  });
  expect(end).toEqual({ total: 34, done: 34, scored: 24, failed: 10 });
});

it('sends nothing more after a cancel', async () => {
  const controller = new AbortController();
  let calls = 0;
  const end = await runAnalysis({
    patientIds: Array.from({ length: 200 }, (_, index) => String(index)),
    signal: controller.signal,
    onProgress: () => controller.abort(),
    send: async (body) => {
      calls += 1;
      return all(body);
    },
  });
  expect(calls).toBeLessThanOrEqual(PARALLEL);
  expect(end.done).toBeLessThan(200);
});

it('counts only patients that the bot says it scored', () => {
  const part = (outcome: string): Parameters['parameter'] => [
    { name: 'assessment', part: [{ name: 'outcome', valueCode: outcome }] },
  ];
  expect(
    scoredIn({ resourceType: 'Parameters', parameter: [...(part('assessed') ?? []), ...(part('abstained') ?? [])] }),
  ).toBe(1);
  expect(scoredIn(undefined)).toBe(0);
  expect(scoredIn('ok')).toBe(0);
});
