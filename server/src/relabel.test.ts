/** Labels follow the codes: also those that a clinic adds, for records that were there before. @see security.md S48 */
import type { Bundle, Condition, OperationOutcome, Patient, Project, ValueSet } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUBSTANCE_USE_CODES } from './substance-use-program.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

const LOCAL = 'https://clinic.example/codes';

let server: TestServer;
let clinic: TestClinic;
let patient: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Labels');
  patient = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
}, 120_000);
afterAll(() => server.close());

const condition = (code: string): Condition => ({
  resourceType: 'Condition',
  subject: { reference: `Patient/${patient}` },
  code: { coding: [{ system: LOCAL, code }] },
});
const make = async (code: string) => (await clinic.request<Condition>('POST', 'Condition', condition(code))).body;
const labelled = async () =>
  (await clinic.request<Bundle>('GET', 'Condition?_security=42CFRPart2&_total=accurate')).body.total;

async function finished(path: string): Promise<{ output: { url: string }[] }> {
  let answer = await clinic.request<{ output: { url: string }[] }>('GET', path);
  await expect
    .poll(
      async () => {
        answer = await clinic.request('GET', path);
        return answer.status;
      },
      { timeout: 20_000, interval: 1200 },
    )
    .toBe(200);
  return answer.body;
}

test('S48: a code that a clinic adds labels what is written from then on, and what was there before', async () => {
  for (let n = 0; n < 5; n++) {
    await make('detox');
  }
  const other = await make('cough');
  expect(await labelled()).toBe(0);
  const codes: ValueSet = {
    resourceType: 'ValueSet',
    url: SUBSTANCE_USE_CODES,
    status: 'active',
    compose: { include: [{ system: LOCAL, concept: [{ code: 'detox' }] }] },
  };
  expect((await clinic.request('POST', 'ValueSet', codes)).status).toBe(201);
  await expect.poll(async () => (await make('detox')).meta?.security?.length, { timeout: 8000, interval: 500 }).toBe(3);
  await expect.poll(labelled, { timeout: 20_000, interval: 500 }).toBeGreaterThanOrEqual(6);
  expect((await clinic.request<Condition>('GET', `Condition/${other.id}`)).body.meta?.security).toBeUndefined();
}, 60_000);

test('S48: the same on demand, with its progress, for those who may', async () => {
  const member = await addMember(server, clinic, [{ resourceType: '*' }]);
  expect((await member.request('POST', '$relabel', {})).status).toBe(403);
  const repository = server.house.systemRepository(clinic.tenant);
  const isProgram = async (valueBoolean: boolean) => {
    const project = await repository.readResource<Project>('Project', clinic.projectId);
    await repository.updateResource<Project>({ ...project, setting: [{ name: 'part2Program', valueBoolean }] });
  };
  await isProgram(false);
  let made = await make('detox');
  await expect
    .poll(
      async () => {
        made = await make('detox');
        return made.meta?.security;
      },
      { timeout: 8000, interval: 500 },
    )
    .toBeUndefined();
  await isProgram(true);
  const started = await clinic.request('POST', '$relabel', {}, { prefer: 'respond-async' });
  expect(started.status).toBe(202);
  const manifest = await finished((started.headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '');
  const file = await clinic.request('GET', manifest.output[0]?.url.split('/fhir/R4/')[1] ?? '');
  expect((JSON.parse(file.text) as OperationOutcome).issue[0]?.details?.text).toMatch(/ 1 labelled$/);
  expect((await repository.readResource<Condition>('Condition', made.id as string)).meta?.security).toHaveLength(3);
}, 60_000);
