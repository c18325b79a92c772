// N8: the clinic chooses the version of a prompt, and the scribe uses that one: canary, roll-back, on demand and by event
import { createHash } from 'node:crypto';
import type { DocumentReference, Encounter, Parameters, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentCoding, documentFormatCoding, identifierSystem } from '../../fhir-profiles/src/index.ts';
import { type MessagesStandIn, startMessagesStandIn } from '../../server/src/models/testing/messages-stand-in.ts';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';
import { addMember } from '../../server/src/testing-member.ts';
import { deployBots, recordingConsent } from './bot-clinic.ts';

const SAID = `[doctor] what brings you in today ?
[patient] i have been feeling depressed and i have no energy .
[doctor] for your depression , i want to see you again in four weeks .
`;
const DRAFT = {
  sentences: [
    {
      section: 'history',
      text: 'The patient has been feeling depressed.',
      evidence: [{ turn: 2, quote: 'i have been feeling depressed' }],
    },
    { section: 'assessment', text: 'Depression.', evidence: [{ turn: 3, quote: 'for your depression' }] },
  ],
};

let model: MessagesStandIn;
let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  model = await startMessagesStandIn();
  model.script = () => ({ text: JSON.stringify(DRAFT) });
  server = await startTestServer({ ANTHROPIC_API_KEY: 'key-of-the-test', ANTHROPIC_BASE_URL: model.url });
  clinic = await server.clinic();
  await deployBots(server, clinic, ['soap']);
}, 60_000);
afterAll(async () => {
  await server.close();
  await model.close();
});

function system() {
  return server.house.systemRepository(clinic.tenant);
}

async function create<T extends Resource>(resource: T): Promise<T & { id: string }> {
  const { status, body, text } = await clinic.request<T & { id: string }>('POST', resource.resourceType, resource);
  expect(status, text).toBe(201);
  return body;
}

const encoded = (text: string): string => Buffer.from(text).toString('base64');

async function prompt(version: string) {
  const text = `text of ${version}`;
  const report = {
    version: 1,
    prompt: `soap/${version}`,
    promptSha256: createHash('sha256').update(text).digest('hex'),
    data: { name: 'aci-bench valid', sha256: 'b'.repeat(64) },
    date: '2026-11-20',
    approver: 'Practitioner/lead',
    figures: { A1: 1, A2: 0.95, A3: 0.97, B1: 0.44, B2: 0 },
  };
  const attached = (data: string) => ({ contentType: 'application/json', data: encoded(data) });
  return create<DocumentReference>({
    resourceType: 'DocumentReference',
    identifier: [{ system: identifierSystem.prompt, value: `soap/${version}` }],
    status: 'current',
    docStatus: 'preliminary',
    type: { coding: [documentCoding.prompt] },
    content: [
      { attachment: attached(text), format: documentFormatCoding.prompt },
      { attachment: attached(JSON.stringify(report)), format: documentFormatCoding.evalReport },
    ],
  });
}

async function activate({ id }: { readonly id: string }, share: number): Promise<void> {
  const { status, text } = await clinic.request('POST', `DocumentReference/${id}/$activate?share=${share}`);
  expect(status, text).toBe(200);
}

async function visit() {
  const patient = await create({ resourceType: 'Patient' });
  const doctor = await create({ resourceType: 'Practitioner' });
  const subject = { reference: `Patient/${patient.id}` };
  const encounter = await create<Encounter>({
    resourceType: 'Encounter',
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject,
    participant: [{ individual: { reference: `Practitioner/${doctor.id}` } }],
  });
  await create(recordingConsent(subject));
  const path = `Encounter/${encounter.id}/$transcript`;
  expect((await clinic.request('POST', path, SAID, { 'content-type': 'text/plain' })).status).toBe(201);
  const all = [{ resourceType: '*' as const }];
  const profile = { reference: `Practitioner/${doctor.id}` };
  return { encounter, physician: await addMember(server, clinic, all, { profile }) };
}

/** The version of the prompt that a draft says it was made with. */
function versionOf(draft: DocumentReference): string {
  const evidence = JSON.parse(Buffer.from(draft.content[1]?.attachment.data ?? '', 'base64').toString()) as {
    readonly engine: { readonly version: string };
    readonly prompt?: { readonly version: string };
  };
  expect(evidence.engine.version).toBe(evidence.prompt?.version);
  return `soap/${evidence.prompt?.version}`;
}

async function chosenFor(encounter: Encounter & { id: string }): Promise<string | undefined> {
  const path = `Encounter/${encounter.id}/$active-prompt?prompt=soap`;
  const { body } = await clinic.request<Parameters>('GET', path);
  return body.parameter?.[0]?.valueString;
}

async function draftsOf(encounter: Encounter & { id: string }): Promise<DocumentReference[]> {
  const found = await system().searchResources<DocumentReference>({ resourceType: 'DocumentReference', count: 200 });
  return found.filter(
    ({ docStatus, category, context }) =>
      docStatus === 'preliminary' &&
      category !== undefined &&
      context?.encounter?.[0]?.reference === `Encounter/${encounter.id}`,
  );
}

async function draftByEvent(encounter: Encounter & { id: string }): Promise<DocumentReference> {
  await clinic.request('PUT', `Encounter/${encounter.id}`, { ...encounter, status: 'finished' });
  for (let attempt = 0; attempt < 100; attempt++) {
    const [draft] = await draftsOf(encounter);
    if (draft) {
      return draft;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`No draft came: ${server.log.slice(-5).join('\n')}`);
}

describe('the version of a prompt', () => {
  it('follows activation, canary and roll-back, on demand and by event', async () => {
    const [first, second] = [await prompt('1.0.0'), await prompt('1.1.0')];
    await activate(first, 100);
    await activate(second, 50);
    const used = new Set<string>();
    let canary: Awaited<ReturnType<typeof visit>> | undefined;
    for (let n = 0; n < 20 && used.size < 2; n++) {
      const each = await visit();
      const expected = await chosenFor(each.encounter);
      const path = `Encounter/${each.encounter.id}/$draft-note`;
      for (let again = 0; again < 2; again++) {
        const { status, body, text } = await each.physician.request<DocumentReference>('POST', path);
        expect(status, text).toBe(201);
        expect(versionOf(body)).toBe(expected);
      }
      used.add(expected ?? '');
      canary = expected === 'soap/1.1.0' ? each : canary;
    }
    expect([...used].sort()).toEqual(['soap/1.0.0', 'soap/1.1.0']);
    for (let n = 0; n < 3; n++) {
      const { encounter } = await visit();
      const expected = await chosenFor(encounter);
      expect(versionOf(await draftByEvent(encounter))).toBe(expected);
    }
    await activate(first, 100);
    const { body } = (await canary?.physician.request<DocumentReference>(
      'POST',
      `Encounter/${canary.encounter.id}/$draft-note`,
    )) ?? { body: undefined };
    expect(body && versionOf(body)).toBe('soap/1.0.0');
  }, 60_000);

  it('is refused where the bot does not hold it', async () => {
    await activate(await prompt('9.0.0'), 100);
    const { encounter, physician } = await visit();
    const { status, body } = await physician.request('POST', `Encounter/${encounter.id}/$draft-note`);
    expect([status, JSON.stringify(body)]).toEqual([200, expect.stringContaining('prompt-unknown')]);
  }, 30_000);

  it('stands in the record of the call with the elements that were shown', async () => {
    const [call] = await server.database.query<{ manifest: string }>({
      text: 'SELECT manifest FROM model_call WHERE tenant = $1 LIMIT 1',
      values: [clinic.tenant],
    });
    expect(JSON.parse(call?.manifest ?? '[]')).toContainEqual({
      reference: expect.stringMatching(/^DocumentReference\/.+\/_history\//) as string,
      fields: ['content'],
    });
  });
});
