/** @see security.md, role matrix, row Admin/IT: nobody opens records to himself by what he administers. */
import type {
  AccessPolicy,
  Bot,
  Bundle,
  ClientApplication,
  OperationOutcome,
  Parameters,
  Project,
  ProjectMembership,
  Subscription,
  Task,
} from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let ann: Admin;
let ben: Admin;

const OPEN: AccessPolicy = { resourceType: 'AccessPolicy', name: 'open', resource: [{ resourceType: 'Patient' }] };
const RULES: AccessPolicy = {
  resourceType: 'AccessPolicy',
  name: 'admin',
  resource: ['AccessPolicy', 'Bot', 'ClientApplication', 'ProjectMembership', 'Subscription'].map((resourceType) => ({
    resourceType,
  })),
};

async function adminOf(place: TestClinic) {
  const person: TestPerson = await personOf(server, place, RULES, { admin: true });
  const authorization = `Bearer ${await signIn(server, person)}`;
  const send = (path: string, body: unknown) =>
    fetch(`${server.baseUrl}/${path}`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  return {
    ...person,
    request: <T = OperationOutcome>(method: string, path: string, body?: unknown) =>
      place.request<T>(method, path, body, { authorization }),
    send,
    stepUp: () => send('auth/step-up', { password: person.password }),
  };
}
type Admin = Awaited<ReturnType<typeof adminOf>>;

/** A clinic that asks for a second admin. */
async function watched(name: string): Promise<TestClinic> {
  const place = await server.clinic(name);
  const repository = server.house.systemRepository(place.tenant);
  const project = await repository.readResource<Project>('Project', place.projectId);
  await repository.updateResource<Project>({ ...project, setting: [{ name: 'secondApprover', valueBoolean: true }] });
  return place;
}

beforeAll(async () => {
  server = await startTestServer();
  clinic = await watched('Watched');
  [ann, ben] = [await adminOf(clinic), await adminOf(clinic)];
}, 120_000);
afterAll(() => server.close());

const trusted = () => server.house.systemRepository(clinic.tenant);

const codeOf = (outcome: OperationOutcome) => outcome.issue[0]?.details?.coding?.[0]?.code;

async function waiting(admin: Admin): Promise<{ id: string; target: string }[]> {
  const { body } = await admin.request<Parameters>('GET', '$proposed-changes');
  return (body.parameter ?? []).map(({ part = [] }) => ({
    id: part.find(({ name }) => name === 'id')?.valueId ?? '',
    target: part.find(({ name }) => name === 'target')?.valueString ?? '',
  }));
}

const decide = (admin: Admin, change: string, approve = true) =>
  admin.request<{ id?: string } & OperationOutcome>('POST', '$decide-change', { change, approve });

test('without a fresh proof nothing is even proposed', async () => {
  const refused = await ann.request('POST', 'AccessPolicy', OPEN);
  expect([refused.status, codeOf(refused.body)]).toEqual([403, 'step-up-required']);
  expect(await waiting(ben)).toEqual([]);
});

test('a policy waits for another admin, who proves that it is him; its author does not agree to it himself', async () => {
  await ann.stepUp();
  const proposed = await ann.request('POST', 'AccessPolicy', OPEN);
  expect([proposed.status, codeOf(proposed.body)]).toEqual([202, 'second-approver']);
  const isThere = async () => (await ann.request<Bundle>('GET', 'AccessPolicy?name=open')).body.entry !== undefined;
  expect(await isThere()).toBe(false);
  const [change] = await waiting(ben);
  expect((await decide(ann, change?.id ?? '')).status).toBe(403);
  expect(codeOf((await decide(ben, change?.id ?? '')).body)).toBe('step-up-required');
  await ben.stepUp();
  const made = await decide(ben, change?.id ?? '');
  expect(made.status).toBe(200);
  expect(await isThere()).toBe(true);
  expect((await decide(ben, change?.id ?? '')).status).toBe(404);
  const tasks = await clinic.request<Bundle<Task>>('GET', 'Task?code=access-change');
  expect(tasks.body.entry?.[0]?.resource).toMatchObject({ requester: { reference: ann.profile } });
  expect(server.log.some((line) => line.includes('access-change') && line.includes(ann.profile))).toBe(true);
});

test('changes by PUT, PATCH, DELETE and batch wait too; a transaction is refused whole', async () => {
  const policy = await trusted().createResource<AccessPolicy>({ ...OPEN, name: 'second' });
  const path = `AccessPolicy/${policy.id}`;
  const wider = { ...policy, resource: [{ resourceType: 'Observation' }] };
  const entry = [{ request: { method: 'PUT', url: path }, resource: wider }];
  const patch = [{ op: 'replace', path: '/name', value: 'third' }];
  expect((await ann.request('PUT', path, wider)).status).toBe(202);
  expect((await ann.request('PATCH', path, patch)).status).toBe(202);
  expect((await ann.request('DELETE', path)).status).toBe(202);
  const batch = await ann.request<Bundle>('POST', '', { resourceType: 'Bundle', type: 'batch', entry });
  expect(batch.body.entry?.[0]?.response?.status).toMatch(/^202/);
  expect((await ann.request('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(403);
  expect((await ann.request<AccessPolicy>('GET', path)).body.resource).toEqual(OPEN.resource);
  const [first, second] = await waiting(ben);
  expect((await decide(ben, first?.id ?? '')).status).toBe(200);
  expect((await ann.request<AccessPolicy>('GET', path)).body.resource).toEqual(wider.resource);
  expect((await decide(ben, second?.id ?? '')).status).toBe(409);
  for (const { id } of await waiting(ben)) {
    expect((await decide(ben, id, false)).status).toBe(200);
  }
  expect(await waiting(ben)).toEqual([]);
});

test('code of bots, hooks, and secrets of clients wait; live screens and names do not', async () => {
  const bot = await trusted().createResource<Bot>({ resourceType: 'Bot', name: 'b', runtimeVersion: 'vmcontext' });
  const hook: Subscription = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'x',
    criteria: 'Patient',
    channel: { type: 'rest-hook', endpoint: 'http://127.0.0.1:9/hook' },
  };
  const client = await trusted().createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    name: 'c',
  });
  const deployed = await ann.request('POST', `Bot/${bot.id}/$deploy`, { code: 'exports.handler = async () => 1;' });
  expect(deployed.status).toBe(202);
  expect((await ann.request('POST', 'Subscription', hook)).status).toBe(202);
  const path = `ClientApplication/${client.id}`;
  expect((await ann.request('PUT', path, { ...client, secret: 'known to me' })).status).toBe(202);
  expect((await ann.request('PUT', path, { ...client, description: 'new' })).status).toBe(200);
  const screen = { ...hook, channel: { type: 'websocket' } };
  expect((await ann.request('POST', 'Subscription', screen)).status).toBe(201);
  const code = (await waiting(ben)).find(({ target }) => target === `Bot/${bot.id}`);
  expect((await decide(ben, code?.id ?? '')).status).toBe(200);
  expect((await ann.request<Bot>('GET', `Bot/${bot.id}`)).body.executableCode).toBeDefined();
});

test('new staff, clients and rights by the admin endpoints wait as well', async () => {
  const policy = await server.house
    .systemRepository(clinic.tenant)
    .createResource<AccessPolicy>({ ...OPEN, name: 'chart' });
  const access = [{ policy: { reference: `AccessPolicy/${policy.id}` } }];
  const admin = `admin/projects/${clinic.projectId}`;
  const person = {
    resourceType: 'Practitioner',
    firstName: 'A',
    lastName: 'B',
    email: 'new@test.example',
    sendEmail: false,
  };
  const invited = (await (
    await ann.send(`${admin}/invite`, { ...person, membership: { access } })
  ).json()) as ProjectMembership;
  expect(invited.active).toBe(false);
  const client = (await (await ann.send(`${admin}/client`, { name: 'mine', access })).json()) as ClientApplication;
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` };
  expect((await clinic.request('GET', 'Patient', undefined, basic)).status).toBe(401);
  const change = (await waiting(ben)).find(({ target }) => target === `ProjectMembership/${invited.id}`);
  expect((await decide(ben, change?.id ?? '')).status).toBe(200);
  const membership = await ann.request<ProjectMembership>('GET', `ProjectMembership/${invited.id}`);
  expect(membership.body.active).toBe(true);
  const changed = await ann.send(`${admin}/members/${invited.id}`, { admin: true, access });
  expect(changed.status).toBe(202);
  const removed = await ann.request('DELETE', `ProjectMembership/${ben.membership.id}`);
  expect(removed.status).toBe(202);
  const settings = await ann.send(`${admin}/settings`, { setting: [{ name: 'secondApprover', valueBoolean: false }] });
  expect(settings.status).toBe(403);
});

test('why: who asks what an admin may change is told that another one has to agree', async () => {
  const policy = await trusted().createResource<AccessPolicy>({ ...OPEN, name: 'asked' });
  const asked = (interaction: string) =>
    ann.request<Parameters>(
      'GET',
      `$explain-access?subject=${ann.profile}&reference=AccessPolicy/${policy.id}&interaction=${interaction}`,
    );
  const told = { name: 'secondApprover', valueBoolean: true };
  expect((await asked('update')).body.parameter).toContainEqual(told);
  expect((await asked('read')).body.parameter).not.toContainEqual(told);
});

test('an only admin changes things alone, with a proof, and it is told', async () => {
  const place = await watched('Alone');
  const only = await adminOf(place);
  expect((await only.request('POST', 'AccessPolicy', OPEN)).status).toBe(403);
  await only.stepUp();
  expect((await only.request('POST', 'AccessPolicy', OPEN)).status).toBe(201);
  const tasks = await place.request<Bundle<Task>>('GET', 'Task?code=access-change');
  expect(tasks.body.entry?.[0]?.resource?.code?.text).toBe('made');
  const own = await only.request('PUT', `ProjectMembership/${only.membership.id}`, {
    ...only.membership,
    access: undefined,
  });
  expect([own.status, codeOf(own.body)]).toEqual([403, 'self-grant']);
});

test('another clinic sees and decides nothing of it', async () => {
  await ann.request('POST', 'AccessPolicy', { ...OPEN, name: 'fourth' });
  const stranger = await adminOf(await watched('Other'));
  await stranger.stepUp();
  expect(await waiting(stranger)).toEqual([]);
  const [change] = await waiting(ben);
  expect((await decide(stranger, change?.id ?? '')).status).toBe(404);
});
