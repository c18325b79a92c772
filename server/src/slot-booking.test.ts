/** Patients book free Slots, and each once. @see security.md S79, the row of the patient */
import type { AccessPolicy, Appointment, Patient, Schedule, Slot } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BASE_POLICIES } from './base-policies-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let schedule: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const actor = [{ display: 'Dr. Heron' }];
  schedule = (await clinic.request<Schedule>('POST', 'Schedule', { resourceType: 'Schedule', actor })).body
    .id as string;
});
afterAll(() => server.close());

async function slot(status: Slot['status'] = 'free'): Promise<string> {
  const times = { start: '2027-01-01T10:00:00Z', end: '2027-01-01T11:00:00Z' };
  const made = await clinic.request<Slot>('POST', 'Slot', {
    ...{ resourceType: 'Slot', schedule: { reference: `Schedule/${schedule}` }, status },
    ...times,
  });
  return `Slot/${made.body.id}`;
}

async function patient() {
  const { id } = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body;
  const actor = { reference: `Patient/${id}` };
  const person = await personOf(server, clinic, BASE_POLICIES.get('patient') as AccessPolicy, {
    profile: actor as never,
    parameter: [{ name: 'patient', valueReference: actor }],
  });
  const authorization = `Bearer ${await signIn(server, person)}`;
  const visit = (...slots: string[]): Appointment => ({
    ...{ resourceType: 'Appointment', status: 'booked', slot: slots.map((reference) => ({ reference })) },
    ...{ start: '2027-01-01T10:00:00Z', end: '2027-01-01T11:00:00Z' },
    participant: [{ status: 'accepted', actor }],
  });
  const ask = (method: string, path: string, body: unknown) =>
    clinic.request<Appointment>(method, path, body, { authorization });
  return { visit, ask, book: (...slots: string[]) => ask('POST', 'Appointment', visit(...slots)) };
}

const statusOf = async (reference: string) => (await clinic.request<Slot>('GET', reference)).body.status;

test('S79: of 64 who book the last Slot at once, one has it', async () => {
  const last = await slot();
  const [one, two] = [await patient(), await patient()];
  const answers = await Promise.all(Array.from({ length: 64 }, (_, n) => (n % 2 ? one : two).book(last)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(63);
  expect(await statusOf(last)).toBe('busy');
});

test('a Slot that is busy, booked by the staff, or unknown is refused; of two Slots both are taken or none', async () => {
  const one = await patient();
  const [free, busy, squeezed] = [await slot(), await slot('busy'), await slot()];
  expect((await clinic.request('POST', 'Appointment', one.visit(squeezed))).status).toBe(201);
  for (const refused of [[busy], [squeezed], ['Slot/nobody'], [free, busy]]) {
    expect((await one.book(...refused)).status, refused.join()).toBe(409);
  }
  expect(await statusOf(free)).toBe('free');
});

test('who cancels gives the Slot back; in a transaction nothing is booked', async () => {
  const [one, two] = [await patient(), await patient()];
  const wanted = await slot();
  const entry = [{ resource: one.visit(wanted), request: { method: 'POST', url: 'Appointment' } }];
  expect((await one.ask('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(422);
  const { body } = await one.book(wanted);
  expect((await two.book(wanted)).status).toBe(409);
  expect((await one.ask('PUT', `Appointment/${body.id}`, { ...body, status: 'cancelled' })).status).toBe(200);
  expect(await statusOf(wanted)).toBe('free');
  expect((await two.book(wanted)).status).toBe(201);
});
