/**
 * Who signs in, how often, and what no way round the second factor there is.
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html
 * @see security.md S60, S61, S63
 */
import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { ProjectMembership, User } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { createAuth } from './create-auth.ts';
import { findById } from './find-resource.ts';
import { countFailure } from './login-throttle.ts';
import { SESSION_LIMIT, sessionLimit } from './session-limit.ts';
import {
  type Answer,
  type AuthServer,
  bearer,
  codeFor,
  pkce,
  startAuthServer,
  type TestClinic,
  testClient,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

const password = 'correct horse battery';
const MINUTE = 60_000;
const mails: string[] = [];
let test: TestDatabase;
let server: AuthServer;
let strict: TestClinic;
let plain: TestClinic;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database, {
    mail: async ({ text }) => void (text.includes('/apps/login/') && mails.push(text)),
  });
  strict = await testClinic(server, 'Strict', { setting: [{ name: 'requireMfa', valueBoolean: true }] });
  plain = await testClinic(server, 'Plain');
});
afterAll(async () => {
  await server.close();
  await test.close();
});

const login = (email: string, secret = password, more: Record<string, string> = {}, headers = {}) =>
  server.json(
    '/auth/login',
    { email, password: secret, codeChallenge: pkce().challenge, codeChallengeMethod: 'S256', ...more },
    headers,
  );
const me = async (tokens: Answer) => (await server.get('/auth/me', bearer(tokens.body.access_token))).status;

async function admin(clinic: TestClinic) {
  const credentials = { email: `${randomUUID()}@admin.example`, password };
  await testMember(server, clinic, { ...credentials, admin: true });
  const headers = bearer((await tokensFor(server, credentials)).body.access_token);
  const post = (path: string, body: unknown) =>
    server.json(`/admin/projects/${clinic.projectId}/${path}`, body, headers);
  return Object.assign(post, { stepUp: () => server.json('/auth/step-up', { password }, headers) });
}

describe('S60: no way round the second factor', () => {
  it('leads through a new password, an invitation, a choice of patient or scope, or the authorization endpoint', async () => {
    const email = 'round@strict.example';
    const { user, membership } = await testMember(server, strict, { email, password });
    mails.length = 0;
    await server.json('/auth/resetpassword', { email });
    await expect.poll(() => mails.length).toBe(1);
    const [, id, secret] = /setpassword\/([^/]+)\/(\S+)/.exec(mails[0] ?? '') ?? [];
    const next = 'quite another phrase';
    expect((await server.json('/auth/setpassword', { id, secret, password: next })).status).toBe(200);
    const begun = await login(email, next);
    const step = { login: String(begun.body.login) };
    const answers = [
      begun,
      await server.json('/auth/patients', step),
      await server.json('/auth/patient', { ...step, patient: 'p1' }),
      await server.json('/auth/encounters', step),
      await server.json('/auth/scope', { ...step, scope: 'openid' }),
      await server.json('/auth/profile', { ...step, profile: membership.id }),
      await server.json('/auth/newproject', { ...step, projectName: 'Mine' }),
      await server.get(`/auth/login/${step.login}`),
    ];
    expect(answers.map(({ body }) => body.code)).toEqual(answers.map(() => undefined));
    expect(answers.map(({ headers }) => headers.get('set-cookie'))).toEqual(answers.map(() => null));
    expect(answers[1]?.body).not.toHaveProperty('patients');
    const grants: Record<string, string>[] = [
      { grant_type: 'authorization_code', code: step.login, code_verifier: pkce().verifier },
      { grant_type: 'refresh_token', refresh_token: step.login },
      { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: step.login },
      { grant_type: 'password', username: email, password: next },
    ];
    for (const form of grants) {
      const answer = await server.form('/oauth2/token', form);
      expect([answer.status, answer.body.access_token]).toEqual([400, undefined]);
    }
    expect(await findById<User>(test.database, 0, 'User', user.id)).toBeDefined();
  });

  it('leads through an app that asks for a patient: nobody is shown before the factor', async () => {
    const email = 'standalone@strict.example';
    await testMember(server, strict, { email, password });
    const client = await testClient(server, strict, { redirectUris: ['https://app.example/cb'] });
    const asked = { clientId: client.id, redirectUri: 'https://app.example/cb', scope: 'launch/patient patient/*.rs' };
    const { login: id, answer } = await codeFor(server, { email, password }, asked);
    expect(answer.body).toMatchObject({ mfaEnrollRequired: true });
    expect((await server.json('/auth/patients', { login: id })).status).toBe(400);
    expect((await server.json('/auth/patient', { login: id, patient: 'p1' })).status).toBe(400);
  });
});

describe('S61: sessions', () => {
  it('are listed for their person, and end at her word', async () => {
    const person = { email: 'sessions@plain.example', password };
    await testMember(server, plain, person);
    const [first, second, third] = [
      await tokensFor(server, person),
      await tokensFor(server, person),
      await tokensFor(server, person),
    ];
    const headers = bearer(first.body.access_token);
    const { sessions } = (await server.get('/auth/sessions', headers)).body as {
      sessions: { id: string; current: boolean; authMethod: string; address: string; createdAt: string }[];
    };
    expect(sessions.map(({ current, authMethod }) => [current, authMethod])).toEqual([
      [false, 'password'],
      [false, 'password'],
      [true, 'password'],
    ]);
    expect(sessions.map(({ address }) => isIP(address) > 0)).toEqual([true, true, true]);
    const rows = await test.database.query<{ address: string }>(sql`SELECT address FROM session`);
    expect(rows.filter(({ address }) => address.includes(sessions[0]?.address ?? ''))).toEqual([]);
    const other = { email: 'other@plain.example', password };
    await testMember(server, plain, other);
    const stranger = bearer((await tokensFor(server, other)).body.access_token);
    const end = (body: unknown, as = headers) => server.json('/auth/sessions/end', body, as);
    expect((await end({ session: sessions[0]?.id }, stranger)).status).toBe(404);
    expect((await end({ session: sessions[0]?.id })).body).toEqual({ ended: 1 });
    expect([await me(first), await me(second), await me(third)]).toEqual([200, 200, 401]);
    expect((await end({ others: true })).body).toEqual({ ended: 1 });
    expect([await me(first), await me(second)]).toEqual([200, 401]);
  });

  it('that nobody used for a quarter of an hour are over, and not listed', async () => {
    const person = { email: 'left@plain.example', password };
    await testMember(server, plain, person);
    await tokensFor(server, person);
    server.advance(16 * MINUTE);
    const headers = bearer((await tokensFor(server, person)).body.access_token);
    expect((await server.get('/auth/sessions', headers)).body.sessions).toHaveLength(1);
  });

  it('are as many as the clinic allows: the longest unused one ends', async () => {
    const clinic = await testClinic(server, 'Two', { setting: [{ name: SESSION_LIMIT, valueInteger: 2 }] });
    const person = { email: 'limit@two.example', password };
    await testMember(server, clinic, person);
    const tokens: Answer[] = [];
    for (let session = 0; session < 3; session++) {
      tokens.push(await tokensFor(server, person));
      server.advance(1000);
    }
    expect(await Promise.all(tokens.map(me))).toEqual([401, 200, 200]);
    expect([sessionLimit({}), sessionLimit({ setting: [{ name: SESSION_LIMIT, valueInteger: 900 }] })]).toEqual([
      20, 50,
    ]);
  });

  it('of apps of others see nothing of the account', async () => {
    const person = { email: 'app@plain.example', password };
    await testMember(server, plain, person);
    const client = await testClient(server, plain, { redirectUris: ['https://app.example/cb'] });
    const asked = { clientId: client.id, redirectUri: 'https://app.example/cb', scope: 'openid' };
    const headers = bearer((await tokensFor(server, person, asked)).body.access_token);
    const paths = ['/auth/sessions', '/auth/apps', '/auth/passkeys', '/auth/step-up', '/auth/mfa/status'];
    const statuses = await Promise.all(paths.map(async (path) => (await server.get(path, headers)).status));
    expect(statuses).toEqual(paths.map(() => 403));
    const known = (await server.get('/auth/me', headers)).body;
    expect([known.user !== undefined, known.security]).toEqual([true, undefined]);
  });
});

describe('S61: staff and patients', () => {
  it('have accounts of their own, also with one address', async () => {
    const invite = await admin(plain);
    const person = { firstName: 'Pat', lastName: 'Both', email: 'both@plain.example' };
    const policy = await server.repository(plain.tenant).createResource({ resourceType: 'AccessPolicy', resource: [] });
    const access = [{ policy: { reference: `AccessPolicy/${policy.id}` } }];
    const staff = await invite('invite', { ...person, resourceType: 'Practitioner', membership: { access } });
    const patient = await invite('invite', { ...person, resourceType: 'Patient', membership: { access } });
    const users = [staff, patient].map(({ body }) => (body as unknown as ProjectMembership).user.reference);
    expect([staff.status, patient.status]).toEqual([200, 200]);
    expect(new Set(users).size).toBe(2);
    const within = await invite('invite', {
      ...person,
      resourceType: 'Practitioner',
      scope: 'project',
      membership: { access },
      forceNewMembership: true,
    });
    expect(within.status).toBe(409);
  });

  it('are apart: no patient administers, launches, or becomes an admin', async () => {
    const invite = await admin(plain);
    const person = { email: 'patient@plain.example', password };
    const { membership } = await testMember(server, plain, person);
    const profile = { reference: 'Patient/p1' };
    await server.repository(plain.tenant).updateResource({ ...membership, profile });
    const headers = bearer((await tokensFor(server, person)).body.access_token);
    const doors = ['invite', 'client', 'bot', 'settings'].map((door) => `/admin/projects/${plain.projectId}/${door}`);
    const statuses = [...doors, '/auth/launch'].map(async (path) => {
      const body = { client: 'x', setting: [], name: 'x', resourceType: 'Patient', firstName: 'x', lastName: 'x' };
      return (await server.json(path, body, headers)).status;
    });
    expect(await Promise.all(statuses)).toEqual([403, 403, 403, 403, 403]);
    expect((await invite(`members/${membership.id}`, { admin: true })).status).toBe(403);
    await invite.stepUp();
    expect((await invite(`members/${membership.id}`, { admin: true })).status).toBe(400);
  });
});

describe('S63: guessing', () => {
  it('ends after a hundred failures in a row from one place; a new password by mail opens the way', async () => {
    const email = 'hundred@plain.example';
    await testMember(server, plain, { email, password });
    for (let failure = 0; failure < 98; failure++) {
      await countFailure(server.deps, email, '127.0.0.1', server.deps.clock());
    }
    for (let failure = 98; failure < 100; failure++) {
      server.advance(15 * MINUTE);
      expect((await login(email, 'wrong')).status).toBe(400);
    }
    server.advance(15 * MINUTE + 1000);
    expect((await login(email)).status).toBe(429);
    server.advance(15 * MINUTE);
    expect((await login(email)).status).toBe(429);
    mails.length = 0;
    await server.json('/auth/resetpassword', { email });
    await expect.poll(() => mails.length).toBe(1);
    const [, id, secret] = /setpassword\/([^/]+)\/(\S+)/.exec(mails[0] ?? '') ?? [];
    await server.json('/auth/setpassword', { id, secret, password: 'quite another phrase' });
    server.advance(MINUTE);
    expect((await login(email, 'quite another phrase')).status).toBe(200);
  });
});

describe('S71: a bot’s token', () => {
  it('that one process ended is refused by another within five seconds', async () => {
    const { membership } = await testMember(server, plain, { email: 'bot@plain.example', password });
    const token = await server.auth.issueBotToken({
      run: randomUUID(),
      tenant: plain.tenant,
      botMembership: membership.id,
      depth: 1,
      ttlSeconds: 300,
    });
    const elsewhere = createAuth(server.deps);
    const ask = () => elsewhere.authenticate({ headers: bearer(token.accessToken) });
    await expect(ask()).resolves.toBeDefined();
    server.auth.endBotToken(token);
    await expect
      .poll(() => {
        server.advance(4000);
        return ask().then(
          () => 'good',
          () => 'refused',
        );
      })
      .toBe('refused');
  });
});
