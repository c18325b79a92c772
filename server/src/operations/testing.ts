import { setTimeout } from 'node:timers/promises';
import type { OperationOutcome } from '@medplum/fhirtypes';
import { expect } from 'vitest';
import type { TestAnswer, TestClinic } from '../testing.ts';

/** One file in a manifest. */
export interface ListedFile {
  readonly type: string;
  readonly url: string;
  readonly count: number;
}

/** What a finished job answers. */
export interface Manifest {
  readonly transactionTime: string;
  readonly request: string;
  readonly requiresAccessToken: boolean;
  readonly output: ListedFile[];
  readonly deleted: ListedFile[];
  readonly error: ListedFile[];
}

/** Path below the FHIR base. */
export function below(url: string | null): string {
  return (url ?? '').split('/fhir/R4/')[1] as string;
}

/** What most jobs here take, in ms. */
const USUAL_MS = 300;

/** Asks for the status, as often as it says, until the job is done. */
export async function finished<T = Manifest>(kickOff: TestAnswer<OperationOutcome>, by: TestClinic): Promise<T> {
  expect(kickOff.status, kickOff.text).toBe(202);
  const status = kickOff.headers.get('content-location');
  await setTimeout(USUAL_MS);
  for (;;) {
    const answer = await by.request<T>('GET', below(status));
    if (answer.status !== 202) {
      expect(answer.status, answer.text).toBe(200);
      return answer.body;
    }
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await setTimeout(1000);
  }
}

/** Lines of files, each file checked against what the manifest says of it. */
export async function linesOf(files: readonly ListedFile[], by: TestClinic): Promise<string[]> {
  const lines: string[] = [];
  for (const file of files) {
    const answer = await by.request('GET', below(file.url));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/fhir+ndjson');
    const list = answer.text.trimEnd().split('\n');
    expect(list).toHaveLength(file.count);
    lines.push(...list);
  }
  return lines;
}
