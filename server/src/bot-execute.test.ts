// $execute: any content type, in the background, with a time that the caller waits, as the user who asks
// https://www.medplum.com/docs/api/fhir/operations/bot-execute, https://hl7.org/fhir/R4/async.html
import type { AsyncJob, Bot, OperationOutcome, ProjectMembership } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuesOf, startTestServer, type TestAnswer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const repository = server.house.systemRepository(clinic.tenant);
  const [member] = await repository.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  await repository.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
}, 60_000);
afterAll(() => server.close());

async function deployed(body: string, overrides: Partial<Bot> = {}): Promise<string> {
  const repository = server.house.systemRepository(clinic.tenant);
  const { id } = await repository.createResource<Bot>({ resourceType: 'Bot', name: 'b', ...overrides });
  const reference = { reference: `Bot/${id}` };
  await repository.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: reference,
    profile: reference,
  });
  const code = `exports.handler = async (m, e) => { ${body} };`;
  const { status } = await clinic.request('POST', `Bot/${id}/$deploy`, { code, filename: 'bot.cjs' });
  expect(status).toBe(200);
  return id;
}

const execute = <T = never>(bot: string, body: unknown, headers: Record<string, string> = {}) =>
  clinic.request<T>('POST', `Bot/${bot}/$execute`, body, headers);

describe('content types', () => {
  it.each([
    ['text/plain', 'héllo', '"héllo"'],
    ['application/json', '{"a":[1,2]}', '{"a":[1,2]}'],
    ['application/xml', '<a/>', '"<a/>"'],
    ['text/csv', 'a;b', '"a;b"'],
    ['application/x-www-form-urlencoded', 'a=1&b=2', '{"a":"1","b":"2"}'],
    ['application/octet-stream', new Uint8Array([0, 255, 7]), '"AP8H"'],
  ])('%s', async (type, body, given) => {
    const bot = await deployed('return { type: e.contentType, given: JSON.stringify(e.input) };');
    const { body: answer } = await execute<{ type: string; given: string }>(bot, body, { 'content-type': type });
    expect(answer).toEqual({ type, given });
  });
});

it('a bot that was made without a membership does not run, and its author is told how to make one', async () => {
  const { body: bot } = await clinic.request<Bot>('POST', 'Bot', { resourceType: 'Bot', name: 'nobody' });
  const code = 'exports.handler = async () => 1;';
  await clinic.request('POST', `Bot/${bot.id}/$deploy`, { code, filename: 'bot.cjs' });
  const { status, body } = await execute<OperationOutcome>(bot.id as string, {});
  expect([status, body.issue[0]?.details?.text]).toEqual([
    400,
    expect.stringContaining('POST admin/projects/[id]/bot'),
  ]);
});

describe('Prefer: respond-async', () => {
  async function finished<T extends AsyncJob | OperationOutcome>(started: TestAnswer<unknown>): Promise<TestAnswer<T>> {
    expect(started.status).toBe(202);
    const path = (started.headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '';
    for (const end = Date.now() + 10_000; Date.now() < end; ) {
      const answer = await clinic.request<T>('GET', path);
      if (answer.status !== 202) {
        return answer;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    throw new Error('The run did not end within 10 s');
  }
  const later = { prefer: 'respond-async' };

  it('runs in the background; the status is then an AsyncJob with what the bot returned', async () => {
    const bot = await deployed(
      'return { got: e.input, key: e.headers["x-idempotency-key"], by: e.requester.reference };',
    );
    const { status, body } = await finished<AsyncJob>(
      await execute(bot, { n: 1 }, { ...later, 'x-idempotency-key': 'k-1' }),
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({
      resourceType: 'AsyncJob',
      status: 'completed',
      request: expect.stringContaining(bot),
    });
    expect(JSON.parse(body.output?.parameter?.[0]?.valueString ?? '')).toEqual({
      got: { n: 1 },
      key: 'k-1',
      by: `ClientApplication/${clinic.clientId}`,
    });
  });

  it('tells what the bot threw; several may run at once; nobody else sees them', async () => {
    const bot = await deployed(`throw new Error('not today');`);
    const started = await Promise.all([execute(bot, {}, later), execute(bot, {}, later), execute(bot, {}, later)]);
    const stranger = await addMember(server, clinic, [{ resourceType: 'Bot' }]);
    const path = (started[0].headers.get('content-location') ?? '').split('/fhir/R4/')[1] ?? '';
    expect((await stranger.request('GET', path)).status).toBe(404);
    const { status, body } = await finished<OperationOutcome>(started[0]);
    expect(status).toBe(500);
    expect(body.issue[0]?.details?.text).toBe('Error: not today');
  });
});

describe('limits', () => {
  it('Prefer: wait ends a run sooner than the bot would, and never later', async () => {
    const slow = 'await new Promise((done) => setTimeout(done, 30000)); return 1;';
    const patient = await deployed(slow, { timeout: 20 });
    const started = Date.now();
    const { status, body } = await execute<OperationOutcome>(patient, {}, { prefer: 'wait=1' });
    expect(status).toBe(422);
    expect(issuesOf(body)[0]?.[0]).toBe('bot-timeout');
    const hasty = await deployed(slow, { timeout: 1 });
    expect((await execute(hasty, {}, { prefer: 'wait=15' })).status).toBe(422);
    expect(Date.now() - started).toBeLessThan(15_000);
  });
});

describe('Bot.runAsUser', () => {
  it('may do what both the bot and the user may: neither what only the bot may, nor what only the user may', async () => {
    const reads = `const may = async (type) => m.search(type, '_count=1').then(() => true, () => false);
      return [await may('Observation'), await may('Task'), await may('Patient')];`;
    const bot = await deployed(reads, { runAsUser: true });
    const repository = server.house.systemRepository(clinic.tenant);
    const policy = await repository.createResource({
      resourceType: 'AccessPolicy',
      name: 'the bot',
      resource: [{ resourceType: 'Observation' }, { resourceType: 'Task' }],
    });
    const [membership] = await repository.searchResources<ProjectMembership>({
      resourceType: 'ProjectMembership',
      filters: [{ code: 'profile', operator: 'eq' as never, value: `Bot/${bot}` }],
    });
    const accessPolicy = { reference: `AccessPolicy/${policy.id}` };
    await repository.updateResource<ProjectMembership>({ ...(membership as ProjectMembership), accessPolicy });
    const user = await addMember(server, clinic, [
      { resourceType: 'Bot', readonly: true },
      { resourceType: 'Task' },
      { resourceType: 'Patient' },
    ]);
    const { body } = await user.request<boolean[]>('POST', `Bot/${bot}/$execute`, {});
    expect(body).toEqual([false, true, false]);
  });
});
