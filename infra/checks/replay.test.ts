// N5: 500 recorded runs, made again from their recordings alone, do exactly the same; a run that differs says so
import type { Bot, Bundle, Parameters, ProjectMembership, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadBot } from '../../bots/src/deploy/catalogue.ts';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';

const CODES = 'https://mindbridge.health/fhir/CodeSystem/observation';
const PATIENTS = 50;

/** Bots that depend on what a run cannot decide by itself: clock, randomness, answers, their order, failures. */
const SMALL: readonly (readonly [name: string, body: string])[] = [
  ['clock and randomness', `return [Date.now(), new Date().toISOString(), Math.random(), crypto.randomUUID()];`],
  [
    'reads in any order',
    `const found = await Promise.all([0, 1, 2].map((n) => m.searchResources('Observation', { subject: 'Patient/' + e.input.patient, _offset: n, _count: 1 })));
     return found.map(([one]) => one && one.meta.versionId + one.id);`,
  ],
  [
    'reads, then writes what it read',
    `const all = await m.searchResources('Observation', { subject: 'Patient/' + e.input.patient });
     return (await m.createResource({ resourceType: 'Basic', code: { text: all.length + ' at ' + Date.now() } })).id;`,
  ],
  [
    'a transaction and a timer',
    `await new Promise((done) => setTimeout(done, 2));
     const entry = [1, 2].map((n) => ({ resource: { resourceType: 'Basic', code: { text: String(Math.random() + n) } }, request: { method: 'POST', url: 'Basic' } }));
     return (await m.executeBatch({ resourceType: 'Bundle', type: 'transaction', entry })).entry.map((one) => one.response.location);`,
  ],
  ['a failure', `await m.readResource('Patient', 'nobody-' + Math.floor(Math.random() * 1e9));`],
];

let server: TestServer;
let clinic: TestClinic;
const patients: string[] = [];

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const repository = server.house.systemRepository(clinic.tenant);
  const [member] = await repository.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  await repository.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
  for (let n = 0; n < PATIENTS; n++) {
    const { body } = await clinic.request<Resource>('POST', 'Patient', { resourceType: 'Patient', active: true });
    patients.push(body.id ?? '');
  }
}, 60_000);
afterAll(() => server.close());

async function deployed(name: string, code: string): Promise<string> {
  const repository = server.house.systemRepository(clinic.tenant);
  const { id } = await repository.createResource<Bot>({ resourceType: 'Bot', name });
  await repository.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: { reference: `Bot/${id}` },
    profile: { reference: `Bot/${id}` },
  });
  const { status, text } = await clinic.request('POST', `Bot/${id}/$deploy`, { code, filename: 'bot.cjs' });
  expect(status, text).toBe(200);
  return id;
}

async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const lane = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      await work(one);
    }
  };
  await Promise.all([lane(), lane()]);
}

async function runIds(bot: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor = ''; ; ) {
    const query = new URLSearchParams({ _count: '100', ...(cursor && { cursor }) });
    const { body } = await clinic.request<Parameters>('GET', `Bot/${bot}/$runs?${query}`);
    const runs = (body.parameter ?? []).filter(({ name }) => name === 'run');
    ids.push(...runs.map(({ part }) => part?.find(({ name }) => name === 'id')?.valueString ?? ''));
    cursor = body.parameter?.find(({ name }) => name === 'next')?.valueString ?? '';
    if (cursor === '') {
      return ids;
    }
  }
}

/** Replays every run of a bot. Gives how many there were, and what differed. */
async function replayAll(bot: string): Promise<{ runs: number; differences: string[] }> {
  const ids = await runIds(bot);
  const differences: string[] = [];
  await inTurns(ids, async (run) => {
    const { status, text, body } = await clinic.request<Parameters>('POST', `Bot/${bot}/$replay?run=${run}`);
    const equal = body?.parameter?.find(({ name }) => name === 'equal')?.valueBoolean;
    if (status !== 200 || equal !== true) {
      differences.push(text);
    }
  });
  return { runs: ids.length, differences };
}

/** Something that weighs in a score, different from patient to patient and from round to round. */
function input(patient: string, n: number): Resource {
  const at = new Date(Date.now() - ((n * 7) % 40) * 86_400_000).toISOString();
  const values = [
    { code: 'crisis-call' },
    { code: 'medication-adherence', valueQuantity: { value: (n * 13) % 101, unit: '%' } },
  ];
  const { code, ...value } = values[n % 2] as (typeof values)[number];
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: CODES, code }] },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: at,
    ...value,
  };
}

describe('500 recorded runs replay equal', () => {
  it('250 of the risk bot over 50 patients', async () => {
    const bot = await deployed('risk', (await loadBot('risk')).bundle.code);
    const rounds = Array.from({ length: 5 * PATIENTS }, (_, n) => n);
    await inTurns(rounds, async (n) => {
      const patient = patients[n % PATIENTS] ?? '';
      await clinic.request('POST', 'Observation', input(patient, n));
      const target = { resourceType: 'Patient', id: patient };
      const { status, text } = await clinic.request('POST', `Bot/${bot}/$execute`, target);
      expect(status, text).toBe(200);
    });
    const assessments = await clinic.request<Bundle>('GET', 'RiskAssessment?_summary=count');
    expect(assessments.body.total).toBe(250);
    expect(await replayAll(bot)).toEqual({ runs: 250, differences: [] });
    expect((await clinic.request<Bundle>('GET', 'RiskAssessment?_summary=count')).body.total).toBe(250);
  }, 120_000);

  it.each(SMALL)('50 of: %s', async (name, body) => {
    const bot = await deployed(name, `exports.handler = async (m, e) => { ${body} };`);
    await inTurns(patients, async (patient) => {
      const { status } = await clinic.request('POST', `Bot/${bot}/$execute`, { patient });
      expect(status).toBe(name === 'a failure' ? 400 : 200);
    });
    expect(await replayAll(bot)).toEqual({ runs: 50, differences: [] });
  });

  it('a recording that was tampered with is found to differ', async () => {
    const bot = await deployed('tampered', `exports.handler = async () => Date.now();`);
    await clinic.request('POST', `Bot/${bot}/$execute`, {});
    await server.database.query({
      text: `UPDATE bot_cassette SET output_sha256 = repeat('0', 64) WHERE run IN (SELECT run FROM bot_run WHERE bot = $1)`,
      values: [bot],
    });
    expect((await replayAll(bot)).differences).toHaveLength(1);
  });
});
