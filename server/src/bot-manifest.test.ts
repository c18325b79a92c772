// N13: what a bot's manifest does not declare fails at deploy, and at run whatever its policy says; S71: secrets; N5: replay.
import type { Bot, Bundle, OperationOutcome, Parameters, Project, ProjectMembership } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

const MANIFEST = 'https://mindbridge.health/fhir/StructureDefinition/bot-manifest';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const repository = server.house.systemRepository(clinic.tenant);
  const [member] = await repository.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  await repository.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
  const project = await repository.readResource<Project>('Project', clinic.projectId);
  const secret = [{ name: 'KEY', valueString: 'hush-hush-42' }];
  await repository.updateResource<Project>({ ...project, secret });
}, 60_000);
afterAll(() => server.close());

async function makeBot(extension?: Bot['extension']): Promise<string> {
  const repository = server.house.systemRepository(clinic.tenant);
  const { id } = await repository.createResource<Bot>({
    resourceType: 'Bot',
    name: 'b',
    ...(extension && { extension }),
  });
  await repository.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: { reference: `Bot/${id}` },
    profile: { reference: `Bot/${id}` },
  });
  return id;
}

const declares = (...parts: [string, string][]): Bot['extension'] => [
  { url: MANIFEST, extension: parts.map(([url, valueCode]) => ({ url, valueCode })) },
];
const deploy = (id: string, code: string) =>
  clinic.request<OperationOutcome>('POST', `Bot/${id}/$deploy`, { code, filename: 'bot.cjs' });
const execute = (id: string) => clinic.request<OperationOutcome>('POST', `Bot/${id}/$execute`, {});

/** Asks for a type in a way that no reader of the code can see. */
const reads = (type: string): string =>
  `exports.handler = async (medplum) => { const t = ['${type.slice(0, 2)}', '${type.slice(2)}'].join('');
    return (await medplum.search(t, '_count=1')).resourceType; };`;
const writes = (type: string, status: string): string =>
  `exports.handler = async (medplum) => { const r = JSON.parse('{"resourceType":"${type}"}');
    return (await medplum.createResource({ ...r, status: '${status}', code: { text: 'x' } })).resourceType; };`;

describe('manifest', () => {
  it('refuses at deploy what the code plainly does without declaring it', async () => {
    const id = await makeBot(declares(['read', 'Patient']));
    const { status, body } = await deploy(id, `exports.handler = async (m) => m.searchResources('Observation');`);
    expect(status).toBe(422);
    expect(body.issue[0]?.details?.text).toContain('reads Observation');
  });

  it('refuses at run what was not declared, though the policy permits it', async () => {
    const id = await makeBot(declares(['read', 'Patient'], ['write', 'Observation']));
    await deploy(id, reads('Patient'));
    expect((await execute(id)).status).toBe(200);
    await deploy(id, reads('Observation'));
    expect((await execute(id)).status).toBe(400);
    await deploy(id, writes('Observation', 'final'));
    expect((await execute(id)).status).toBe(200);
    await deploy(id, writes('Procedure', 'completed'));
    expect((await execute(id)).status).toBe(400);
  });

  it('leaves a bot without a manifest to its policy', async () => {
    const id = await makeBot();
    await deploy(id, reads('Observation'));
    expect((await execute(id)).status).toBe(200);
  });
});

describe('secrets', () => {
  it('do not stand in the log of a run', async () => {
    const id = await makeBot();
    await deploy(id, `exports.handler = async (m, e) => { console.log('key', e.secrets.KEY.valueString); };`);
    expect((await execute(id)).status).toBe(200);
    const { body: runs } = await clinic.request<Parameters>('GET', `Bot/${id}/$runs`);
    const run = runs.parameter?.[0]?.part?.find(({ name }) => name === 'id')?.valueString;
    const { body } = await clinic.request<Parameters>('GET', `Bot/${id}/$run?run=${run}`);
    const text = JSON.stringify([runs, body]);
    expect(text).toContain('[secret]');
    expect(text).not.toContain('hush-hush-42');
  });
});

describe('$replay', () => {
  it('makes a recorded run again: equal; with another version of the code it says what differs', async () => {
    const id = await makeBot();
    const write = (code: string): string => `exports.handler = async (m, e) => (await m.createResource({
      resourceType: 'Observation', status: 'final', code: { text: '${code}' }, effectiveDateTime: new Date().toISOString(),
      note: [{ text: e.secrets.KEY.valueString }] })).id;`;
    await deploy(id, write('first'));
    expect((await execute(id)).status).toBe(200);
    await deploy(id, write('second'));
    const runs = await clinic.request<Parameters>('GET', `Bot/${id}/$runs`);
    const run = runs.body.parameter?.[0]?.part?.find(({ name }) => name === 'id')?.valueString;
    const count = async () => (await clinic.request<Bundle>('GET', 'Observation?_summary=count')).body.total;
    const before = await count();
    const equal = await clinic.request<Parameters>('POST', `Bot/${id}/$replay?run=${run}`);
    expect(equal.body.parameter).toContainEqual({ name: 'equal', valueBoolean: true });
    const other = await clinic.request<Parameters>('POST', `Bot/${id}/$replay?run=${run}&version=2`);
    expect(other.body.parameter).toContainEqual({ name: 'equal', valueBoolean: false });
    const difference = other.body.parameter?.find(({ name }) => name === 'difference')?.valueString;
    expect(difference).toMatch(/Observation: \$\.code\.text$/);
    expect(await count()).toBe(before);
    const [kept] = await server.database.query<{ event: string }>({
      text: 'SELECT event FROM bot_cassette WHERE tenant = $1 AND run = $2',
      values: [clinic.tenant, run],
    });
    expect(kept?.event).not.toContain('hush-hush-42');
  });
});
