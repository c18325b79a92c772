// ai.md §2 and §7: the server itself puts label, Provenance and Device on what an AI writes, and chains a record of each output.
import type {
  Bot,
  Bundle,
  Device,
  DocumentReference,
  Extension,
  OperationOutcome,
  ProjectMembership,
  Provenance,
  RiskAssessment,
} from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from '../../testing.ts';
import { addMember } from '../../testing-member.ts';
import { sha256 } from '../notes/sha256.ts';
import { type AiRecord, verifyAiRecords } from './ai-record.ts';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const system = server.house.systemRepository(clinic.tenant);
  const [member] = await system.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  await system.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
  await system.updateResource({ resourceType: 'Patient', id: 'p1' });
}, 60_000);
afterAll(() => server.close());

const PROMPT = '["risk","1.0.0",["You phrase."],["{{facts}}"],{}]';
const engine: Extension = {
  url: extensionUrl.botEngine,
  extension: [
    { url: 'name', valueString: 'risk-test' },
    { url: 'version', valueString: '2.1.0' },
    { url: 'display', valueString: 'Test engine' },
    { url: 'prompt', valueString: 'risk/1.0.0' },
    { url: 'promptSha256', valueString: sha256(PROMPT) },
    { url: 'promptText', valueString: PROMPT },
    { url: 'validator', valueString: 'checks/3' },
    { url: 'terminology', valueString: 'http://hl7.org/fhir/sid/icd-10-cm|FY2026' },
    { url: 'modelCard', valueMarkdown: '# What it is for' },
  ],
};

const ASSESSMENT = `{ resourceType: 'RiskAssessment', status: 'final', subject: { reference: 'Patient/p1' } }`;
const AIAST = `{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue', code: 'AIAST' }`;

/** Runs code as a bot; `medplum` is its client. What it may do is everything, unless rules are given. */
async function run(code: string, extension: Extension[] = [engine]): Promise<{ status: number; text: string }> {
  const system = server.house.systemRepository(clinic.tenant);
  const { id } = await system.createResource<Bot>({
    resourceType: 'Bot',
    name: 'b',
    ...(extension.length && { extension }),
  });
  const policy = await system.createResource({
    resourceType: 'AccessPolicy',
    name: 'bot',
    resource: [
      { resourceType: 'Patient', interaction: ['read'] },
      { resourceType: 'RiskAssessment', interaction: ['create', 'update', 'read'] },
    ],
  });
  await system.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: { reference: `Bot/${id}` },
    profile: { reference: `Bot/${id}` },
    accessPolicy: { reference: `AccessPolicy/${policy.id}` },
  });
  const source = `exports.handler = async (medplum) => { ${code} };`;
  expect((await clinic.request('POST', `Bot/${id}/$deploy`, { code: source, filename: 'bot.cjs' })).status).toBe(200);
  return clinic.request<OperationOutcome>('POST', `Bot/${id}/$execute`, {});
}

async function assess(code = ''): Promise<string> {
  const { status, text } = await run(
    `await medplum.readResource('Patient', 'p1'); ${code} return (await medplum.createResource(${ASSESSMENT})).id;`,
  );
  expect(status, text).toBe(200);
  return text;
}

const provenancesOf = async (id: string): Promise<Provenance[]> => {
  const { body } = await clinic.request<Bundle<Provenance>>('GET', `Provenance?target=RiskAssessment/${id}`);
  return (body.entry ?? []).flatMap((entry) => entry.resource ?? []);
};
const recordsOf = async (id: string): Promise<AiRecord[]> =>
  (await clinic.request<{ records: AiRecord[] }>('GET', `RiskAssessment/${id}/$ai-records`)).body.records;

describe('what a bot with an engine writes', () => {
  test('gets label, Provenance with Device, inputs and prompt, though the bot and its policy know nothing of them', async () => {
    const id = await assess();
    const { body } = await clinic.request<RiskAssessment>('GET', `RiskAssessment/${id}`);
    expect(body.meta?.security?.map(({ code }) => code)).toEqual(['AIAST']);
    const [provenance, ...others] = await provenancesOf(id);
    expect(others).toEqual([]);
    expect(provenance?.target[0]?.reference).toBe(`RiskAssessment/${id}/_history/1`);
    const [input, prompt, ...more] = provenance?.entity?.map(({ what }) => what.reference) ?? [];
    expect([input, more]).toEqual(['Patient/p1/_history/1', []]);
    const document = (await clinic.request<DocumentReference>('GET', prompt ?? '')).body;
    expect(document).toMatchObject({
      type: { coding: [{ code: 'input-prompt' }] },
      identifier: [{ value: 'risk/1.0.0' }],
    });
    expect(Buffer.from(document.content[0]?.attachment.data ?? '', 'base64').toString()).toBe(PROMPT);
    const device = await clinic.request<Device>('GET', provenance?.agent[0]?.who.reference ?? '');
    expect(device.body).toMatchObject({ version: [{ value: '2.1.0' }], note: [{ text: '# What it is for' }] });
  });

  test('gets one Device for each engine and version', async () => {
    const ids = await Promise.all([assess(), assess(), assess()]);
    const devices = await Promise.all(ids.map(async (id) => (await provenancesOf(id))[0]?.agent[0]?.who.reference));
    expect(new Set(devices).size).toBe(1);
  });

  test('gets them again for each version', async () => {
    const { status, text } = await run(`
      await medplum.readResource('Patient', 'p1');
      const first = await medplum.createResource(${ASSESSMENT});
      const { security, ...meta } = first.meta;
      await medplum.updateResource({ ...first, meta, note: [{ text: 'again' }] });
      return first.id;`);
    expect(status, text).toBe(200);
    const targets = (await provenancesOf(text)).map(({ target }) => target[0]?.reference).sort();
    expect(targets).toEqual([`RiskAssessment/${text}/_history/1`, `RiskAssessment/${text}/_history/2`]);
    const { body } = await clinic.request<RiskAssessment>('GET', `RiskAssessment/${text}`);
    expect(body.meta?.security?.map(({ code }) => code)).toEqual(['AIAST']);
  });

  test('is refused when nothing says what it was made from', async () => {
    const { status, text } = await run(`return (await medplum.createResource(${ASSESSMENT})).id;`);
    expect([status, text.includes('nothing says what it was made from')]).toEqual([400, true]);
  });

  test('is refused as AI where no engine is known, and is nothing special without the label', async () => {
    const labelled = `await medplum.readResource('Patient', 'p1');
      await medplum.createResource({ ...${ASSESSMENT}, meta: { security: [${AIAST}] } });`;
    const { status, text } = await run(labelled, []);
    expect([status, text.includes('says which engine')]).toEqual([400, true]);
    const plain = await run(`return (await medplum.createResource(${ASSESSMENT})).id;`, []);
    expect(plain.status).toBe(200);
    expect(await provenancesOf(plain.text)).toEqual([]);
  });

  test('stands or falls with its Provenance and its record', async () => {
    const before = await verifyAiRecords(server.database, clinic.tenant);
    await server.database.query({
      text: 'ALTER TABLE ai_record ADD CONSTRAINT is_full CHECK (number < 0) NOT VALID',
      values: [],
    });
    const { status } = await run(
      `await medplum.readResource('Patient', 'p1');
       await medplum.createResource({ ...${ASSESSMENT}, note: [{ text: 'half' }] });`,
    );
    await server.database.query({ text: 'ALTER TABLE ai_record DROP CONSTRAINT is_full', values: [] });
    expect(status).toBe(400);
    expect((await clinic.request('GET', 'RiskAssessment?_count=100')).text).not.toContain('half');
    expect(await verifyAiRecords(server.database, clinic.tenant)).toEqual(before);
  });
});

describe('the record of an output', () => {
  test('tells who, what for, with which engine and prompt, from which inputs, by their hashes', async () => {
    const id = await assess();
    const [record] = await recordsOf(id);
    const [patient, output] = await Promise.all([
      clinic.request('GET', 'Patient/p1/_history/1'),
      clinic.request('GET', `RiskAssessment/${id}/_history/1`),
    ]);
    expect(record).toMatchObject({
      kind: 'output',
      output: `RiskAssessment/${id}/_history/1`,
      record: {
        tenant: clinic.tenant,
        patient: 'Patient/p1',
        requester: `ClientApplication/${clinic.clientId}`,
        purpose: 'TREAT',
        engine: { name: 'risk-test', version: '2.1.0' },
        prompt: { id: 'risk/1.0.0', sha256: sha256(PROMPT) },
        inputs: [{ reference: 'Patient/p1/_history/1', sha256: sha256(patient.text) }],
        output: { sha256: sha256(output.text) },
        consents: [],
        validator: 'checks/3',
        terminologies: ['http://hl7.org/fhir/sid/icd-10-cm|FY2026'],
        costUsd: 0,
        modelCalls: [],
        findings: [],
      },
    });
  });

  test('is chained: concurrent writers leave one chain, and every kind of tampering shows', async () => {
    await Promise.all(Array.from({ length: 6 }, () => assess()));
    const whole = await verifyAiRecords(server.database, clinic.tenant);
    expect(whole).toMatchObject({ broken: [] });
    expect(whole.records).toBeGreaterThan(8);
    const tampering = [
      `UPDATE ai_record SET record = replace(record, 'risk-test', 'risk-best') WHERE number = 3`,
      `UPDATE ai_record SET hash = repeat('a', 64) WHERE number = 4`,
      `UPDATE ai_record SET output = 'RiskAssessment/x/_history/1' WHERE number = 5`,
      'DELETE FROM ai_record WHERE number = 2',
    ];
    for (const text of tampering) {
      await server.database
        .transaction(async (tx) => {
          await tx.query({ text, values: [] });
          expect((await verifyAiRecords(tx, clinic.tenant)).broken.length, text).toBeGreaterThan(0);
          throw new Error('undo');
        })
        .catch((error: Error) => expect(error.message).toBe('undo'));
    }
    expect((await verifyAiRecords(server.database, clinic.tenant)).broken).toEqual([]);
  });

  test('is for those who may read the output; its chain for those who may read the audit', async () => {
    const id = await assess();
    const member = await addMember(server, clinic, [{ resourceType: 'Patient' }]);
    expect((await member.request('GET', `RiskAssessment/${id}/$ai-records`)).status).toBe(403);
    expect((await member.request('GET', '$verify-ai-records')).status).toBe(403);
    expect((await clinic.request<{ broken: number[] }>('GET', '$verify-ai-records')).body.broken).toEqual([]);
    const elsewhere = await server.clinic('Other');
    expect((await elsewhere.request('GET', `RiskAssessment/${id}/$ai-records`)).status).toBe(404);
  });
});
