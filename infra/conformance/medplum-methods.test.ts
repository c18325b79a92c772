/**
 * What MedplumClient has beside records and searches: each method gets what it waits for, or a refusal in words.
 * @see https://www.medplum.com/docs/sdk/core.medplumclient
 */
import { MedplumClient, type OperationOutcomeError } from '@medplum/core';
import type { ClientApplication, Patient, ProjectMembership } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';

let server: TestServer;
let clinic: TestClinic;
let client: MedplumClient;
/** As the server names itself: the client sends its token to no other origin. */
let baseUrl: string;
let patient: Patient & { readonly id: string };

beforeAll(async () => {
  server = await startTestServer();
  baseUrl = `${server.baseUrl.replace('127.0.0.1', 'localhost')}/`;
  clinic = await server.clinic('Conformance');
  const repository = server.house.systemRepository(clinic.tenant);
  const [membership] = await repository.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  await repository.updateResource<ProjectMembership>({ ...(membership as ProjectMembership), admin: true });
  client = await signedIn();
  patient = await client.createResource<Patient>({ resourceType: 'Patient', name: [{ family: 'Lund' }] });
});
afterAll(() => server.close());

async function signedIn(options: ConstructorParameters<typeof MedplumClient>[0] = {}): Promise<MedplumClient> {
  const made = new MedplumClient({ baseUrl, cacheTime: 0, ...options });
  await made.startClientLogin(clinic.clientId, clinic.clientSecret);
  return made;
}

/** What the client is told when a call of its is refused. */
async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  const told = await call.then(
    () => undefined,
    (error: OperationOutcomeError) => error.outcome.issue[0]?.details,
  );
  return told?.coding?.[0]?.code ?? told?.text;
}

describe('MedplumClient, unchanged, about itself', () => {
  it('knows its profile, project and rights', async () => {
    expect((await client.getProfileAsync())?.id).toBe(clinic.clientId);
    expect([client.getProject()?.id, client.isProjectAdmin(), client.isSuperAdmin()]).toEqual([
      clinic.projectId,
      true,
      false,
    ]);
    expect(client.getProjectMembership()?.admin).toBe(true);
    expect(client.getUserConfiguration()?.resourceType).toBe('UserConfiguration');
    expect(client.getLogins().map(({ project }) => project.reference)).toEqual([`Project/${clinic.projectId}`]);
    expect(client.rateLimitStatus().map(({ name }) => name)).toContain('client');
  });

  it('signs in by a header, by both ways at once as the command line does, and without a token', async () => {
    await signedIn({ authCredentialsMethod: 'header' });
    const basic = new MedplumClient({ baseUrl, cacheTime: 0 });
    basic.setBasicAuth(clinic.clientId, clinic.clientSecret);
    expect((await basic.readResource('Patient', patient.id)).id).toBe(patient.id);
    const { id } = await basic.startClientLogin(clinic.clientId, clinic.clientSecret);
    expect(id).toBe(clinic.clientId);
  });
});

describe('MedplumClient, unchanged, on records', () => {
  it('upserts, and keeps one version when nothing changed', async () => {
    const identifier = [{ system: 'urn:x', value: '1' }];
    const first = await client.upsertResource<Patient>({ resourceType: 'Patient', identifier }, 'identifier=urn:x|1');
    const again = await client.upsertResource<Patient>({ resourceType: 'Patient', identifier }, 'identifier=urn:x|1');
    expect([again.id, again.meta?.versionId]).toEqual([first.id, '1']);
  });

  it('sends what belongs together as one batch by itself', async () => {
    const batching = await signedIn({ autoBatchTime: 20 });
    const [read, found, missing] = await Promise.all([
      batching.readResource('Patient', patient.id),
      batching.search('Patient', 'family=Lund'),
      refusal(batching.readResource('Patient', 'not-there')),
    ]);
    expect([read.id, found.entry?.length, missing]).toEqual([patient.id, 1, 'not-found']);
  });

  it('loads schemas, a summary, references and comments', async () => {
    await client.requestSchema('Patient');
    await client.requestProfileSchema('http://hl7.org/fhir/StructureDefinition/vitalsigns', { expandProfile: true });
    expect((await client.readPatientSummary(patient.id)).type).toBe('document');
    expect((await client.readReference({ reference: `Patient/${patient.id}` })).id).toBe(patient.id);
    expect(await client.readCanonical(['Questionnaire', 'ValueSet'], 'http://nowhere.test/x')).toBeUndefined();
    const comment = await client.createComment(patient, 'Hello');
    expect(comment.subject?.reference).toBe(`Patient/${patient.id}`);
  });

  it('keeps media, documents and PDFs', async () => {
    const file = { data: 'Hello', contentType: 'text/plain', filename: 'a.txt' };
    const media = await client.createMedia(file);
    expect([media.status, await (await client.download(media.content.url ?? '')).text()]).toEqual([
      'completed',
      'Hello',
    ]);
    const document = await client.createDocumentReference(file);
    expect(document.content[0]?.attachment.url).toBeTypeOf('string');
    const writing = await signedIn({ createPdf: async () => new Blob(['%PDF-1.4']) as never });
    const pdf = await writing.createPdf({ docDefinition: { content: ['x'] } });
    expect(await (await client.download(`Binary/${pdf.id}`)).text()).toBe('%PDF-1.4');
  });
});

describe('MedplumClient, unchanged, with what takes its time', () => {
  const poll = { pollStatusOnAccepted: true, pollStatusPeriod: 50 };

  it('exports in bulk, and downloads what it got', async () => {
    const { output = [] } = await client.bulkExport('Patient', 'Patient', undefined, { ...poll });
    expect(output.map(({ type }) => type)).toEqual(['Patient']);
    expect(await (await client.download(output[0]?.url ?? '')).text()).toContain(patient.id);
  });

  it('sends a batch to be done later', async () => {
    const entry = [{ request: { method: 'GET', url: `Patient/${patient.id}` } }];
    const body = JSON.stringify({ resourceType: 'Bundle', type: 'batch', entry });
    const headers = { 'Content-Type': 'application/fhir+json' };
    const answer = await client.startAsyncRequest(client.fhirUrl().toString(), { ...poll, body, headers });
    expect(answer).toMatchObject({ resourceType: 'Bundle', type: 'batch-response' });
  });
});

describe('the administration that Medplum’s app calls', () => {
  it('shows a project, makes clients and bots, invites, and ends a membership', async () => {
    const at = `admin/projects/${clinic.projectId}`;
    expect(await client.get(at)).toMatchObject({ project: { id: clinic.projectId, name: 'Conformance' } });
    const made: ClientApplication = await client.post(`${at}/client`, { name: 'App' });
    expect(made.secret).toBeTypeOf('string');
    expect(await client.post(`${at}/bot`, { name: 'Bot', description: '' })).toMatchObject({ resourceType: 'Bot' });
    expect(await client.post(`${at}/secrets`, [{ name: 'KEY', valueString: 'x' }])).toMatchObject({
      secret: [{ name: 'KEY' }],
    });
    const policy = await client.createResource({
      resourceType: 'AccessPolicy',
      name: 'patient',
      resource: [{ resourceType: 'Patient' }],
    });
    const invited = (await client.invite(clinic.projectId, {
      resourceType: 'Patient',
      firstName: 'Ann',
      lastName: 'Lee',
      email: 'ann@conformance.example',
      sendEmail: false,
      membership: { access: [{ policy: { reference: `AccessPolicy/${policy.id}` } }] },
    })) as ProjectMembership;
    const member = `${at}/members/${invited.id}`;
    expect(await client.get(member)).toMatchObject({ resourceType: 'ProjectMembership' });
    await client.delete(member);
    expect(await refusal(client.get(member, { cache: 'reload' }))).toBe('not-found');
  });
});

describe('what is not there', () => {
  const device = { reference: 'Device/1' } as const;
  it.each<[string, (medplum: MedplumClient) => Promise<unknown>, string]>([
    ['sendEmail', (medplum) => medplum.sendEmail({ to: 'a@b.example', subject: 'x', text: 'y' }), 'not-offered'],
    ['keyValue', (medplum) => medplum.keyValue.set('a', 'b'), 'not-offered'],
    ['getCdsServices', (medplum) => medplum.getCdsServices(), 'not-offered'],
    ['fhircastSubscribe', (medplum) => medplum.fhircastSubscribe('topic', ['Patient-open']), 'not-offered'],
    ['startGoogleLogin', (medplum) => medplum.startGoogleLogin({ ...NO_GOOGLE }), 'not-offered'],
    ['pushToAgent', (medplum) => medplum.pushToAgent({ reference: 'Agent/1' }, device, 'x'), 'unknown-operation'],
    ['readResourceGraph', (medplum) => medplum.readResourceGraph('Patient', patient.id, 'x'), 'unknown-operation'],
    ['executeBot', (medplum) => medplum.executeBot('not-there', {}), 'not-found'],
    ['super admin', (medplum) => medplum.post('admin/super/reindex', {}), 'not-offered'],
    ['sites', (medplum) => medplum.post(`admin/projects/${clinic.projectId}/sites`, []), 'not-offered'],
  ])('is refused in words: %s', async (_, call, code) => {
    expect(await refusal(call(client))).toBe(code);
  });
});

/** A challenge of its own, since MedplumClient makes one in browsers only. */
const NO_GOOGLE = {
  googleClientId: 'x',
  googleCredential: 'y',
  codeChallenge: 'x',
  codeChallengeMethod: 'S256',
} as const;
