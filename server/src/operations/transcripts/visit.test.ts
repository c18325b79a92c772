// A visit from its sound to a draft: consent before the first byte, immutable transcripts, drafts by a bot in its own process.
import { connect } from 'node:net';
import type {
  Binary,
  Bot,
  Bundle,
  Claim,
  Consent,
  DocumentReference,
  GuidanceResponse,
  OperationOutcome,
  Parameters,
  ParametersParameter,
  ProjectMembership,
} from '@medplum/fhirtypes';
import { extensionUrl, identifierSystem } from '@mindbridge/fhir-profiles';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issuesOf, startTestServer, type TestAnswer, type TestClinic, type TestServer } from '../../testing.ts';
import { addMember, type TestMember } from '../../testing-member.ts';
import { draftBundle, draftEvidence, SPOKEN } from '../notes/testing.ts';
import { spokenTurns } from '../notes/transcript-text.ts';
import { recordingConsent, testAudio } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let physician: TestMember;
let visits = 0;

const CLINICIAN = 'Practitioner/dr';
const keys = ({ body }: TestAnswer<OperationOutcome>) => issuesOf(body).map(([key]) => key);

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const system = server.house.systemRepository(clinic.tenant);
  const [member] = await system.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  await system.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
  physician = await addMember(server, clinic, [{ resourceType: '*' }], { profile: { reference: CLINICIAN } });
  await deployScribe();
}, 60_000);
afterAll(() => server.close());

interface Visit {
  readonly patient: string;
  readonly encounter: string;
}

async function visit(consent: ConsentParts | false = {}): Promise<Visit> {
  const n = ++visits;
  const system = server.house.systemRepository(clinic.tenant);
  const [patient, encounter] = [`Patient/v${n}`, `Encounter/v${n}`];
  await system.updateResource({ resourceType: 'Patient', id: `v${n}` });
  await system.updateResource({
    resourceType: 'Encounter',
    id: `v${n}`,
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: patient },
  });
  if (consent !== false) {
    await system.createResource(recordingConsent(patient, consent));
  }
  return { patient, encounter };
}
type ConsentParts = Partial<Consent>;

const send = <T = OperationOutcome>(
  { encounter }: Visit,
  body: unknown,
  contentType = 'text/plain',
  query = '',
): Promise<TestAnswer<T>> =>
  physician.request<T>('POST', `${encounter}/$transcript${query}`, body, { 'content-type': contentType });

async function stored({ encounter }: Visit): Promise<DocumentReference[]> {
  const { body } = await physician.request<Bundle<DocumentReference>>(
    'GET',
    `DocumentReference?encounter=${encounter}`,
  );
  return (body.entry ?? []).flatMap((entry) => entry.resource ?? []);
}

/** Why there is no draft of a visit, as its record tells. */
async function abstentions({ encounter }: Visit): Promise<GuidanceResponse[]> {
  const found = await server.house
    .systemRepository(clinic.tenant)
    .searchResources<GuidanceResponse>({ resourceType: 'GuidanceResponse', count: 500 });
  return found.filter((each) => each.encounter?.reference === encounter);
}

/** A bot that drafts the note of the tests; the template says how it behaves. */
async function deployScribe(): Promise<void> {
  const system = server.house.systemRepository(clinic.tenant);
  const { id } = await system.createResource<Bot>({
    resourceType: 'Bot',
    name: 'Scribe',
    identifier: [{ system: identifierSystem.deployment, value: 'soap' }],
    extension: [
      {
        url: extensionUrl.botEngine,
        extension: [
          { url: 'name', valueString: 'soap-test' },
          { url: 'version', valueString: '1.0.0' },
          { url: 'display', valueString: 'Test engine' },
        ],
      },
    ],
  });
  await system.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: { reference: `Bot/${id}` },
    profile: { reference: `Bot/${id}` },
  });
  const about = { patient: 'PATIENT', encounter: 'ENCOUNTER', clinician: 'CLINICIAN', transcript: 'TRANSCRIPT' };
  const evidence = draftEvidence('DocumentReference/TRANSCRIPT/_history/1');
  const bundle = JSON.stringify(draftBundle(about, evidence));
  const code = `
    const bundle = ${JSON.stringify(bundle)};
    exports.handler = async (medplum, { input }) => {
      const named = (name) => input.parameter.find((each) => each.name === name);
      const reference = (name) => named(name)?.valueReference.reference;
      const template = named('template').valueCode;
      if (template === 'BIRP') throw new Error('broken');
      if (template === 'APSO') return 'nonsense';
      if (template === 'DAP' || !reference('transcript')) {
        return { kind: 'abstain', code: 'transcript-missing', reason: 'There is no transcript of this visit.' };
      }
      const [, id] = reference('transcript').split('/');
      await medplum.readResource('DocumentReference', id);
      const recode = (data) => btoa(atob(data).replaceAll('DocumentReference/TRANSCRIPT/_history/1', 'DocumentReference/' + id + '/_history/1'));
      const parsed = JSON.parse(bundle
        .replaceAll('"PATIENT"', JSON.stringify(reference('patient')))
        .replaceAll('"ENCOUNTER"', JSON.stringify(reference('encounter')))
        .replaceAll('"CLINICIAN"', JSON.stringify(reference('clinician')))
        .replaceAll('"TRANSCRIPT"', JSON.stringify(reference('transcript'))));
      const attachment = parsed.entry[1].resource.content[1].attachment;
      attachment.data = recode(attachment.data);
      const written = await medplum.executeBatch(parsed);
      const [composition, document, task] = written.entry.map((entry) => entry.response.location.split('/fhir/R4/')[1].split('/_history')[0]);
      return { kind: 'draft', document, composition, task };
    };`;
  const answer = await clinic.request('POST', `Bot/${id}/$deploy`, { code, filename: 'scribe.cjs' });
  expect(answer.status, answer.text).toBe(200);
}

describe('Encounter/$transcript', () => {
  test('numbers the turns of what was said, and keeps it as it is', async () => {
    const one = await visit();
    const answer = await send<DocumentReference>(one, SPOKEN);
    expect(answer.status, answer.text).toBe(201);
    const { body } = answer;
    const bytes = await physician.request('GET', body.content[0]?.attachment.url ?? '');
    expect(bytes.text.split('\n')[1]).toBe('[patient] I have had chest pain since Monday, no fever.');
    const turns = JSON.parse(Buffer.from(body.content[1]?.attachment.data ?? '', 'base64').toString());
    expect(turns.turns).toHaveLength(6);
    expect(turns.turns[1]).toMatchObject({ turn: 2, speaker: 'patient' });
    expect(body.context?.related?.[0]?.reference).toMatch(/^Consent\/.+\/_history\/1$/);
    const changed = { ...body, content: [{ attachment: { contentType: 'text/plain', data: 'eA==' } }] };
    expect((await physician.request('PUT', `DocumentReference/${body.id}`, changed)).status).toBe(422);
    const { body: binary } = await physician.request<Binary>('GET', body.content[0]?.attachment.url ?? '', undefined, {
      accept: 'application/fhir+json',
    });
    const rewritten = { ...binary, data: 'eA==' };
    expect((await physician.request('PUT', `Binary/${binary.id}`, rewritten)).status).toBe(422);
    expect((await clinic.request('PUT', `Binary/${binary.id}`, rewritten)).status).toBe(422);
  });

  test('is not got around by writing a transcript plainly', async () => {
    const [one, silent] = [await visit(), await visit(false)];
    const { body } = await send<DocumentReference>(one, SPOKEN);
    const { id: _id, meta: _meta, ...copy } = body;
    const elsewhere = {
      ...copy,
      subject: { reference: silent.patient },
      context: { encounter: [{ reference: silent.encounter }] },
    };
    expect((await physician.request('POST', 'DocumentReference', copy)).status).toBe(201);
    expect(keys(await physician.request('POST', 'DocumentReference', elsewhere))).toEqual(['transcript-consent']);
  });

  test.each<[string, ConsentParts | false]>([
    ['without a consent', false],
    ['with one that was withdrawn', { status: 'inactive' }],
    ['with one that denies', { provision: { type: 'deny' } }],
    ['with one that has ended', { provision: { type: 'permit', period: { end: '2020-01-01' } } }],
    ['with one to something else', { category: [{ text: 'Photographs' }] }],
    [
      'with one to another visit',
      { provision: { type: 'permit', data: [{ meaning: 'instance', reference: { reference: 'Encounter/x' } }] } },
    ],
  ])('%s is refused, and nothing is stored', async (_name, consent) => {
    const one = await visit(consent);
    const answer = await send(one, SPOKEN);
    expect([answer.status, keys(answer)]).toEqual([403, ['transcript-consent']]);
    expect(await stored(one)).toEqual([]);
  });

  test('is refused before the first byte of the body is sent', async () => {
    const { encounter } = await visit(false);
    const { port, hostname } = new URL(server.baseUrl);
    const head = `POST /fhir/R4/${encounter}/$transcript HTTP/1.1\r\nHost: x\r\nAuthorization: ${physician.authorization}\r\nContent-Type: text/plain\r\nContent-Length: 1000000\r\n\r\n`;
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write(head));
      socket.once('data', (data) => {
        resolve(data.toString());
        socket.destroy();
      });
    });
    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 403 Forbidden');
  });

  test.each<[string, unknown, string, number, string | undefined]>([
    ['empty', '', 'text/plain', 422, 'transcript-empty'],
    ['blank', '[doctor]  \n[patient] ...\n', 'text/plain', 422, 'transcript-empty'],
    [
      'in Spanish',
      `[doctor] ${'buenos días, ¿cómo está usted hoy señora? me duele mucho la cabeza desde ayer '.repeat(4)}`,
      'text/plain',
      422,
      'transcript-language',
    ],
    ['in Russian', '[doctor] Здравствуйте, что вас беспокоит сегодня?', 'text/plain', 422, 'transcript-language'],
    [
      '10 MB long',
      `[doctor] ${'so tell me how you are doing today. '.repeat(300_000)}`,
      'text/plain',
      413,
      'transcript-size',
    ],
    ['no text but bytes', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 1]), 'text/plain', 422, 'transcript-binary'],
    ['a PDF', new Uint8Array([0x25, 0x50]), 'application/pdf', 415, 'media-type'],
    ['JSON of another kind', { turns: 'x' }, 'application/json', 400, 'transcript-turns'],
    ['sound that is none', new Uint8Array(100), 'audio/wav', 422, 'speech-unknown-audio'],
  ])('a body that is %s is refused, and nothing is stored', async (_name, body, contentType, status, key) => {
    const one = await visit();
    const answer = await send(one, body, contentType);
    expect([answer.status, keys(answer)[0]]).toEqual([status, key]);
    expect(await stored(one)).toEqual([]);
    const kept = await abstentions(one);
    expect(kept.map(({ reasonCode }) => reasonCode?.[0]?.coding?.[0]?.code)).toEqual(key === 'media-type' ? [] : [key]);
    expect(kept.every(({ reasonCode }) => /^[A-Z].{10,}/.test(reasonCode?.[0]?.text ?? ''))).toBe(true);
  });

  test('hears a test audio, says that it was simulated, and keeps the times of the turns', async () => {
    const one = await visit();
    const spoken = spokenTurns(SPOKEN).map((turn, i) => ({ ...turn, audioStart: i * 5, audioEnd: i * 5 + 4 }));
    const answer = await send<DocumentReference>(one, testAudio(spoken), 'audio/wav');
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body.extension?.[0]).toMatchObject({ valueBoolean: true });
    expect(answer.body.description).toContain('Simulated');
    const { turns } = JSON.parse(Buffer.from(answer.body.content[1]?.attachment.data ?? '', 'base64').toString());
    expect(turns[1]).toMatchObject({ audioStart: 5, audioEnd: 9 });
    expect((await stored(one)).length).toBe(2);
    expect(keys(await send(one, testAudio(spoken), 'audio/wav', '?speech=deepgram'))).toEqual(['speech-engine']);
  });

  test('is not for patients, nor for whom the policy lets write no document', async () => {
    const one = await visit();
    const patient = await addMember(server, clinic, [{ resourceType: '*' }], { profile: { reference: one.patient } });
    const reader = await addMember(server, clinic, [{ resourceType: 'Encounter' }]);
    for (const who of [patient, reader]) {
      const type = { 'content-type': 'text/plain' };
      expect((await who.request('POST', `${one.encounter}/$transcript`, SPOKEN, type)).status).toBe(403);
    }
  });
});

describe('Encounter/$draft-note', () => {
  const ask = <T = DocumentReference>(one: Visit, query = '', who: Pick<TestMember, 'request'> = physician) =>
    who.request<T>('POST', `${one.encounter}/$draft-note${query}`);

  test('answers the draft of the bot, addressed to the physician, ready for review', async () => {
    const one = await visit();
    await send(one, SPOKEN);
    const answer = await ask(one);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({ docStatus: 'preliminary', authenticator: { reference: CLINICIAN } });
    expect((await clinic.request('GET', `DocumentReference/${answer.body.id}`)).status).toBe(404);
    const review = await physician.request('POST', `DocumentReference/${answer.body.id}/$review`);
    expect(review.status, review.text).toBe(200);
  });

  test.each([
    ['an abstention', '?template=DAP', 'transcript-missing'],
    ['a bot that breaks', '?template=BIRP', 'engine-failed'],
    ['a bot that returns nonsense', '?template=APSO', 'engine-failed'],
  ])('%s is a GuidanceResponse that says why', async (_name, query, code) => {
    const one = await visit();
    await send(one, SPOKEN);
    const { status, body, text } = await ask<GuidanceResponse>(one, query);
    expect([status, body.resourceType], text).toEqual([200, 'GuidanceResponse']);
    expect(body.reasonCode?.[0]?.coding?.[0]?.code).toBe(code);
    expect(body.reasonCode?.[0]?.text).toBeTruthy();
    expect((await stored(one)).length).toBe(1);
  });

  test('is refused to who could not review it, without consent, and for another visit', async () => {
    const one = await visit();
    const { body } = await send<DocumentReference>(one, SPOKEN);
    const nurse = await addMember(
      server,
      clinic,
      [
        { resourceType: 'Encounter' },
        { resourceType: 'DocumentReference', criteria: 'DocumentReference?author=%profile' },
      ],
      { profile: { reference: 'Practitioner/nurse' } },
    );
    expect((await ask(one, '', nurse)).status).toBe(403);
    expect((await ask(one, '', clinic)).status).toBe(403);
    expect((await ask(one, '?template=LETTER')).status).toBe(400);
    const other = await visit();
    expect((await ask(other, `?transcript=DocumentReference/${body.id}`)).status).toBe(422);
    const silent = await visit(false);
    expect(keys(await ask<OperationOutcome>(silent))).toEqual(['transcript-consent']);
  });
});

describe('$evidence', () => {
  const partsOf = (parts: ParametersParameter[] | undefined, name: string) =>
    (parts ?? []).filter((part) => part.name === name);
  const pick = (parts: ParametersParameter[] | undefined, name: string) =>
    Object.entries({ ...partsOf(parts, name)[0] }).find(([key]) => key.startsWith('value'))?.[1];

  test('walks from a code to the note, to what was said, to its time in the sound', async () => {
    const one = await visit();
    const spoken = spokenTurns(SPOKEN).map((turn, i) => ({ ...turn, audioStart: i * 5, audioEnd: i * 5 + 4 }));
    await send(one, testAudio(spoken), 'audio/wav');
    const { body: draft } = await physician.request<DocumentReference>('POST', `${one.encounter}/$draft-note`);
    const { body: note } = await physician.request<Parameters>('GET', `DocumentReference/${draft.id}/$evidence`);
    expect(note.parameter).toHaveLength(5);
    const [, , , sentence] = note.parameter ?? [];
    const [support] = partsOf(sentence?.part, 'support');
    expect(pick(support?.part, 'resolves')).toBe(true);
    expect([pick(support?.part, 'audio-start'), pick(support?.part, 'audio-end')]).toEqual([20, 24]);
    const sound = pick(support?.part, 'audio') as { reference: string };
    expect((await physician.request('GET', sound.reference)).status).toBe(200);
    const [start, end] = [pick(sentence?.part, 'start'), pick(sentence?.part, 'end')] as [number, number];
    const claim: Claim = {
      resourceType: 'Claim',
      status: 'draft',
      use: 'claim',
      type: { text: 'professional' },
      patient: { reference: one.patient },
      created: '2026-01-15',
      provider: { reference: CLINICIAN },
      priority: { text: 'normal' },
      insurance: [{ sequence: 1, focal: true, coverage: { display: 'x' } }],
      diagnosis: [
        {
          sequence: 1,
          diagnosisCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'M94.0' }] },
          extension: [
            {
              url: extensionUrl.codeEvidence,
              extension: [
                { url: 'rationale', valueString: 'Named in the assessment' },
                { url: 'note', valueReference: { reference: `DocumentReference/${draft.id}/_history/1` } },
                { url: 'start', valueInteger: start },
                { url: 'end', valueInteger: end },
              ],
            },
          ],
        },
      ],
    };
    const { body: created } = await physician.request<Claim>('POST', 'Claim', claim);
    const { body: codes } = await physician.request<Parameters>('GET', `Claim/${created.id}/$evidence`);
    const [evidence] = partsOf(codes.parameter?.[0]?.part, 'evidence');
    const sentences = partsOf(evidence?.part, 'sentence');
    expect(sentences.map((each) => pick(each.part, 'text'))).toEqual(['Costochondritis.']);
    expect(pick(partsOf(sentences[0]?.part, 'support')[0]?.part, 'audio-start')).toBe(20);
  });

  test('shows nobody a note that is not theirs', async () => {
    const one = await visit();
    await send(one, SPOKEN);
    const { body: draft } = await physician.request<DocumentReference>('POST', `${one.encounter}/$draft-note`);
    expect((await clinic.request('GET', `DocumentReference/${draft.id}/$evidence`)).status).toBe(404);
  });
});
