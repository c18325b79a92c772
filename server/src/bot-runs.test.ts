// N5: the run list, what a run read, wrote, asked and cost, and a replay with another prompt or model; S71: nobody else sees it
import type { Bot, Parameters, ParametersParameter, ProjectMembership, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MessagesStandIn, startMessagesStandIn } from './models/testing/messages-stand-in.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

let standIn: MessagesStandIn;
let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  standIn = await startMessagesStandIn();
  server = await startTestServer({ ANTHROPIC_API_KEY: 'key', ANTHROPIC_BASE_URL: standIn.url });
  clinic = await server.clinic();
  await beAdmin(clinic);
}, 60_000);
afterAll(async () => {
  await server.close();
  await standIn.close();
});

async function beAdmin({ tenant }: TestClinic): Promise<void> {
  const repository = server.house.systemRepository(tenant);
  const [member] = await repository.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  await repository.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
}

async function deployed(body: string, overrides: Partial<Bot> = {}): Promise<string> {
  const repository = server.house.systemRepository(clinic.tenant);
  const { id } = await repository.createResource<Bot>({ resourceType: 'Bot', name: 'watched', ...overrides });
  const reference = { reference: `Bot/${id}` };
  await repository.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: reference,
    profile: reference,
  });
  await deploy(id, body);
  return id;
}

async function deploy(id: string, body: string): Promise<void> {
  const code = `exports.handler = async (m, e) => { ${body} };`;
  const { status } = await clinic.request('POST', `Bot/${id}/$deploy`, { code, filename: 'bot.cjs' });
  expect(status).toBe(200);
}

const parameters = async (method: string, path: string): Promise<readonly ParametersParameter[]> =>
  (await clinic.request<Parameters>(method, path)).body.parameter ?? [];
const named = (all: readonly ParametersParameter[] | undefined, name: string): ParametersParameter | undefined =>
  all?.find((each) => each.name === name);
const runsOf = (all: readonly ParametersParameter[]): readonly ParametersParameter[] =>
  all.filter(({ name }) => name === 'run');
const partOf = (run: ParametersParameter | undefined, part: string): unknown => {
  const found = named(run?.part, part);
  return found?.valueString ?? found?.valueCode ?? found?.valueInteger ?? found?.valueBoolean;
};
const execute = (bot: string, input: unknown = {}) => clinic.request<Resource>('POST', `Bot/${bot}/$execute`, input);

/** Asks the model how to say it. */
const ASKS = (prompt: string): string => `const reply = await m.post(m.fhirUrl('Bot', '$model'), { system: '${prompt}',
  messages: [{ role: 'user', content: 'Say it.' }], purpose: 'test', promptId: 'say', promptVersion: '1', manifest: [] }, 'application/json');
  await m.createResource({ resourceType: 'Basic', code: { text: String(reply.value) } }); return reply.value;`;

describe('Bot/$runs', () => {
  it('shows a run while it goes on, and what became of it to whoever asks for changes', async () => {
    const bot = await deployed('await new Promise((done) => setTimeout(done, 400)); return 1;');
    const under = execute(bot);
    let list: readonly ParametersParameter[] = [];
    for (const end = Date.now() + 5000; runsOf(list).length === 0 && Date.now() < end; ) {
      list = await parameters('GET', `Bot/$runs?bot=${bot}&state=running`);
    }
    const [running] = runsOf(list);
    expect(partOf(running, 'state')).toBe('running');
    expect(named(running?.part, 'bot')?.valueReference).toEqual({ reference: `Bot/${bot}`, display: 'watched' });
    await under;
    const since = encodeURIComponent(named(list, 'since')?.valueInstant ?? '');
    const [ended] = runsOf(await parameters('GET', `Bot/$runs?bot=${bot}&_since=${since}`));
    expect(partOf(ended, 'id')).toBe(partOf(running, 'id'));
    expect(partOf(ended, 'state')).toBe('succeeded');
    expect(named(ended?.part, 'duration')?.valueQuantity?.value).toBeGreaterThan(390);
  });

  it('gives pages without a gap, and takes filters', async () => {
    const bot = await deployed(`if (e.input.n % 2) { throw new Error('odd'); } return e.input.n;`);
    for (let n = 0; n < 7; n++) {
      await execute(bot, { n });
    }
    const ids: unknown[] = [];
    for (let path = `Bot/${bot}/$runs?_count=3`; path !== ''; ) {
      const page = await parameters('GET', path);
      ids.push(...runsOf(page).map((run) => partOf(run, 'id')));
      const next = named(page, 'next')?.valueString;
      path = next === undefined ? '' : `Bot/${bot}/$runs?_count=3&cursor=${encodeURIComponent(next)}`;
    }
    expect(ids).toHaveLength(7);
    expect(new Set(ids).size).toBe(7);
    const failed = runsOf(await parameters('GET', `Bot/$runs?bot=${bot}&state=failed,timeout&cause=execute`));
    expect(failed.map((run) => partOf(run, 'error'))).toEqual(['Error: odd', 'Error: odd', 'Error: odd']);
    expect(runsOf(await parameters('GET', `Bot/$runs?bot=${bot}&cause=cron`))).toEqual([]);
    expect((await clinic.request('GET', 'Bot/$runs?state=asleep')).status).toBe(400);
  });

  it('calls a run lost whose process died', async () => {
    const bot = await deployed('return 1;');
    await execute(bot);
    await server.database.query({
      text: `UPDATE bot_run SET state = 'running', lost_after = now() - interval '1 s' WHERE bot = $1`,
      values: [bot],
    });
    const [lost] = runsOf(await parameters('GET', `Bot/$runs?bot=${bot}`));
    expect(partOf(lost, 'state')).toBe('lost');
  });

  it('is not for those who may not update Bots, and never shows another clinic', async () => {
    const bot = await deployed('return 1;');
    await execute(bot);
    const reader = await addMember(server, clinic, [{ resourceType: 'Bot', readonly: true }]);
    const { id } = { id: partOf(runsOf(await parameters('GET', `Bot/${bot}/$runs`))[0], 'id') };
    for (const path of ['Bot/$runs', `Bot/${bot}/$runs`, `Bot/${bot}/$run?run=${String(id)}`]) {
      expect((await reader.request('GET', path)).status).toBe(403);
    }
    const other = await server.clinic('Other');
    await beAdmin(other);
    expect((await other.request<Parameters>('GET', 'Bot/$runs')).body.parameter?.map(({ name }) => name)).toEqual([
      'since',
    ]);
    expect((await other.request('GET', `Bot/${bot}/$run?run=${String(id)}`)).status).toBe(404);
  });
});

describe('Bot/$run', () => {
  it('names the versions that a run read and wrote, its calls, and what it asked of the model', async () => {
    const { body: patient } = await clinic.request<Resource>('POST', 'Patient', {
      resourceType: 'Patient',
      active: true,
    });
    const bot = await deployed(`console.log('hello');
      await m.readResource('Patient', e.input.id); await m.searchResources('Patient', { _id: e.input.id }); ${ASKS('one')}`);
    const { text: said } = await execute(bot, { id: patient.id });
    const [listed] = runsOf(await parameters('GET', `Bot/${bot}/$runs`));
    const run = await parameters('GET', `Bot/${bot}/$run?run=${String(partOf(listed, 'id'))}`);
    const references = (name: string) =>
      run.filter((each) => each.name === name).map((each) => each.valueReference?.reference);
    expect(references('read')).toEqual([`Patient/${patient.id}/_history/1`]);
    expect(references('written')).toEqual([expect.stringMatching(/^Basic\/[\w-]+\/_history\/1$/)]);
    const calls = run
      .filter(({ name }) => name === 'call')
      .map((call) => `${partOf(call, 'method')} ${partOf(call, 'path')}`);
    expect(calls[0]).toBe(`GET /fhir/R4/Patient/${patient.id}`);
    expect(calls[1]).toBe('GET /fhir/R4/Patient');
    expect(named(run, 'log')?.valueString).toBe('info hello');
    const [kept] = await server.database.query<{ log: string }>({
      text: 'SELECT log FROM bot_run WHERE bot = $1',
      values: [bot],
    });
    expect(kept?.log).toMatch(/^sealed\.1\./);
    expect(partOf(named(run, 'model-call'), 'prompt')).toBe('say');
    expect(named(run, 'input-tokens')?.valueInteger).toBeGreaterThan(0);
    expect(said).not.toBe('');
    expect(JSON.stringify(run)).not.toContain('Say it.');
  });
});

describe('Bot/$replay', () => {
  it('asks the model anew when told to: another reply, or another prompt, shows where the run goes elsewhere', async () => {
    const bot = await deployed(ASKS('one'));
    await execute(bot);
    const run = String(partOf(runsOf(await parameters('GET', `Bot/${bot}/$runs`))[0], 'id'));
    const before = standIn.requests.length;
    const differences = async (query: string): Promise<(string | undefined)[]> =>
      (await parameters('POST', `Bot/${bot}/$replay?run=${run}${query}`))
        .filter(({ name }) => name === 'difference')
        .map(({ valueString }) => valueString?.replace(/http:\/\/[^/]+/, ''));
    expect(await differences('')).toEqual([]);
    expect(standIn.requests).toHaveLength(before);
    standIn.script = () => ({ text: 'quite another reply' });
    const other = await differences('&models=live');
    expect(standIn.requests).toHaveLength(before + 1);
    expect(other[0]).toMatch(/^POST \/fhir\/R4\/Bot\/\$model: the reply: .*\$\.value/);
    expect(other).toContainEqual(expect.stringMatching(/^POST \/fhir\/R4\/Basic: \$\.code\.text$/));
    await deploy(bot, ASKS('two'));
    const asked = await differences('&models=live&version=2');
    expect(asked[0]).toBe('POST /fhir/R4/Bot/$model: $.system');
    expect((await clinic.request<{ total: number }>('GET', 'Basic?_summary=count&code:text=quite')).body.total).toBe(0);
  });
});
