/**
 * Clinics in which the same ids, URLs and identifiers stand for different records and people. What one is shown of its own
 * says whether anything on the way forgot the tenant: the other's record would come up under the very same name.
 * @see security.md S53
 */
import type { DocumentReference, Resource } from '@medplum/fhirtypes';
import { expect } from 'vitest';
import type { House } from './cross-tenant-testing.ts';
import { personOf, signIn } from './person-testing.ts';
import type { TestAnswer, TestServer } from './testing.ts';

/** A clinic with its records under the shared ids, and its person under the shared profile. */
export interface Twin {
  readonly house: House;
  /** Header of the person. */
  readonly authorization: string;
}

const PATIENT = 'twin-patient';
const SYSTEM = 'urn:twin';
const VITAL_SIGNS = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
};
const PROBLEM = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }],
};
const ACTIVE = { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] };

/** Records of a clinic that have the same ids in each, and say whose they are. */
function recordsOf(mark: string): object[] {
  const subject = { reference: `Patient/${PATIENT}` };
  const code = { text: mark, coding: [{ system: SYSTEM, code: 'twin', display: mark }] };
  const concept = [{ code: 'twin', display: mark }];
  const attachment = { title: mark, contentType: 'text/plain', url: 'Binary/twin-binary' };
  return [
    { resourceType: 'Patient', id: PATIENT, identifier: [{ system: SYSTEM, value: '1' }], name: [{ family: mark }] },
    { resourceType: 'Practitioner', id: 'twin-person', name: [{ family: mark }] },
    {
      resourceType: 'Observation',
      id: 'twin-observation',
      status: 'final',
      category: [VITAL_SIGNS],
      code,
      subject,
      effectiveDateTime: '2026-01-01',
    },
    { resourceType: 'Condition', id: 'twin-condition', category: [PROBLEM], clinicalStatus: ACTIVE, code, subject },
    {
      resourceType: 'Binary',
      id: 'twin-binary',
      contentType: 'text/plain',
      data: Buffer.from(mark).toString('base64'),
      securityContext: subject,
    },
    { resourceType: 'DocumentReference', id: 'twin-document', status: 'current', subject, content: [{ attachment }] },
    {
      resourceType: 'List',
      id: 'twin-list',
      status: 'current',
      mode: 'working',
      title: mark,
      entry: [{ item: subject }],
    },
    {
      resourceType: 'Group',
      id: 'twin-group',
      type: 'person',
      actual: true,
      name: mark,
      member: [{ entity: subject }],
    },
    {
      resourceType: 'CodeSystem',
      id: 'twin-codes',
      url: `${SYSTEM}:codes`,
      status: 'active',
      content: 'complete',
      concept,
    },
    {
      resourceType: 'ValueSet',
      id: 'twin-values',
      url: `${SYSTEM}:values`,
      status: 'active',
      compose: { include: [{ system: `${SYSTEM}:codes` }] },
    },
  ];
}

/** Gives each clinic its records and its person under the ids that all share. */
export async function twinsOf(server: TestServer, houses: readonly House[]): Promise<Twin[]> {
  const twins: Twin[] = [];
  for (const house of houses) {
    const system = server.house.systemRepository(house.clinic.tenant);
    for (const record of recordsOf(house.mark)) {
      await system.createResource(record as Resource, { assignedId: true });
    }
    const profile = { reference: 'Practitioner/twin-person' as const };
    const policy = { resourceType: 'AccessPolicy' as const, name: 'twin', resource: [{ resourceType: '*' }] };
    const person = await personOf(server, house.clinic, policy, { profile });
    twins.push({ house, authorization: `Bearer ${await signIn(server, person)}` });
  }
  return twins;
}

type Ask = readonly [method: string, path: string, body?: unknown];
const transaction = (resource: object): Ask => [
  'POST',
  '',
  {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource, request: { method: 'POST', url: 'Basic' } },
      { request: { method: 'GET', url: `Patient/${PATIENT}` } },
    ],
  },
];

/** Ways to one's own records that go by a shared name. */
const WAYS: Readonly<Record<string, Ask>> = {
  read: ['GET', `Patient/${PATIENT}`],
  vread: ['GET', `Patient/${PATIENT}/_history/1`],
  history: ['GET', `Patient/${PATIENT}/_history`],
  'as of then': ['GET', `Patient/${PATIENT}?_asOf=2100-01-01T00:00:00Z`],
  'bytes of a Binary': ['GET', 'Binary/twin-binary'],
  'search by subject': ['GET', `Observation?subject=Patient/${PATIENT}`],
  'search by identifier': ['GET', `Patient?identifier=${SYSTEM}|1`],
  _include: ['GET', `Observation?_id=twin-observation&_include=Observation:subject`],
  _revinclude: ['GET', `Patient?_id=${PATIENT}&_revinclude=Observation:subject`],
  _has: ['GET', `Patient?_has:Observation:subject:code=${SYSTEM}|twin`],
  chain: ['GET', `Observation?subject:Patient.identifier=${SYSTEM}|1`],
  _list: ['GET', 'Patient?_list=twin-list'],
  compartment: ['GET', `Patient/${PATIENT}/Observation`],
  GraphQL: [
    'POST',
    '$graphql',
    {
      query: `{ Patient(id: "${PATIENT}") { name { family } ObservationList(_reference: subject) { code { text } } } }`,
    },
  ],
  'GraphQL by reference': [
    'POST',
    '$graphql',
    {
      query: '{ Observation(id: "twin-observation") { subject { resource { ... on Patient { name { family } } } } } }',
    },
  ],
  $everything: ['GET', `Patient/${PATIENT}/$everything`],
  $summary: ['GET', `Patient/${PATIENT}/$summary`],
  $docref: ['GET', `DocumentReference/$docref?patient=${PATIENT}`],
  $lastn: ['GET', `Observation/$lastn?patient=Patient/${PATIENT}&category=vital-signs`],
  $csv: ['GET', 'Patient/$csv?_fields=id,name.family'],
  $expand: ['GET', `ValueSet/$expand?url=${SYSTEM}:values`],
  $lookup: ['GET', `CodeSystem/$lookup?system=${SYSTEM}:codes&code=twin`],
  'conditional reference': transaction({
    resourceType: 'Basic',
    code: { text: 'x' },
    subject: { reference: `Patient?identifier=${SYSTEM}|1` },
  }),
};

/** Names of the ways of twins, those of what sessions make included. */
export const TWIN_WAYS: readonly string[] = [...Object.keys(WAYS), 'status of a job', 'signed link', 'end of a job'];

/** Asks each clinic for what is its own; gives where another's came up, and where its own did not. */
export async function askTwins(twins: readonly Twin[]): Promise<{ leaks: string[]; dead: string[] }> {
  const [leaks, dead]: [string[], string[]] = [[], []];
  const judge = (name: string, { mark }: House, { status, text }: TestAnswer<unknown>): void => {
    const others = twins.filter(({ house }) => house.mark !== mark);
    leaks.push(...(others.some(({ house }) => text.includes(house.mark)) ? [name] : []));
    dead.push(...(text.includes(mark) ? [] : [`${name}: ${status} ${text.slice(0, 300)}`]));
  };
  for (const { house } of twins) {
    for (const [name, [method, path, body]] of Object.entries(WAYS)) {
      judge(name, house, await house.clinic.request(method, path, body));
    }
  }
  return { leaks, dead };
}

/** What one person's session made is used by the person of the same name in another clinic; gives what opened. */
export async function exchangeHandles([one, other]: readonly Twin[]): Promise<{ leaks: string[]; dead: string[] }> {
  if (!one || !other) {
    return { leaks: [], dead: ['two clinics are needed'] };
  }
  const ask = <T = never>(
    by: Twin,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => one.house.clinic.request<T>(method, path, body, { authorization: by.authorization, ...headers });
  const entry = [{ request: { method: 'GET', url: `Patient/${PATIENT}` } }];
  const batch = { resourceType: 'Bundle', type: 'batch', entry };
  const started = await ask(one, 'POST', '', batch, { prefer: 'respond-async' });
  const status = (started.headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '';
  await expect.poll(async () => (await ask(one, 'GET', status)).status, { timeout: 20_000, interval: 300 }).toBe(200);
  const shown = await ask<DocumentReference>(one, 'GET', 'DocumentReference/twin-document', undefined, {
    'x-medplum': 'extended',
  });
  const link = shown.body.content[0]?.attachment.url ?? '';
  const follow = async ({ authorization }: Twin) => (await fetch(link, { headers: { authorization } })).status;
  const opened = {
    'status of a job': [(await ask(one, 'GET', status)).status, (await ask(other, 'GET', status)).status],
    'signed link': [await follow(one), await follow(other)],
    'end of a job': [204, (await ask(other, 'DELETE', status)).status],
  };
  return {
    leaks: Object.entries(opened).flatMap(([name, [, theirs = 0]]) => (theirs < 300 ? [name] : [])),
    dead: Object.entries(opened).flatMap(([name, [own = 0]]) => (own < 300 ? [] : [`${name}: ${own}`])),
  };
}
