/** Why somebody may see something, or not: for those who watch over access. @see security.md "Access control" */
import type { Parameters, ParametersParameter, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from './database/index.ts';
import { personOf, signIn } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let officer: string;
let nurse: Awaited<ReturnType<typeof personOf>>;
let nurseToken: string;
let patient: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  officer = await signIn(server, await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'compliance' }));
  nurse = await personOf(server, clinic, {
    resourceType: 'AccessPolicy',
    name: 'nurse',
    resource: [
      {
        resourceType: 'Patient',
        interaction: ['read'],
        criteria: 'Patient?_security:not=R',
        hiddenFields: ['telecom'],
      },
      { resourceType: 'Patient', interaction: ['read'], criteria: 'Patient?_compartment=Practitioner/panel' },
    ],
  });
  nurseToken = await signIn(server, nurse);
  const secret = { resourceType: 'Patient', name: [{ family: 'Zebrowski' }], meta: { security: [{ code: 'R' }] } };
  patient = (await clinic.request<Patient>('POST', 'Patient', secret)).body.id as string;
});
afterAll(() => server.close());

const ask = (query: string, token = officer) =>
  clinic.request<Parameters>('GET', `$explain-access?${query}`, undefined, { authorization: `Bearer ${token}` });

const valuesOf = (parts: readonly ParametersParameter[] | undefined, name: string) =>
  (parts ?? []).filter((one) => one.name === name).map((one) => one.valueCode ?? one.valueString);

test('N16: tells rule by rule why a nurse does not see a patient, and nothing that the record says', async () => {
  const { status, body, text, headers } = await ask(`subject=${nurse.profile}&reference=Patient/${patient}`);
  expect(status, text).toBe(200);
  expect(valuesOf(body.parameter, 'verdict')).toEqual(['deny']);
  const policy = body.parameter?.find((one) => valuesOf(one.part, 'source')[0]?.startsWith('AccessPolicy/'));
  const rules = policy?.part?.filter(({ name }) => name === 'rule').map((rule) => valuesOf(rule.part, 'criteria')[0]);
  expect(rules).toEqual(['Patient?_security:not=R', 'Patient?_compartment=Practitioner/panel']);
  expect(valuesOf(policy?.part?.[2]?.part, 'hiddenField')).toEqual(['telecom']);
  expect(text).not.toContain('Zebrowski');
  const found = await server.database.query<{ interaction: string; agent: string }>(
    sql`SELECT interaction, agent FROM audit_entry WHERE request_id = ${headers.get('x-request-id')}`,
  );
  expect(found.map(({ interaction }) => interaction)).toContain('$explain-access');
});

test('N16: agrees with what happens, for those who see it and those who do not', async () => {
  const open = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id;
  for (const [id, verdict, status] of [
    [open, 'permit', 200],
    [patient, 'deny', 404],
    ['never', 'deny', 404],
  ] as const) {
    const { body } = await ask(`subject=ProjectMembership/${nurse.membership.id}&reference=Patient/${id}`);
    expect(valuesOf(body.parameter, 'verdict')).toEqual([verdict]);
    const read = await clinic.request('GET', `Patient/${id}`, undefined, { authorization: `Bearer ${nurseToken}` });
    expect(read.status).toBe(status);
  }
  const scoped = await ask(`subject=${nurse.profile}&reference=Patient/${open}&scope=user/Observation.rs`);
  expect(valuesOf(scoped.body.parameter, 'verdict')).toEqual(['deny']);
  expect((await ask('subject=Practitioner/nobody&reference=Patient/x')).text).toContain('No active member');
});

test('is for admins and compliance officers alone', async () => {
  const query = `subject=${nurse.profile}&reference=Patient/${patient}`;
  expect((await ask(query, nurseToken)).status).toBe(403);
  expect((await ask('subject=x&reference=y')).status).toBe(400);
});
