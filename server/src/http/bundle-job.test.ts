import type { Bundle, OperationOutcome } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { below, finished } from '../operations/testing.ts';
import { startTestServer, type TestClinic, type TestServer } from '../testing.ts';

// https://hl7.org/fhir/R4/async.html

let server: TestServer;
let clinic: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
});
afterAll(() => server.close());

const ASYNC = { prefer: 'respond-async, return=minimal' };
const put = (id: string, rest: object = {}) => ({
  request: { method: 'PUT', url: `Patient/${id}` },
  resource: { resourceType: 'Patient', id, ...rest },
});
const bundleOf = (type: string, entry: object[]) => ({ resourceType: 'Bundle', type, entry });

test('a batch is carried out in the background, and its answer kept', async () => {
  const kickOff = await clinic.request<OperationOutcome>(
    'POST',
    '',
    bundleOf('batch', [put('a'), put('b', { x: 1 })]),
    ASYNC,
  );
  expect(kickOff.headers.get('content-location')).toMatch(/^http.*\/fhir\/R4\/\$job-status\//);
  const answer = await finished<Bundle>(kickOff, clinic);
  expect(answer.type).toBe('batch-response');
  expect(answer.entry?.[0]?.response?.status).toBe('200 OK');
  const inner = answer.entry?.[0]?.resource as Bundle;
  expect(inner.entry?.map((entry) => entry.response?.status.slice(0, 3))).toEqual(['201', '400']);
  expect(inner.entry?.[0]?.resource).toBeUndefined();
  expect((await clinic.request('GET', 'Patient/a')).status).toBe(200);
});

test('a transaction that is refused says so in its answer, and writes nothing', async () => {
  const kickOff = await clinic.request<OperationOutcome>(
    'POST',
    '',
    bundleOf('transaction', [put('c'), put('d', { x: 1 })]),
    ASYNC,
  );
  const answer = await finished<Bundle>(kickOff, clinic);
  expect(answer.entry?.[0]?.response?.status).toBe('400 Bad Request');
  expect(answer.entry?.[0]?.resource?.resourceType).toBe('OperationOutcome');
  expect((await clinic.request('GET', 'Patient/c')).status).toBe(404);
});

test('what was under way when its process died is not done twice', async () => {
  await server.database.query({
    text: `ALTER TABLE job ADD CONSTRAINT asleep CHECK (kind <> 'bundle' OR state <> 'running' OR attempts > 1)`,
    values: [],
  });
  const kickOff = await clinic.request<OperationOutcome>('POST', '', bundleOf('batch', [put('e')]), ASYNC);
  expect(kickOff.status).toBe(202);
  expect(kickOff.text).toContain('see Content-Location');
  await server.database.query({
    text: `UPDATE job SET state = 'running', worker = 'dead', attempts = 2, heartbeat_at = now() - interval '1 hour' WHERE state = 'queued'`,
    values: [],
  });
  const status = below(kickOff.headers.get('content-location'));
  for (;;) {
    const answer = await clinic.request<OperationOutcome>('GET', status);
    if (answer.status !== 202) {
      expect(answer.status).toBe(500);
      expect(answer.body.issue[0]?.details?.coding?.[0]?.code).toBe('bundle-interrupted');
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  expect((await clinic.request('GET', 'Patient/e')).status).toBe(404);
});

test('refuses at once what is no Bundle', async () => {
  expect((await clinic.request('POST', '', { resourceType: 'Patient' }, ASYNC)).status).toBe(400);
});
