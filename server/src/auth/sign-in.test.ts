/**
 * @see https://www.medplum.com/docs/auth
 * @see security.md S60–S63
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { delayMs, MAX_DELAY_MS } from './login-throttle.ts';
import {
  type AuthServer,
  bearer,
  codeFor,
  codeOf,
  pkce,
  startAuthServer,
  testClient,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

const password = 'correct horse battery';
let test: TestDatabase;
let server: AuthServer;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
});
afterAll(async () => {
  await server.close();
  await test.close();
});

const login = (body: Record<string, unknown>) => {
  const { challenge } = pkce();
  return server.json('/auth/login', { codeChallenge: challenge, codeChallengeMethod: 'S256', ...body });
};

describe('auth/login', () => {
  it('answers an unknown account exactly as a wrong password', async () => {
    const clinic = await testClinic(server, 'Same');
    await testMember(server, clinic, { email: 'known@same.example', password });
    const known = await login({ email: 'known@same.example', password: 'wrong' });
    const unknown = await login({ email: 'unknown@same.example', password: 'wrong' });
    expect(unknown.status).toBe(400);
    expect(unknown.body).toEqual(known.body);
  });

  it('S63: delays after five failures, the right password included, and for no longer than 15 minutes', async () => {
    const clinic = await testClinic(server, 'Throttle');
    await testMember(server, clinic, { email: 'slow@throttle.example', password });
    for (let attempt = 0; attempt < 5; attempt++) {
      await login({ email: 'slow@throttle.example', password: 'wrong' });
    }
    const delayed = await login({ email: 'slow@throttle.example', password });
    expect(delayed.status).toBe(429);
    expect(Number(delayed.headers.get('retry-after'))).toBeGreaterThan(0);
    server.advance(MAX_DELAY_MS);
    expect((await login({ email: 'slow@throttle.example', password })).status).toBe(200);
    server.advance(-MAX_DELAY_MS);
  });

  it('S63: delays an unknown account just the same', async () => {
    for (let attempt = 0; attempt < 5; attempt++) {
      await login({ email: 'nobody@throttle.example', password: 'wrong' });
    }
    expect((await login({ email: 'nobody@throttle.example', password: 'wrong' })).status).toBe(429);
  });

  it('S63: counts anew after a success', async () => {
    const person = { email: 'clumsy@throttle.example', password };
    await testMember(server, await testClinic(server, 'Clumsy'), person);
    for (let round = 0; round < 2; round++) {
      for (let attempt = 0; attempt < 4; attempt++) {
        await login({ ...person, password: 'wrong' });
      }
      expect((await login(person)).status).toBe(200);
    }
  });

  it('grows the delay up to its bound', () => {
    expect([4, 5, 6, 10, 100].map((failures) => delayMs(failures, 5))).toEqual([0, 1000, 2000, 32_000, MAX_DELAY_MS]);
  });

  it.each([
    [{}, 'codeChallenge'],
    [{ codeChallenge: 'x'.repeat(43), codeChallengeMethod: 'plain' }, 'codeChallenge'],
    [{ clientId: 'unknown' }, 'clientId'],
    [{ scope: 'x'.repeat(8192) }, 'scope'],
    [{ redirectUri: 'https://evil.example/' }, 'redirectUri'],
  ])('refuses %o', async (more, expression) => {
    const { challenge } = pkce();
    const base = { email: 'a@b.example', password, codeChallengeMethod: 'S256' };
    const body = expression === 'codeChallenge' ? { ...base, ...more } : { ...base, codeChallenge: challenge, ...more };
    const answer = await server.json('/auth/login', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ issue: [{ expression: [expression] }] });
  });

  it('refuses NUL characters and wrong types without failing', async () => {
    expect((await login({ email: 'a\u0000@b.example', password })).status).toBe(400);
    expect((await login({ email: { $gt: '' }, password: ['x'] })).status).toBe(400);
  });
});

describe('several memberships', () => {
  it('asks which one, and takes only the own ones', async () => {
    const [one, two] = [await testClinic(server, 'One'), await testClinic(server, 'Two')];
    const first = await testMember(server, one, { email: 'both@clinics.example', password });
    const second = await testMember(server, two, { email: 'both@clinics.example', password, user: first.user });
    const stranger = await testMember(server, two, { email: 'stranger@clinics.example', password });
    const { answer, verifier, login: id } = await codeFor(server, { email: 'both@clinics.example', password });
    expect(answer.body.code).toBeUndefined();
    const offered = answer.body.memberships as { id: string; access?: unknown }[];
    expect(offered.map((membership) => membership.id)).toEqual([first.membership.id, second.membership.id]);
    expect((await server.json('/auth/profile', { login: id, profile: stranger.membership.id })).status).toBe(400);
    const chosen = await server.json('/auth/profile', { login: id, profile: second.membership.id });
    const tokens = await server.form('/oauth2/token', {
      grant_type: 'authorization_code',
      code: String(chosen.body.code),
      code_verifier: verifier,
    });
    expect(tokens.body.project).toMatchObject({ reference: `Project/${two.projectId}` });
    expect((await server.json('/auth/profile', { login: id, profile: first.membership.id })).status).toBe(400);
  });

  it('goes straight on when the project is named, or the client belongs to one', async () => {
    const [one, two] = [await testClinic(server, 'Three'), await testClinic(server, 'Four')];
    const first = await testMember(server, one, { email: 'direct@clinics.example', password });
    await testMember(server, two, { email: 'direct@clinics.example', password, user: first.user });
    const credentials = { email: 'direct@clinics.example', password };
    const named = await codeFor(server, credentials, { projectId: two.projectId });
    expect(named.answer.body.code).toBeTypeOf('string');
    const client = await testClient(server, one, {});
    const byClient = await tokensFor(server, credentials, { clientId: client.id });
    expect(byClient.body.project).toMatchObject({ reference: `Project/${one.projectId}` });
  });

  it('refuses an account without a membership, and a disabled one', async () => {
    const clinic = await testClinic(server, 'Five');
    const { membership } = await testMember(server, clinic, { email: 'left@clinics.example', password });
    await server.repository(clinic.tenant).updateResource({ ...membership, active: false });
    expect((await login({ email: 'left@clinics.example', password })).status).toBe(403);
  });
});

describe('consent', () => {
  it('S11: gives an app of others no code before the person agreed, and only what was asked', async () => {
    const clinic = await testClinic(server, 'Consent');
    await testMember(server, clinic, { email: 'ann@consent.example', password });
    const redirectUri = 'https://app.example/cb';
    const client = await testClient(server, clinic, { redirectUris: [redirectUri] });
    const scope = 'openid user/Patient.rs user/Observation.rs';
    const credentials = { email: 'ann@consent.example', password };
    const {
      answer,
      login: id,
      verifier,
    } = await codeFor(server, credentials, { clientId: client.id, redirectUri, scope });
    expect(answer.body.code).toBeUndefined();
    expect((await server.get(`/auth/login/${id}`)).body.code).toBeUndefined();
    expect((await server.json('/auth/scope', { login: id, scope: 'user/*.cruds' })).status).toBe(400);
    const agreed = await server.json('/auth/scope', { login: id, scope: 'openid user/Patient.rs' });
    const tokens = await server.form('/oauth2/token', {
      grant_type: 'authorization_code',
      code: String(agreed.body.code),
      code_verifier: verifier,
      client_id: client.id,
      redirect_uri: redirectUri,
    });
    expect(tokens.body.scope).toBe('openid user/Patient.rs');
    const state = await server.auth.authenticate({ headers: bearer(tokens.body.access_token) });
    const permits = state.grant.ruleSets.map((ruleSet) => ruleSet.rulesFor('Observation', 'read').length > 0);
    expect(permits.slice(0, 2)).toEqual([true, false]);
    expect(state.grant.extendedMode).toBe(false);
  });
});

describe('accounts', () => {
  it('makes an account and a project of its own, whose owner may do everything there', async () => {
    const { challenge, verifier } = pkce();
    const made = await server.json('/auth/newuser', {
      firstName: 'Olga',
      lastName: 'Owner',
      email: 'olga@new.example',
      password,
      projectId: 'new',
      codeChallenge: challenge,
      codeChallengeMethod: 'S256',
    });
    expect(made.status).toBe(200);
    const enroll = await server.json('/auth/newproject', { login: made.body.login, projectName: 'Olga’s clinic' });
    expect(enroll.body).toMatchObject({ mfaEnrollRequired: true, allowedMfaMethods: ['totp', 'passkey'] });
    expect(enroll.body).not.toHaveProperty('code');
    const token = codeOf(String(enroll.body.enrollUri), server.deps.clock());
    const project = await server.json('/auth/mfa/login-enroll', { login: made.body.login, method: 'totp', token });
    const tokens = await server.form('/oauth2/token', {
      grant_type: 'authorization_code',
      code: String(project.body.code),
      code_verifier: verifier,
    });
    const me = await server.get('/auth/me', bearer(tokens.body.access_token));
    expect(me.body).toMatchObject({ project: { name: 'Olga’s clinic' }, membership: { admin: true } });
    expect(me.body.user).not.toHaveProperty('passwordHash');
  });

  it('S63: answers a taken address as a new one, and leads nowhere', async () => {
    const clinic = await testClinic(server, 'Twice');
    await testMember(server, clinic, { email: 'twice@new.example', password });
    const ask = (email: string) =>
      server.json('/auth/newuser', {
        firstName: 'T',
        lastName: 'W',
        email,
        password: 'somebody else’s phrase',
        codeChallenge: pkce().challenge,
      });
    const [taken, free] = [await ask('TWICE@new.example'), await ask('thrice@new.example')];
    expect([taken.status, Object.keys(taken.body)]).toEqual([free.status, Object.keys(free.body)]);
    expect((await server.json('/auth/newproject', { login: taken.body.login, projectName: 'X' })).status).toBe(400);
    expect((await login({ email: 'twice@new.example', password: 'somebody else’s phrase' })).status).toBe(400);
    expect((await login({ email: 'twice@new.example', password })).status).toBe(200);
  });

  it.each(['short', 'fourteen chars', 'passwordpassword'])('S62: refuses %s as a password of its own', async (weak) => {
    const body = { firstName: 'T', lastName: 'W', email: 'weak@new.example', codeChallenge: pkce().challenge };
    const answer = await server.json('/auth/newuser', { ...body, password: weak });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ issue: [{ expression: ['password'] }] });
  });

  it('changes the password after the current one, and ends the other sessions', async () => {
    const clinic = await testClinic(server, 'Change');
    const credentials = { email: 'change@new.example', password };
    await testMember(server, clinic, credentials);
    const [here, there] = [await tokensFor(server, credentials), await tokensFor(server, credentials)];
    const headers = bearer(here.body.access_token);
    const change = (oldPassword: string) =>
      server.json('/auth/changepassword', { oldPassword, newPassword: 'a quite different phrase' }, headers);
    expect((await change('wrong')).status).toBe(400);
    expect((await change(password)).status).toBe(200);
    expect((await server.get('/auth/me', headers)).status).toBe(200);
    expect((await server.get('/auth/me', bearer(there.body.access_token))).status).toBe(401);
    expect((await login(credentials)).status).toBe(400);
    expect((await login({ ...credentials, password: 'a quite different phrase' })).status).toBe(200);
  });
});
