/**
 * @see https://www.rfc-editor.org/rfc/rfc6238#section-5.2
 * @see security.md S60
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { hasFactor } from './factor.ts';
import { COOKIE } from './single-sign-on.ts';
import { isSteppedUp, STEP_UP_MS } from './step-up.ts';
import {
  type AuthServer,
  bearer,
  codeFor,
  codeOf,
  pkce,
  startAuthServer,
  type TestClinic,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

const password = 'correct horse battery';
const STEP = 30_000;
let test: TestDatabase;
let server: AuthServer;
let strict: TestClinic;
let plain: TestClinic;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
  strict = await testClinic(server, 'Strict', { setting: [{ name: 'requireMfa', valueBoolean: true }] });
  plain = await testClinic(server, 'Plain');
});
afterAll(async () => {
  await server.close();
  await test.close();
});

const exchange = (code: unknown, verifier: string) =>
  server.form('/oauth2/token', { grant_type: 'authorization_code', code: String(code), code_verifier: verifier });

/** A person who has enrolled: her codes come from the returned function. */
async function enrolled(clinic: TestClinic, email: string) {
  const { user } = await testMember(server, clinic, { email, password });
  const { body } = await tokensFor(server, { email, password });
  const status = await server.get('/auth/mfa/status', bearer(body.access_token));
  const uri = String(status.body.enrollUri);
  const token = () => codeOf(uri, server.deps.clock());
  const done = await server.json('/auth/mfa/enroll', { token: token() }, bearer(body.access_token));
  expect(done.status).toBe(200);
  server.advance(STEP);
  return { email, user, token, bearer: bearer(body.access_token) };
}

describe('S60: a second factor for staff of a project that asks for one', () => {
  it('must be enrolled at the first sign-in, before any code', async () => {
    const email = 'first@strict.example';
    const { user } = await testMember(server, strict, { email, password });
    const { answer, login, verifier } = await codeFor(server, { email, password });
    expect(answer.body).toMatchObject({ mfaEnrollRequired: true, allowedMfaMethods: ['totp', 'passkey'] });
    expect(answer.body.enrollUri).toMatch(/^otpauth:\/\/totp\/MindBridge:first%40strict/);
    expect(answer.body.enrollQrCode).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(answer.body.code).toBeUndefined();
    const wrong = await server.json('/auth/mfa/login-enroll', { login, token: '000000' });
    expect([wrong.status, await hasFactor(test.database, user.id)]).toEqual([400, false]);
    const again = await server.get(`/auth/login/${login}`);
    expect(again.body.enrollUri).toBe(answer.body.enrollUri);
    const token = codeOf(String(answer.body.enrollUri), server.deps.clock());
    const done = await server.json('/auth/mfa/login-enroll', { login, method: 'totp', token });
    expect((await exchange(done.body.code, verifier)).status).toBe(200);
  });

  it('is not asked of patients', async () => {
    const email = 'patient@strict.example';
    const { user, membership } = await testMember(server, strict, { email, password });
    const profile = { reference: 'Patient/p1' };
    await server
      .repository(strict.tenant)
      .updateResource({ ...membership, profile, user: { reference: `User/${user.id}` } });
    expect((await codeFor(server, { email, password })).answer.body.code).toBeDefined();
  });

  it('cannot be gone round by scope, profile, a new code or the cookie of another sign-in', async () => {
    const email = 'round@strict.example';
    const { membership } = await testMember(server, strict, { email, password });
    const { login } = await codeFor(server, { email, password });
    const answers = [
      await server.json('/auth/scope', { login, scope: 'openid' }),
      await server.json('/auth/profile', { login, profile: membership.id }),
      await server.json('/auth/mfa/login-enroll', { login, method: 'email' }),
      await server.json('/auth/mfa/verify', { login, token: '123456' }),
      await server.get(`/auth/login/${login}`),
    ];
    expect(answers.flatMap(({ body, headers }) => [body.code, headers.get('set-cookie')])).toEqual(
      answers.flatMap(() => [undefined, null]),
    );
  });
});

describe('S60: a person who has a second factor', () => {
  it('is asked for it, and each code works once', async () => {
    const person = await enrolled(plain, 'asked@plain.example');
    const first = await codeFor(server, { email: person.email, password });
    expect(first.answer.body).toEqual({ login: first.login, mfaRequired: true, mfaMethods: ['totp'] });
    const token = person.token();
    const verify = (login: string, code = token) => server.json('/auth/mfa/verify', { login, token: code });
    const done = await verify(first.login);
    expect((await exchange(done.body.code, first.verifier)).status).toBe(200);
    const second = await codeFor(server, { email: person.email, password });
    expect((await verify(second.login)).status).toBe(400);
    server.advance(STEP);
    const parallel = await Promise.all([1, 2, 3, 4].map(() => verify(second.login, person.token())));
    expect(parallel.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('S63: guesses are slowed down', async () => {
    const person = await enrolled(plain, 'guessed@plain.example');
    const { login } = await codeFor(server, { email: person.email, password });
    const statuses: number[] = [];
    for (let guess = 0; guess < 6; guess++) {
      statuses.push((await server.json('/auth/mfa/verify', { login, token: '000000' })).status);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
    expect((await server.json('/auth/mfa/verify', { login, token: person.token() })).status).toBe(429);
  });

  it('has it for the apps of the same browser too, and takes it away with a code only', async () => {
    const person = await enrolled(plain, 'sso@plain.example');
    const first = await codeFor(server, { email: person.email, password });
    const done = await server.json('/auth/mfa/verify', { login: first.login, token: person.token() });
    const cookie = /mindbridge_sign_in=[^;]+/.exec(done.headers.get('set-cookie') ?? '')?.[0] ?? COOKIE;
    const query = new URLSearchParams({
      response_type: 'code',
      redirect_uri: `${server.baseUrl}/apps/risk/`,
      scope: 'openid',
      code_challenge: pkce().challenge,
      code_challenge_method: 'S256',
    });
    const answer = await server.get(`/oauth2/authorize?${query}`, { cookie });
    expect(answer.headers.get('location')).toContain('code=');
    expect((await server.json('/auth/mfa/disable', { token: '000000' }, person.bearer)).status).toBe(400);
    server.advance(STEP);
    expect((await server.json('/auth/mfa/disable', { token: person.token() }, person.bearer)).status).toBe(200);
    expect((await codeFor(server, { email: person.email, password })).answer.body.code).toBeDefined();
  });
});

describe('S60: step-up', () => {
  const steppedUp = async (headers: { authorization: string }) =>
    isSteppedUp(await server.auth.authenticate({ headers }), server.deps.clock());

  it('takes the password where there is no second factor, and counts for five minutes', async () => {
    const person = { email: 'step@plain.example', password };
    await testMember(server, plain, person);
    const headers = bearer((await tokensFor(server, person)).body.access_token);
    expect(await steppedUp(headers)).toBe(false);
    expect((await server.json('/auth/step-up', { password: 'wrong' }, headers)).status).toBe(400);
    expect((await server.json('/auth/step-up', {}, headers)).status).toBe(400);
    expect(await steppedUp(headers)).toBe(false);
    expect((await server.json('/auth/step-up', { password }, headers)).status).toBe(200);
    expect(await steppedUp(headers)).toBe(true);
    server.advance(STEP_UP_MS + 1000);
    expect(await steppedUp(headers)).toBe(false);
  });

  it('takes the second factor where there is one, and then no password', async () => {
    const person = await enrolled(plain, 'step2@plain.example');
    expect((await server.json('/auth/step-up', { password }, person.bearer)).status).toBe(400);
    expect((await server.json('/auth/step-up', { token: person.token() }, person.bearer)).status).toBe(200);
    expect(await steppedUp(person.bearer)).toBe(true);
  });

  it('is needed by a person who turns the second factor of a project off', async () => {
    const clinic = await testClinic(server, 'Off', { setting: [{ name: 'requireMfa', valueBoolean: true }] });
    await server.repository(0).createResource({ resourceType: 'Project', id: clinic.projectId }, { assignedId: true });
    const email = 'admin@off.example';
    await testMember(server, clinic, { email, password, admin: true });
    const { answer, login, verifier } = await codeFor(server, { email, password });
    const token = () => codeOf(String(answer.body.enrollUri), server.deps.clock());
    const done = await server.json('/auth/mfa/login-enroll', { login, token: token() });
    const headers = bearer((await exchange(done.body.code, verifier)).body.access_token);
    const off = () =>
      server.json(
        `/admin/projects/${clinic.projectId}/settings`,
        { setting: [{ name: 'requireMfa', valueBoolean: false }] },
        headers,
      );
    expect((await off()).status).toBe(403);
    server.advance(STEP);
    await server.json('/auth/step-up', { token: token() }, headers);
    expect((await off()).body).toMatchObject({ setting: [{ name: 'requireMfa', valueBoolean: false }] });
    expect((await server.get('/auth/me', headers)).body).toMatchObject({
      project: { setting: expect.arrayContaining([{ name: 'requireMfa', valueBoolean: false }]) },
      security: { mfaEnrolled: true },
    });
  });
});
