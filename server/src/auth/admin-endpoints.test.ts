/**
 * @see https://www.medplum.com/docs/user-management/project-membership
 * @see security.md S46, S51
 */
import type { AccessPolicy, OperationOutcome, Project } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { findById, findMemberships } from './find-resource.ts';
import { createSuperAdmin } from './platform.ts';
import {
  type Answer,
  type AuthServer,
  bearer,
  codeFor,
  startAuthServer,
  type TestClinic,
  testClient,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

const password = 'correct horse battery';
let test: TestDatabase;
let server: AuthServer;
let clinic: TestClinic;
let admin: { authorization: string };
let operator: { authorization: string };
let policy: string;

async function headersOf(email: string): Promise<{ authorization: string }> {
  return bearer((await tokensFor(server, { email, password })).body.access_token);
}

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database, { apps: [{ name: 'Risk', path: '/apps/risk/' }], demoDir: '/nowhere' });
  clinic = await testClinic(server, 'Oakwood');
  await testMember(server, clinic, { email: 'admin@oakwood.example', password, admin: true });
  await createSuperAdmin(server.deps, { email: 'operator@platform.example', password });
  admin = await headersOf('admin@oakwood.example');
  operator = await headersOf('operator@platform.example');
  const made = await server
    .repository(clinic.tenant)
    .createResource({ resourceType: 'AccessPolicy', name: 'nurse', resource: [{ resourceType: 'Observation' }] });
  policy = `AccessPolicy/${made.id}`;
});
afterAll(async () => {
  await server.close();
  await test.close();
});

const post = (what: string, body: unknown, headers = admin, project = clinic.projectId) =>
  server.json(`/admin/projects/${project}/${what}`, body, headers);
const NO_RECORDS: AccessPolicy = {
  resourceType: 'AccessPolicy',
  name: 'admin',
  resource: [{ resourceType: 'Practitioner' }],
};
const codeIn = ({ body }: Answer): unknown => (body.issue as OperationOutcome['issue'])[0]?.details?.coding?.[0]?.code;
const person = (email: string, more: Record<string, unknown> = {}) => ({
  resourceType: 'Practitioner',
  firstName: 'Ann',
  lastName: 'Lee',
  email,
  password,
  membership: { access: [{ policy: { reference: policy }, parameter: [{ name: 'ward', valueString: 'A' }] }] },
  ...more,
});

describe('invite', () => {
  it('makes account, profile and membership, and the person signs in with her rights', async () => {
    const answer = await post('invite', person('ann@oakwood.example'));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      resourceType: 'ProjectMembership',
      project: { reference: `Project/${clinic.projectId}` },
      profile: { display: 'Ann Lee' },
      access: [{ policy: { reference: policy }, parameter: [{ name: 'ward', valueString: 'A' }] }],
    });
    const me = await server.get('/auth/me', await headersOf('ann@oakwood.example'));
    expect(me.body).toMatchObject({
      profile: { resourceType: 'Practitioner' },
      accessPolicy: { resource: [{ resourceType: 'Observation' }] },
      user: { email: 'ann@oakwood.example' },
    });
  });

  it('uses a profile that is there already, of the right type and in this project only', async () => {
    const repository = server.repository(clinic.tenant);
    const profile = await repository.createResource({ resourceType: 'Practitioner', name: [{ family: 'Given' }] });
    const other = await testClinic(server, 'Elsewhere');
    const foreign = await server.repository(other.tenant).createResource({ resourceType: 'Practitioner' });
    const access = [{ policy: { reference: policy } }];
    const ask = (email: string, reference: string, resourceType = 'Practitioner') =>
      post('invite', person(email, { resourceType, membership: { access, profile: { reference } } }));
    expect((await ask('p1@oakwood.example', `Practitioner/${profile.id}`)).body).toMatchObject({
      profile: { reference: `Practitioner/${profile.id}` },
    });
    expect((await ask('p2@oakwood.example', `Practitioner/${foreign.id}`)).status).toBe(400);
    expect((await ask('p3@oakwood.example', `Practitioner/${profile.id}`, 'Patient')).status).toBe(400);
  });

  it('refuses a second invitation, and with upsert changes the rights only', async () => {
    const first = await post('invite', person('twice@oakwood.example'));
    expect((await post('invite', person('twice@oakwood.example'))).status).toBe(409);
    const upsert = person('twice@oakwood.example', { upsert: true, password: 'somebody else’s phrase' });
    expect((await post('invite', upsert)).body).toEqual(first.body);
    const asAdmin = { ...upsert, membership: { admin: true } };
    expect((await post('invite', asAdmin)).status).toBe(403);
    const fresh = await headersOf('admin@oakwood.example');
    await server.json('/auth/step-up', { password }, fresh);
    const again = await post('invite', asAdmin, fresh);
    expect(again.body).toMatchObject({ id: first.body.id, admin: true });
    expect(again.body.access).toBeUndefined();
    expect((await tokensFor(server, { email: 'twice@oakwood.example', password })).status).toBe(200);
  });

  it('refuses an invitation without a policy, with one of another project, and bad words', async () => {
    const other = await testClinic(server, 'Foreign');
    const foreign = await server.repository(other.tenant).createResource({ resourceType: 'AccessPolicy' });
    const bad: Record<string, unknown>[] = [
      { membership: {} },
      { membership: { access: [{ policy: { reference: `AccessPolicy/${foreign.id}` } }] } },
      { membership: { access: [{ policy: { reference: 'Patient/1' } }] } },
      { email: 'no address' },
      { password: 'short' },
      { resourceType: 'Device' },
      { firstName: '' },
    ];
    for (const more of bad) {
      expect((await post('invite', person('bad@oakwood.example', more))).status).toBe(400);
    }
  });

  it('S46: nobody invites herself to more, whichever way she asks', async () => {
    const email = 'limited@oakwood.example';
    const { user } = await testMember(server, clinic, { email, password, admin: true, policy: NO_RECORDS });
    const own = await headersOf(email);
    await server.json('/auth/step-up', { password }, own);
    for (const more of [{ upsert: true }, { forceNewMembership: true }, { forceNewMembership: true, upsert: true }]) {
      const answer = await post('invite', person(email, more), own);
      expect([answer.status, codeIn(answer)]).toEqual([403, 'self-grant']);
    }
    expect(await membershipsOf(`User/${user.id}`)).toHaveLength(1);
  });

  it('S46: who is under a policy gives nobody rights without one: no client, no bot, no second account', async () => {
    const email = 'second@oakwood.example';
    await testMember(server, clinic, { email, password, admin: true, policy: NO_RECORDS });
    const own = await headersOf(email);
    await server.json('/auth/step-up', { password }, own);
    const made = await post('invite', person('colleague@oakwood.example'), own);
    const attempts = [
      await post('client', { name: 'Loader' }, own),
      await post('client', { name: 'Loader', admin: true }, own),
      await post('bot', { name: 'helper' }, own),
      await post('invite', person('sock@oakwood.example', { membership: { admin: true } }), own),
      await post(`members/${String(made.body.id)}`, { admin: true }, own),
    ];
    expect(attempts.map((answer) => [answer.status, codeIn(answer)])).toEqual(
      Array(attempts.length).fill([403, 'rights-unlimited']),
    );
    expect((await post('client', { name: 'Lab', accessPolicy: { reference: policy } }, own)).status).toBe(201);
    expect((await post('client', { name: 'App', public: true }, own)).status).toBe(201);
  });

  it('S51: is for the admins of the very project and the operators, and others cannot tell that it exists', async () => {
    const other = await testClinic(server, 'Hidden');
    await testMember(server, clinic, { email: 'plain@oakwood.example', password });
    const plain = await headersOf('plain@oakwood.example');
    expect((await post('invite', person('x@oakwood.example'), plain)).status).toBe(403);
    const [foreign, unknown] = [
      await post('invite', person('x@oakwood.example'), admin, other.projectId),
      await post('invite', person('x@oakwood.example'), admin, 'unknown'),
    ];
    expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
    expect((await post('invite', person('x@oakwood.example'), operator)).status).toBe(200);
    expect((await server.json(`/admin/projects/${clinic.projectId}/invite`, {})).status).toBe(401);
  });

  it('finds a patient again by her address, in her own project', async () => {
    const patient = { resourceType: 'Patient', membership: { access: [{ policy: { reference: policy } }] } };
    expect((await post('invite', person('pat@patients.example', patient))).status).toBe(200);
    expect((await codeFor(server, { email: 'pat@patients.example', password })).answer.status).toBe(200);
    const other = await testClinic(server, 'Patients');
    const ask = { email: 'pat@patients.example', password };
    expect((await codeFor(server, ask, { projectId: other.projectId })).answer.status).toBe(400);
  });
});

describe('clients, bots and members', () => {
  it('gives a client its secret once, and the full rights of the project without a policy', async () => {
    const made = await post('client', { name: 'Loader' });
    expect(made.status).toBe(201);
    const tokens = await server.form('/oauth2/token', {
      grant_type: 'client_credentials',
      client_id: String(made.body.id),
      client_secret: String(made.body.secret),
    });
    const state = await server.auth.authenticate({ headers: bearer(tokens.body.access_token) });
    expect(state).toMatchObject({ isProjectAdmin: true, grant: { extendedMode: true } });
  });

  it('gives a client with a policy no more than that, and a public one no secret', async () => {
    const limited = await post('client', { name: 'Lab', accessPolicy: { reference: policy } });
    const tokens = await server.form('/oauth2/token', {
      grant_type: 'client_credentials',
      client_id: String(limited.body.id),
      client_secret: String(limited.body.secret),
    });
    const state = await server.auth.authenticate({ headers: bearer(tokens.body.access_token) });
    expect(state).toMatchObject({ isProjectAdmin: false, grant: { extendedMode: false } });
    const open = await post('client', { name: 'App', public: true, redirectUris: ['https://app.example/cb'] });
    expect(open.body.secret).toBeUndefined();
  });

  it('makes a bot with a membership that can be given a policy', async () => {
    const bot = await post('bot', { name: 'risk', description: 'Scores' });
    expect(bot.body).toMatchObject({ resourceType: 'Bot', name: 'risk' });
    const [membership] = await membershipsOf(`Bot/${String(bot.body.id)}`);
    const changed = await post(`members/${membership?.id}`, { ...membership, accessPolicy: { reference: policy } });
    expect(changed.body).toMatchObject({
      accessPolicy: { reference: policy },
      user: { reference: `Bot/${String(bot.body.id)}` },
    });
  });

  it('S46: changes rights only, never who the member is', async () => {
    const made = await post('invite', person('fixed@oakwood.example'));
    const rights = { access: [{ policy: { reference: policy } }] };
    expect((await post(`members/${String(made.body.id)}`, rights)).status).toBe(403);
    await server.json('/auth/step-up', { password }, admin);
    const changed = await post(`members/${String(made.body.id)}`, {
      user: { reference: 'User/other' },
      profile: { reference: 'Practitioner/other' },
      project: { reference: 'Project/other' },
      access: [{ policy: { reference: policy } }],
    });
    expect(changed.body).toMatchObject({
      user: made.body.user,
      profile: made.body.profile,
      project: made.body.project,
    });
    expect((await post('members/unknown', {})).status).toBe(404);
  });
});

async function membershipsOf(user: string) {
  return (await findMemberships(test.database, user)).map((entry) => entry.resource);
}

describe('Project/$init', () => {
  const [operation] = [() => server.auth.operations[0]];
  const run = (tenant: number, body: unknown) =>
    operation()?.handle({ context: { tenant }, body } as unknown as Parameters<
      NonNullable<ReturnType<typeof operation>>['handle']
    >[0]);
  const parameters = (entries: Record<string, string>) => ({
    resourceType: 'Parameters',
    parameter: Object.entries(entries).map(([name, valueString]) => ({ name, valueString })),
  });

  it('makes a project with tenant, owner, client and the server’s own apps', async () => {
    const answer = await run(0, parameters({ name: 'Riverside', ownerEmail: 'owner@riverside.example' }));
    const project = answer?.resource as { id: string; name: string };
    expect(project.name).toBe('Riverside');
    const tenant = await server.tenants.numberOf(project.id);
    expect(await findById(test.database, 0, 'Project', project.id)).toMatchObject({ name: 'Riverside' });
    const rows = await test.database.query<{ content: string }>({
      text: `SELECT content FROM resource WHERE tenant = $1 AND type IN ('ClientApplication', 'ProjectMembership')`,
      values: [tenant],
    });
    const made = rows.map(
      (row) => JSON.parse(row.content) as { resourceType: string; launchUri?: string; admin?: boolean },
    );
    expect(made.filter((one) => one.resourceType === 'ProjectMembership').map((one) => one.admin)).toEqual([
      true,
      true,
    ]);
    expect(made.find((one) => one.launchUri)?.launchUri).toContain('/apps/risk/?client_id=');
  });

  it('gives the clinic the look that was asked for, and sends its owner an invitation', async () => {
    const answer = await run(0, {
      name: 'Brightwater',
      ownerEmail: 'owner@brightwater.example',
      brandName: 'Brightwater Health',
      brandPrimaryColor: '#0a7f5a',
    });
    const project = answer?.resource as { id: string };
    expect((await server.get(`/auth/branding?project=${project.id}`)).body).toMatchObject({
      name: 'Brightwater Health',
      primaryColor: '#0a7f5a',
    });
    for (const bad of [{ brandPrimaryColor: 'red' }, { brandLogo: 'http://x.example/logo.png' }]) {
      await expect(run(0, { name: 'X', ...bad })).rejects.toMatchObject({ status: 400 });
    }
    const look = async (valueString: string) => {
      const setting = [{ name: 'brandPrimaryColor', valueString }];
      return (await server.json(`/admin/projects/${project.id}/settings`, { setting }, operator)).status;
    };
    expect([await look('red'), await look('#0a7f5b'), await look('')]).toEqual([400, 200, 200]);
  });

  it('is for operators only, and wants a name', async () => {
    await expect(run(clinic.tenant, parameters({ name: 'X' }))).rejects.toMatchObject({ status: 403 });
    await expect(run(0, parameters({}))).rejects.toMatchObject({ status: 400 });
    await expect(run(0, parameters({ name: 'X', ownerEmail: 'nonsense' }))).rejects.toMatchObject({ status: 400 });
  });
});

describe('the operator', () => {
  it('is known as one, and sees no records', async () => {
    const state = await server.auth.authenticate({ headers: operator });
    expect(state).toMatchObject({ isSuperAdmin: true, context: { tenant: 0 } });
    expect(state.grant.ruleSets[0]?.rulesFor('Patient', 'read')).toEqual([]);
  });
});

describe('secrets', () => {
  const KEY = 'hush-hush-42';
  const isHeld = async (tenant: number) =>
    (await findById<Project>(test.database, tenant, 'Project', clinic.projectId))?.secret;

  it('takes the whole list, keeps it in both places, and tells nobody the values', async () => {
    const repository = server.repository(0);
    await repository.createResource({ resourceType: 'Project', id: clinic.projectId }, { assignedId: true });
    await post('secrets', [{ name: 'OLD', valueString: 'x' }]);
    const list = [
      { name: 'TIME_ZONE', valueString: 'America/New_York' },
      { name: 'KEY', valueString: KEY },
    ];
    const answer = await post('secrets', list);
    expect(answer.status).toBe(200);
    expect(answer.body.secret).toEqual([{ name: 'TIME_ZONE' }, { name: 'KEY' }]);
    expect(await isHeld(clinic.tenant)).toEqual(list);
    expect(await isHeld(0)).toEqual(list);
    const settings = await post('settings', { setting: [{ name: 'concurrentSessions', valueInteger: 9 }] });
    expect(settings.status).toBe(200);
    expect(JSON.stringify([settings.body, server.events])).not.toContain(KEY);
    expect(await isHeld(clinic.tenant)).toEqual(list);
  });

  it('keeps the value of a secret that comes back by its name alone, as it was shown', async () => {
    await post('secrets', [{ name: 'KEY', valueString: KEY }]);
    const { body } = await server.get(`/admin/projects/${clinic.projectId}`, admin);
    expect(body).toMatchObject({ project: { id: clinic.projectId, secret: [{ name: 'KEY' }] } });
    expect(JSON.stringify(body)).not.toContain(KEY);
    await post('secrets', [{ name: 'KEY' }, { name: 'NEW', valueString: 'y' }]);
    expect(await isHeld(clinic.tenant)).toEqual([
      { name: 'KEY', valueString: KEY },
      { name: 'NEW', valueString: 'y' },
    ]);
  });

  it('goes on record with the session behind it', () => {
    const changes = server.events.filter(({ event }) => event === 'auth.settings-changed');
    expect(changes).toContainEqual(expect.objectContaining({ setting: 'secret', session: expect.any(String) }));
  });

  it('refuses a name that is there twice, a body that is no list, and whoever is no admin', async () => {
    const twice = [{ name: 'A' }, { name: 'A' }];
    expect((await post('secrets', twice)).status).toBe(400);
    expect((await post('secrets', { name: 'A' })).status).toBe(400);
    expect((await post('secrets', [], await headersOf('ann@oakwood.example'))).status).toBe(403);
  });
});

describe('what Medplum’s app asks of the administration', () => {
  const at = (id: string) => `/admin/projects/${clinic.projectId}/members/${id}`;
  const end = async (id: string, headers = admin) =>
    fetch(`${server.baseUrl}${at(id)}`, { method: 'DELETE', headers }).then(({ status }) => status);

  it('shows a project to its admins only', async () => {
    const headers = await headersOf('ann@oakwood.example');
    expect((await server.get(`/admin/projects/${clinic.projectId}`, headers)).status).toBe(403);
    expect((await server.get('/admin/projects/of-others', admin)).status).toBe(404);
  });

  it('shows what a sign-in page says of an app, and nothing of one that is not known', async () => {
    const signInForm = { welcomeString: 'Welcome' };
    const { id } = await testClient(server, clinic, { signInForm });
    expect((await server.get(`/auth/clientinfo/${id}`)).body).toEqual(signInForm);
    expect((await server.get('/auth/clientinfo/nobody')).body).toEqual({});
  });

  it('takes forms with fields left empty', async () => {
    const empty = { description: '', redirectUri: '' };
    for (const kind of ['client', 'bot']) {
      const { status, body } = await post(kind, { name: 'Form', ...empty });
      expect([kind, status, body.name, body.description]).toEqual([kind, 201, 'Form', undefined]);
    }
    expect((await post('bot', { name: '' })).status).toBe(400);
  });

  it('takes settings as a list, too', async () => {
    const { body } = await post('settings', [{ name: 'concurrentSessions', valueInteger: 7 }]);
    expect(body.setting).toContainEqual({ name: 'concurrentSessions', valueInteger: 7 });
  });

  it('ends a membership at once, but nobody her own', async () => {
    const { membership } = await testMember(server, clinic, { email: 'gone@oakwood.example', password });
    const headers = await headersOf('gone@oakwood.example');
    expect(await end(membership.id, headers)).toBe(403);
    expect(await end(membership.id)).toBe(200);
    expect((await server.get('/auth/me', headers)).status).toBe(401);
    expect((await server.get(at(membership.id), admin)).status).toBe(404);
    const me = (await server.get('/auth/me', admin)).body as { membership: { id: string } };
    expect(await end(me.membership.id)).toBe(403);
  });
});
