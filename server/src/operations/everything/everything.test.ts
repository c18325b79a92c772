/** @see https://hl7.org/fhir/R4/patient-operation-everything.html */
import type { Bundle, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from '../../testing.ts';
import { addMember } from '../../testing-member.ts';

const CHART = 10_000;
let server: TestServer;
let clinic: TestClinic;
let id: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const made = await clinic.request<Patient & { id: string }>('POST', 'Patient', { resourceType: 'Patient' });
  id = made.body.id;
  for (let sent = 1; sent < CHART; sent += 3333) {
    const entry = Array.from({ length: 3333 }, (_, i) => ({
      resource: {
        resourceType: 'Observation',
        status: 'final',
        code: { text: `${sent + i}` },
        subject: { reference: `Patient/${id}` },
      },
      request: { method: 'POST', url: 'Observation' },
    }));
    const answer = await clinic.request('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    expect(answer.status).toBe(200);
  }
});
afterAll(() => server.close());

const below = (url: string): string => url.slice(url.indexOf('/fhir/R4/') + '/fhir/R4/'.length);

/** Every id on all pages, and how large the largest page was. */
async function walk(path: string, by: Pick<TestClinic, 'request'>): Promise<{ ids: string[]; largest: number }> {
  const ids: string[] = [];
  let largest = 0;
  for (let next: string | undefined = path; next !== undefined; ) {
    const { body, text }: { body: Bundle; text: string } = await by.request<Bundle>('GET', next);
    largest = Math.max(largest, text.length);
    ids.push(...(body.entry ?? []).map(({ resource }) => `${resource?.resourceType}/${resource?.id}`));
    const link = body.link?.find(({ relation }) => relation === 'next');
    next = link && below(link.url);
  }
  return { ids, largest };
}

describe('S42: $everything', () => {
  it('gives a chart of ten thousand resources, each once, in pages that do not grow with it', async () => {
    const { ids, largest } = await walk(`Patient/${id}/$everything?_count=1000`, clinic);
    expect(ids).toHaveLength(CHART);
    expect(new Set(ids).size).toBe(CHART);
    expect(largest).toBeLessThan(1_000_000);
  });

  it('takes _type and _since', async () => {
    const only = await walk(`Patient/${id}/$everything?_type=Patient`, clinic);
    expect(only.ids).toEqual([`Patient/${id}`]);
    const since = new Date(Date.now() + 60_000).toISOString();
    expect((await walk(`Patient/${id}/$everything?_since=${since}`, clinic)).ids).toEqual([]);
  });

  it('takes its parameters in a body, and names those it does not have', async () => {
    const parameter = [{ name: '_type', valueString: 'Patient' }];
    const body = { resourceType: 'Parameters', parameter };
    const { body: page } = await clinic.request<Bundle>('POST', `Patient/${id}/$everything`, body);
    expect(page.entry?.map(({ resource }) => resource?.id)).toEqual([id]);
    const unknown = await clinic.request<OperationOutcome>('GET', `Patient/${id}/$everything?from=2026-01-01`);
    expect([unknown.status, issuesOf(unknown.body)]).toEqual([400, [['operation-parameter', 'from']]]);
    const lenient = { prefer: 'handling=lenient' };
    const url = `Patient/${id}/$everything?from=2026-01-01&_count=1`;
    expect((await clinic.request('GET', url, undefined, lenient)).status).toBe(200);
  });

  it('takes start and end as dates of care', async () => {
    const { body: other } = await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' });
    const subject = { reference: `Patient/${other.id}` };
    const kept = { status: 'finished', subject, class: { code: 'AMB' } };
    for (const [name, period] of Object.entries({
      before: { start: '2019-02-01', end: '2019-03-01' },
      across: { start: '2019-12-30', end: '2020-01-02' },
      within: { start: '2020-06-01', end: '2020-06-02' },
      ongoing: { start: '2018-01-01' },
      after: { start: '2021-01-01', end: '2021-01-02' },
    })) {
      await clinic.request('PUT', `Encounter/${name}`, { resourceType: 'Encounter', id: name, ...kept, period });
    }
    const ids = async (query: string) => (await walk(`Patient/${other.id}/$everything?${query}`, clinic)).ids.sort();
    const patient = `Patient/${other.id}`;
    const inside = ['Encounter/across', 'Encounter/ongoing', 'Encounter/within', patient];
    expect(await ids('start=2020&end=2020-12-31')).toEqual(inside);
    expect(await ids('start=2020-01-01&end=2020&_count=2')).toEqual(inside);
    expect(await ids('end=2019-03-01')).toEqual(['Encounter/before', 'Encounter/ongoing', patient]);
    expect(await ids('start=2021')).toEqual(['Encounter/after', 'Encounter/ongoing', patient]);
    const wrong = await clinic.request<OperationOutcome>('GET', `${patient}/$everything?start=soon`);
    expect([wrong.status, issuesOf(wrong.body)]).toEqual([400, [['operation-parameter', 'start']]]);
  });

  it('keeps to the policy of the caller, and is 404 for a patient he may not see', async () => {
    const few = await addMember(server, clinic, [{ resourceType: 'Patient' }]);
    expect((await walk(`Patient/${id}/$everything`, few)).ids).toEqual([`Patient/${id}`]);
    const none = await addMember(server, clinic, [{ resourceType: 'Patient', criteria: 'Patient?active=true' }]);
    expect((await none.request('GET', `Patient/${id}/$everything`)).status).toBe(404);
  });
});
