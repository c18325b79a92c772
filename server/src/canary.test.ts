import type { Bundle, Communication, Observation, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { raw, sql } from './database/index.ts';
import { startTestServer, type TestAnswer, type TestClinic, type TestServer } from './testing.ts';

/** What is planted into every string that says something of a person; 200 of them, each once. */
const MARK = 'zqcanary';
let planted = 0;
const canary = (): string => `${MARK}${planted++}x`;

let server: TestServer;
let clinic: TestClinic;
const refused: string[] = [];
const links: string[] = [];

beforeAll(async () => {
  server = await startTestServer({ LOG_LEVEL: 'debug' });
  clinic = await server.clinic();
});
afterAll(() => server.close());

async function ask<T = Resource>(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const answer: TestAnswer<T> = await clinic.request<T>(method, path, body, headers);
  if (answer.status >= 400) {
    refused.push(`${method} ${path} ${answer.status} ${answer.text}`.replace(path, ''));
  }
  links.push(answer.headers.get('location') ?? '', answer.headers.get('content-location') ?? '');
  return answer;
}

const patient = (): Patient => ({
  resourceType: 'Patient',
  name: [{ family: canary(), given: [canary()] }],
  identifier: [{ system: 'http://hl7.org/fhir/sid/us-ssn', value: canary() }],
  telecom: [{ system: 'email', value: `${canary()}@example.org` }],
});
const observation = (subject: string): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: canary() },
  subject: { reference: subject },
  valueString: canary(),
  note: [{ text: canary() }],
});
const message = (subject: string): Communication => ({
  resourceType: 'Communication',
  status: 'completed',
  subject: { reference: subject },
  payload: [{ contentString: canary() }],
});

async function chart(): Promise<void> {
  const made = await ask<Patient>('POST', 'Patient', patient());
  const self = `Patient/${made.body.id}`;
  const measured = await ask<Observation>('POST', 'Observation', observation(self));
  await ask('POST', 'Communication', message(self));
  const path = `Observation/${measured.body.id}`;
  await ask('GET', path);
  await ask('PUT', path, { ...measured.body, note: [{ text: canary() }] });
  await ask('PATCH', path, [{ op: 'add', path: '/note/-', value: { text: canary() } }]);
  await ask('GET', `${path}/_history`);
  await ask('GET', `${self}/$everything`);
  await ask('GET', `Patient?family=${canary()}`);
  await ask('POST', 'Patient/_search', `identifier=${canary()}`, {
    'content-type': 'application/x-www-form-urlencoded',
  });
  await ask('POST', '$graphql', { query: `{ PatientList(name: "${canary()}") { id } }` });
}

/** Requests that are wrong in a way that tempts to quote them. */
async function mistakes(): Promise<void> {
  const made = (await ask<Patient>('POST', 'Patient', patient())).body;
  const path = `Patient/${made.id}`;
  const wrong: unknown[] = [
    { ...made, gender: canary() },
    { ...made, birthDate: canary() },
    { ...made, name: canary() },
    { ...made, name: [{ family: [canary()] }] },
    { ...made, active: canary() },
    { ...made, generalPractitioner: [{ reference: canary(), type: 7 }] },
    { ...made, contact: [{ name: { text: canary() }, gender: canary() }] },
    { ...made, id: canary() },
  ];
  for (const body of wrong) {
    await ask('PUT', path, body);
    await ask('POST', 'Patient/$validate', body);
    await ask('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [{ resource: body, request: { method: 'PUT', url: path } }],
    });
    await ask('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: body, request: { method: 'PUT', url: path } }],
    });
  }
  await ask('POST', 'Patient', `{"resourceType":"Patient","name":[{"family":"${canary()}"`);
  await ask('PATCH', path, [{ op: 'test', path: '/name/0/family', value: canary() }]);
  await ask('PATCH', path, [{ op: 'replace', path: '/gender', value: canary() }]);
  await ask('GET', `Patient?birthdate=${canary()}`);
  await ask('GET', `Observation?value-quantity=${canary()}`);
  await ask('GET', `AuditEvent?date=${canary()}`);
  await ask('GET', `${path}/_history?_since=${canary()}`);
  await ask('GET', `${path}/$disclosures?start=${canary()}`);
  await ask('GET', `Patient/${canary()}%20${canary()}`);
  await ask('POST', '$graphql', { query: `{ Patient(id: "${canary()}") { nonsense(x: "${canary()}") } }` });
  await ask('GET', 'Patient', undefined, { authorization: `Bearer ${canary()}` });
  await ask('GET', 'Patient', undefined, {
    authorization: `Basic ${Buffer.from(`${canary()}:${canary()}`).toString('base64')}`,
  });
  await fetch(`${server.baseUrl}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      email: `${canary()}@example.org`,
      password: canary(),
      codeChallenge: 'x'.repeat(43),
      codeChallengeMethod: 'S256',
    }),
  });
  await server.database.query({ text: 'ALTER TABLE resource RENAME TO resource_away', values: [] });
  try {
    await ask('GET', path);
    await ask('POST', 'Patient', patient());
    await ask('GET', `Patient?family=${canary()}`);
  } finally {
    await server.database.query({ text: 'ALTER TABLE resource_away RENAME TO resource', values: [] });
  }
}

const hits = (texts: readonly string[]) =>
  texts.filter((text) => text.includes(MARK)).map((text) => text.slice(0, 400));

/** Every row of the tables that are no records. */
async function rowsOf(table: string): Promise<string[]> {
  const rows = await server.database.query<{ text: string }>(
    sql`SELECT to_jsonb(t)::text AS text FROM ${raw(table)} t`,
  );
  return rows.map((row) => row.text);
}

test('S74: of 200 strings planted in records and mistakes none shows where it does not belong', async () => {
  while (planted < 120) {
    await chart();
  }
  while (planted < 200) {
    await mistakes();
  }
  const stored = (await ask<Bundle>('GET', 'Patient?_count=1000')).text;
  expect(stored).toContain(MARK);

  expect(refused.length).toBeGreaterThan(20);
  expect(hits(refused)).toEqual([]);
  expect(hits(server.log)).toEqual([]);
  expect(hits(links)).toEqual([]);
  expect(hits([await (await fetch(`${server.baseUrl}/metrics`)).text()])).toEqual([]);
  for (const table of ['audit_entry', 'audit_patient', 'outbox', 'session', 'sign_in_failure']) {
    expect(hits(await rowsOf(table)), table).toEqual([]);
  }
});
