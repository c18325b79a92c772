/** Records under 42 CFR Part 2 in everything that gives out many of them. @see security.md S39, S48 */
import type { Bundle, Consent, Patient, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember, type TestMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;
let app: TestMember;
let patient: string;

const KEPT_BACK = ['Condition', 'DocumentReference'];
const OPIOIDS = { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F11.20', display: 'secret-habit' }] };

async function create<T extends Resource>(resource: T): Promise<string> {
  const { status, body, text } = await clinic.request<T>('POST', resource.resourceType, resource);
  expect(status, text).toBe(201);
  return body.id as string;
}

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  patient = await create<Patient>({ resourceType: 'Patient', name: [{ family: 'Seen' }] });
  const subject = { reference: `Patient/${patient}` };
  const problem = {
    resourceType: 'Condition' as const,
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }],
      },
    ],
    subject,
  };
  await create({ ...problem, code: OPIOIDS });
  await create({ ...problem, code: { text: 'open-ailment' } });
  const content: [{ attachment: { title: string } }] = [{ attachment: { title: 'secret-habit' } }];
  await create({ resourceType: 'DocumentReference', status: 'current', type: OPIOIDS, subject, content });
  const rules = KEPT_BACK.map((resourceType) => ({
    resourceType,
    criteria: `${resourceType}?_security:not=42CFRPart2`,
  }));
  app = await addMember(server, clinic, [{ resourceType: 'Patient' }, ...rules]);
});
afterAll(() => server.close());

/** All ways of asking for many records at once that answer at once. */
const WAYS = (): [string, string, unknown?][] => [
  ['GET', `Patient/${patient}/$everything`],
  ['GET', `Patient/${patient}/$summary`],
  ['GET', `DocumentReference/$docref?patient=${patient}`],
  ['GET', 'Condition/$csv?_fields=id,code.coding.display,code.text'],
  ['POST', '$graphql', { query: '{ ConditionList { code { coding { display } text } } }' }],
  ['POST', '', { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Condition' } }] }],
];

/** Text of the files of an export of Conditions, and whether each answer carried the notice. */
async function exported(by: TestMember): Promise<{ text: string; hasNotice: boolean }> {
  const kickOff = await by.request('GET', 'Patient/$export?_type=Condition', undefined, { prefer: 'respond-async' });
  const below = (url: string): string => url.slice(url.indexOf('/fhir/R4/') + '/fhir/R4/'.length);
  const status = below(kickOff.headers.get('content-location') ?? '');
  const poll = () => by.request<{ output: { url: string }[] }>('GET', status);
  await expect.poll(async () => (await poll()).status, { timeout: 20_000, interval: 1000 }).toBe(200);
  const { output } = (await poll()).body;
  const files = await Promise.all(output.map(({ url }) => by.request('GET', below(url))));
  const hasNotice = files.every(({ headers }) => headers.has('part2-notice'));
  return { text: files.map(({ text }) => text).join(''), hasNotice };
}

describe('without a consent', () => {
  it('nothing that is labelled leaves, by whatever way', async () => {
    for (const [method, path, body] of WAYS()) {
      const { status, text, headers } = await app.request(method, path, body);
      expect([path, status, text.includes('secret-habit')]).toEqual([path, 200, false]);
      expect(headers.get('part2-notice')).toBeNull();
    }
    const { text: files, hasNotice } = await exported(app);
    expect(files).toContain('open-ailment');
    expect([files.includes('secret-habit'), hasNotice]).toEqual([false, false]);
  });
});

describe('with a consent that names the app', () => {
  it('it leaves with its notice, by every way', async () => {
    await create<Consent>({
      resourceType: 'Consent',
      status: 'active',
      scope: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/consentscope', code: 'patient-privacy' }] },
      category: [{ coding: [{ system: 'http://loinc.org', code: '59284-0' }] }],
      policyRule: { text: '42 CFR Part 2' },
      patient: { reference: `Patient/${patient}` },
      provision: {
        type: 'permit',
        securityLabel: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: '42CFRPart2' }],
        actor: [{ role: { text: 'recipient' }, reference: { reference: `ClientApplication/${app.clientId}` } }],
      },
    });
    const total = async () => (await app.request<Bundle>('GET', 'Condition?_total=accurate')).body.total;
    await expect.poll(total, { timeout: 5000 }).toBe(2);
    for (const [method, path, body] of WAYS()) {
      const { text, headers } = await app.request(method, path, body);
      expect([path, text.includes('secret-habit'), headers.has('part2-notice')]).toEqual([path, true, true]);
    }
    const { text: files, hasNotice } = await exported(app);
    expect([files.includes('secret-habit'), hasNotice]).toEqual([true, true]);
  });
});
