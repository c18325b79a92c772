/** No way of writing skips a step in the life of a note that an AI drafted, or changes what was signed. @see security.md S47 */
import type { Binary, Bundle, DocumentReference, Parameters, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember, type TestMember } from './testing-member.ts';

const PATH = 'DocumentReference';
const SYSTEM = 'urn:note';
const AI = { system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'AIAST' };

let server: TestServer;
let clinic: TestClinic;
let patient: string;
const writers = new Map<string, Pick<TestMember, 'request'>>();
let numbers = 0;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Notes');
  patient = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
  const member = (reference: string) => addMember(server, clinic, [{ resourceType: '*' }], { profile: { reference } });
  writers.set('addressed', await member('Practitioner/dr'));
  writers.set('colleague', await member('Practitioner/other'));
  writers.set('bot', await member('Bot/scribe'));
  writers.set('client', clinic);
}, 120_000);
afterAll(() => server.close());

type Note = DocumentReference & { readonly id: string };

async function noteWith(docStatus: 'preliminary' | 'final'): Promise<Note> {
  numbers += 1;
  const note: DocumentReference = {
    resourceType: 'DocumentReference',
    meta: { security: [AI] },
    identifier: [{ system: SYSTEM, value: String(numbers) }],
    status: 'current',
    docStatus: 'preliminary',
    subject: { reference: `Patient/${patient}` },
    authenticator: { reference: 'Practitioner/dr' },
    content: [{ attachment: { contentType: 'text/plain', data: 'bm90ZQ==' } }],
  };
  const made = (await clinic.request<Note>('POST', PATH, note)).body;
  return docStatus === 'preliminary'
    ? made
    : server.house.systemRepository(clinic.tenant).updateResource<DocumentReference>({ ...made, docStatus });
}

const stored = (id: string): Promise<DocumentReference> =>
  server.house.systemRepository(clinic.tenant).readResource<DocumentReference>(PATH, id);

/** Ways to write a version in place of another. */
type Way = (who: Pick<TestMember, 'request'>, note: Note, wanted: DocumentReference) => Promise<unknown>;

const bundleOf = (type: 'batch' | 'transaction', ...entry: object[]) => ({ resourceType: 'Bundle', type, entry });
const condition = (note: Note) => `${PATH}?identifier=${SYSTEM}|${note.identifier?.[0]?.value}`;
const operations = (wanted: DocumentReference) => [
  { op: 'replace', path: '/docStatus', value: wanted.docStatus },
  { op: 'replace', path: '/content', value: wanted.content },
  { op: 'replace', path: '/meta/security', value: wanted.meta?.security ?? [] },
];
const asBinary = (wanted: DocumentReference): Binary => ({
  resourceType: 'Binary',
  contentType: 'application/json-patch+json',
  data: Buffer.from(JSON.stringify(operations(wanted))).toString('base64'),
});
const fhirPath = (wanted: DocumentReference): Parameters => ({
  resourceType: 'Parameters',
  parameter: [
    {
      name: 'operation',
      part: [
        { name: 'type', valueCode: 'replace' },
        { name: 'path', valueString: 'DocumentReference.docStatus' },
        { name: 'value', valueCode: wanted.docStatus },
      ],
    },
  ],
});

const WAYS: Readonly<Record<string, Way>> = {
  PUT: (who, { id }, wanted) => who.request('PUT', `${PATH}/${id}`, wanted),
  'conditional PUT': (who, note, { id: _, ...wanted }) => who.request('PUT', condition(note), wanted),
  'JSON Patch': (who, { id }, wanted) =>
    who.request('PATCH', `${PATH}/${id}`, operations(wanted), { 'content-type': 'application/json-patch+json' }),
  'FHIRPath Patch': (who, { id }, wanted) => who.request('PATCH', `${PATH}/${id}`, fhirPath(wanted)),
  'conditional PATCH': (who, note, wanted) => who.request('PATCH', condition(note), operations(wanted)),
  'PUT in a batch': (who, { id }, resource) =>
    who.request('POST', '', bundleOf('batch', { resource, request: { method: 'PUT', url: `${PATH}/${id}` } })),
  'PUT in a transaction': (who, { id }, resource) =>
    who.request('POST', '', bundleOf('transaction', { resource, request: { method: 'PUT', url: `${PATH}/${id}` } })),
  'PATCH in a transaction': (who, { id }, wanted) => {
    const request = { method: 'PATCH', url: `${PATH}/${id}` };
    return who.request('POST', '', bundleOf('transaction', { resource: asBinary(wanted), request }));
  },
  'DELETE and PUT': async (who, { id }, wanted) => {
    await who.request('DELETE', `${PATH}/${id}`);
    await who.request('PUT', `${PATH}/${id}`, wanted);
  },
  'DELETE and POST in a transaction': (who, { id }, resource) =>
    who.request(
      'POST',
      '',
      bundleOf(
        'transaction',
        { request: { method: 'DELETE', url: `${PATH}/${id}` } },
        { resource, request: { method: 'POST', url: PATH } },
      ),
    ),
  GraphQL: (who, { id }, wanted) =>
    who.request('POST', '$graphql', {
      query: `mutation { DocumentReferenceUpdate(id: "${id}", res: {resourceType: "DocumentReference", id: "${id}", status: "current", docStatus: "${wanted.docStatus}", content: []}) { id } }`,
    }),
  $import: async (who, _note, wanted) => {
    const started = await who.request('POST', '$import', JSON.stringify(wanted), {
      'content-type': 'application/fhir+ndjson',
      prefer: 'respond-async',
    });
    const status = (started.headers.get('content-location') ?? '').split('/fhir/R4/')[1];
    if (status) {
      await expect
        .poll(async () => (await who.request('GET', status)).status, { timeout: 10_000, interval: 1100 })
        .not.toBe(202);
    }
  },
};

const CASES = Object.keys(WAYS).flatMap((way) => [
  ...['addressed', 'colleague', 'bot', 'client'].map((who) => [way, who] as const),
]);

describe('a draft', () => {
  test.each(CASES)('is not signed by %s of %s', async (way, who) => {
    const note = await noteWith('preliminary');
    const content = [{ attachment: { contentType: 'text/plain', data: 'b3RoZXI=' } }];
    const unlabelled: DocumentReference = { ...note, meta: {}, docStatus: 'final', content };
    for (const wanted of [{ ...note, docStatus: 'final' as const }, unlabelled]) {
      await WAYS[way]?.(writers.get(who) as TestMember, note, wanted);
    }
    const after = await stored(note.id);
    expect([after.docStatus, after.content, after.meta?.security?.map(({ code }) => code)]).toEqual([
      'preliminary',
      note.content,
      ['AIAST'],
    ]);
  });
});

describe('a signed note', () => {
  test.each(CASES)('is not changed by %s of %s', async (way, who) => {
    const note = await noteWith('final');
    const content = [{ attachment: { contentType: 'text/plain', data: 'b3RoZXI=' } }];
    for (const wanted of [
      { ...note, content },
      { ...note, docStatus: 'preliminary' as const },
    ]) {
      await WAYS[way]?.(writers.get(who) as TestMember, note, wanted);
    }
    const after = await stored(note.id);
    expect([after.docStatus, after.content]).toEqual(['final', note.content]);
  });
});

test('an AI begins no note as final, by any way of creating one', async () => {
  const { id: _, ...draft } = await noteWith('preliminary');
  const resource = { ...draft, docStatus: 'final', identifier: [{ system: SYSTEM, value: 'new' }] };
  const bot = writers.get('bot') as TestMember;
  const before = await clinic.request<Bundle>('GET', `${PATH}?doc-status=final&_total=accurate&_count=0`);
  await bot.request('POST', PATH, resource);
  await bot.request('POST', PATH, resource, { 'if-none-exist': `identifier=${SYSTEM}|new` });
  await bot.request('PUT', `${PATH}?identifier=${SYSTEM}|new`, resource);
  for (const type of ['batch', 'transaction'] as const) {
    await bot.request('POST', '', bundleOf(type, { resource, request: { method: 'POST', url: PATH } }));
  }
  const after = await clinic.request<Bundle>('GET', `${PATH}?doc-status=final&_total=accurate&_count=0`);
  expect(after.body.total).toBe(before.body.total);
});
