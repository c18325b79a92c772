// Time travel: a read or search with _asOf equals the fold of the history up to that instant.
import type { Bundle, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;
/** What each patient looked like after each write, by the instant of the write. */
const states: { at: string; id: string; patient?: Patient }[] = [];

async function remember(answer: Promise<{ body: Patient }>): Promise<Patient> {
  const { body } = await answer;
  states.push({ at: body.meta?.lastUpdated as string, id: body.id as string, patient: body });
  return body;
}

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const genders = ['female', 'male', 'other'] as const;
  for (let i = 0; i < 6; i++) {
    let patient = await remember(
      clinic.request('POST', 'Patient', { resourceType: 'Patient', gender: genders[i % 3] }),
    );
    patient = await remember(
      clinic.request('PUT', `Patient/${patient.id}`, { ...patient, gender: genders[(i + 1) % 3] }),
    );
    if (i % 2 === 0) {
      await clinic.request('DELETE', `Patient/${patient.id}`);
      const history = await clinic.request<Bundle>('GET', `Patient/${patient.id}/_history?_count=1`);
      states.push({ at: history.body.entry?.[0]?.response?.lastModified as string, id: patient.id as string });
    }
  }
});
afterAll(() => server.close());

/** The patients of a gender at an instant, by brute force. */
function fold(at: string, gender: string): string[] {
  const latest = new Map(states.filter((state) => state.at <= at).map((state) => [state.id, state.patient]));
  return [...latest]
    .filter(([, patient]) => patient?.gender === gender)
    .map(([id]) => id)
    .sort();
}

describe('_asOf', () => {
  it('searches equal the fold of the history at every instant', async () => {
    for (const { at } of states) {
      for (const gender of ['female', 'male']) {
        const { body } = await clinic.request<Bundle<Patient>>('GET', `Patient?gender=${gender}&_asOf=${at}`);
        const found = (body.entry ?? []).map((entry) => entry.resource?.id as string).sort();
        expect([at, found]).toEqual([at, fold(at, gender)]);
        expect(body.total).toBe(found.length);
      }
    }
  });

  it('reads equal the version of that instant; before the first write there is none', async () => {
    const first = states[0];
    const read = await clinic.request<Patient>('GET', `Patient/${first?.id}?_asOf=${first?.at}`);
    expect(read.body).toEqual(first?.patient);
    expect((await clinic.request('GET', `Patient/${first?.id}?_asOf=2001-01-01T00:00:00Z`)).status).toBe(404);
    expect((await clinic.request('GET', `Patient/${first?.id}?_asOf=${new Date().toISOString()}`)).status).toBe(410);
  });

  it('tells nothing of an element that the policy hides', async () => {
    await clinic.request('POST', 'Patient', { resourceType: 'Patient', birthDate: '1971-03-04' });
    const member = await addMember(server, clinic, [{ resourceType: 'Patient', hiddenFields: ['birthDate'] }]);
    const now = new Date().toISOString();
    const total = async (query: string) =>
      (await member.request<Bundle>('GET', `Patient?${query}&_asOf=${now}`)).body.total;
    expect(await total('birthdate=1971-03-04')).toBe(0);
    expect(await total('birthdate:missing=true')).toBe(await total('_lastUpdated=gt2000'));
  });

  it('leads from page to page of the past, also when it is asked for by a form', async () => {
    for (const family of ['A', 'B', 'C']) {
      await clinic.request('POST', 'Patient', { resourceType: 'Patient', name: [{ family: `Paged${family}` }] });
    }
    const now = new Date().toISOString();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const first = await clinic.request<Bundle>('POST', 'Patient/_search', `family=paged&_count=2&_asOf=${now}`, form);
    const next = first.body.link?.find(({ relation }) => relation === 'next')?.url?.split('/fhir/R4/')[1] as string;
    expect([first.body.total, new URLSearchParams(next).get('_asOf')]).toEqual([3, now]);
    const second = (await clinic.request<Bundle>('GET', next.replace('/_search', ''))).body;
    expect([second.total, second.entry?.length]).toEqual([3, 1]);
    expect(second.link?.map(({ relation }) => relation)).toEqual(['self', 'first', 'previous']);
  });

  it('refuses what cannot be told from the past, and what is no instant', async () => {
    const now = new Date().toISOString();
    expect((await clinic.request('GET', `Observation?subject:Patient.gender=male&_asOf=${now}`)).status).toBe(400);
    expect((await clinic.request('GET', `Patient?_sort=birthdate&_asOf=${now}`)).status).toBe(400);
    expect((await clinic.request('GET', 'Patient?_asOf=yesterday')).status).toBe(400);
  });
});
