/**
 * @see https://www.w3.org/TR/webauthn-3/#sctn-rp-operations
 * @see security.md S60
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { CHALLENGE_MS } from './passkey-challenge.ts';
import { relyingParty } from './relying-party.ts';
import { SoftAuthenticator } from './soft-authenticator-testing.ts';
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
let test: TestDatabase;
let server: AuthServer;
let plain: TestClinic;
let strict: TestClinic;
let admins: TestClinic;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
  plain = await testClinic(server, 'Plain');
  strict = await testClinic(server, 'Strict', { setting: [{ name: 'requireMfa', valueBoolean: true }] });
  admins = await testClinic(server, 'Admins', { setting: [{ name: 'phishingResistantMfa', valueString: 'admins' }] });
});
afterAll(async () => {
  await server.close();
  await test.close();
});

const exchange = (code: unknown, verifier: string) =>
  server.form('/oauth2/token', { grant_type: 'authorization_code', code: String(code), code_verifier: verifier });

const newOptions = async (headers: { authorization: string }) =>
  (await server.json('/auth/passkeys/options', {}, headers)).body.options;

/** A person who has a passkey. */
async function holder(email: string, clinic = plain, authenticator = new SoftAuthenticator(server.baseUrl)) {
  const { user } = await testMember(server, clinic, { email, password });
  const { body } = await tokensFor(server, { email, password });
  const headers = bearer(body.access_token);
  const response = authenticator.create(await newOptions(headers));
  const made = await server.json('/auth/passkeys', { response, name: 'My phone' }, headers);
  expect(made.status).toBe(201);
  return { email, user, headers, authenticator, made: made.body };
}

/** Signs in by passkey alone. */
async function byPasskey(answer: (options: unknown) => Record<string, unknown>) {
  const { body } = await server.json('/auth/passkey/options', {});
  const { verifier, challenge } = pkce();
  const request = { response: answer(body.options), codeChallenge: challenge, codeChallengeMethod: 'S256' };
  return { request, verifier, answer: await server.json('/auth/login/passkey', request) };
}

const stepUpOptions = async (headers: { authorization: string }) =>
  (await server.json('/auth/step-up/options', {}, headers)).body.options;

describe('S60: a passkey as the only factor', () => {
  it('signs a person in, verified by the authenticator, without name or password', async () => {
    const { authenticator, user } = await holder('alone@plain.example');
    const { answer, verifier } = await byPasskey((options) => authenticator.get(options));
    const tokens = await exchange(answer.body.code, verifier);
    expect(tokens.status).toBe(200);
    const me = await server.get('/auth/me', bearer(tokens.body.access_token));
    expect(me.body).toMatchObject({ user: { id: user.id }, security: { mfaEnrolled: true } });
  });

  it.each<[string, Parameters<SoftAuthenticator['get']>[1]]>([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of a look-alike origin', { origin: 'http://localhost.evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['without verification of the person', { verified: false }],
    ['that was a registration', { type: 'webauthn.create' }],
    ['of another person', { userHandle: Buffer.from('somebody').toString('base64url') }],
  ])('refuses a signature %s', async (what, faults) => {
    const { authenticator } = await holder(`${what.replaceAll(' ', '-')}@plain.example`);
    const { answer } = await byPasskey((options) => authenticator.get(options, faults));
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ issue: [{ details: { coding: [{ code: 'passkey-invalid' }] } }] });
  });

  it('takes a challenge once, for five minutes, and a count that grows', async () => {
    const { authenticator } = await holder('once@plain.example');
    const first = await byPasskey((options) => authenticator.get(options));
    expect(first.answer.status).toBe(200);
    expect((await server.json('/auth/login/passkey', first.request)).status).toBe(400);
    const late = await byPasskey((options) => {
      server.advance(CHALLENGE_MS + 1000);
      return authenticator.get(options);
    });
    expect(late.answer.status).toBe(400);
    authenticator.counter = 0;
    expect((await byPasskey((options) => authenticator.get(options))).answer.status).toBe(400);
  });

  it('works with authenticators that do not count', async () => {
    const synced = new SoftAuthenticator(server.baseUrl, { counts: false });
    await holder('synced@plain.example', plain, synced);
    for (const _ of [1, 2]) {
      expect((await byPasskey((options) => synced.get(options))).answer.status).toBe(200);
    }
  });

  it('answers an unknown passkey as a bad one, behind growing delays', async () => {
    const stranger = new SoftAuthenticator(server.baseUrl);
    const statuses = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      statuses.push((await byPasskey((options) => stranger.get(options))).answer.status);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
  });
});

describe('S60: a passkey as the second factor', () => {
  it('is asked for after the password, and is bound to that sign-in', async () => {
    const { authenticator, email } = await holder('second@plain.example');
    const { login, answer, verifier } = await codeFor(server, { email, password });
    expect(answer.body).toEqual({ login, mfaRequired: true, mfaMethods: ['passkey'] });
    const { body } = await server.json('/auth/passkey/options', { login });
    expect(body.options).toMatchObject({ allowCredentials: [{ id: authenticator.id }], userVerification: 'required' });
    const other = await codeFor(server, { email, password });
    const response = authenticator.get(body.options);
    expect((await server.json('/auth/mfa/verify', { login: other.login, response })).status).toBe(400);
    expect((await server.json('/auth/mfa/verify', { login })).status).toBe(400);
    const again = (await server.json('/auth/passkey/options', { login })).body.options;
    const done = await server.json('/auth/mfa/verify', { login, response: authenticator.get(again) });
    expect((await exchange(done.body.code, verifier)).status).toBe(200);
  });

  it('cannot be signed by somebody else’s', async () => {
    const { email } = await holder('mine@plain.example');
    const other = await holder('theirs@plain.example');
    const { login } = await codeFor(server, { email, password });
    const { body } = await server.json('/auth/passkey/options', { login });
    const response = other.authenticator.get(body.options);
    expect((await server.json('/auth/mfa/verify', { login, response })).status).toBe(400);
  });

  it('can be enrolled at the first sign-in of staff who must have one', async () => {
    const email = 'enrols@strict.example';
    await testMember(server, strict, { email, password });
    const { login, verifier } = await codeFor(server, { email, password });
    const shown = await server.json('/auth/mfa/login-enroll', { login, method: 'passkey' });
    expect(shown.body).toMatchObject({ mfaEnrollRequired: true, passkeyOptions: { rp: { id: 'localhost' } } });
    const authenticator = new SoftAuthenticator(server.baseUrl);
    const bad = authenticator.create(shown.body.passkeyOptions, { origin: 'https://evil.example' });
    expect((await server.json('/auth/mfa/login-enroll', { login, method: 'passkey', response: bad })).status).toBe(400);
    const options = (await server.json('/auth/mfa/login-enroll', { login, method: 'passkey' })).body.passkeyOptions;
    const response = authenticator.create(options);
    const done = await server.json('/auth/mfa/login-enroll', { login, method: 'passkey', response, name: 'Key' });
    expect((await exchange(done.body.code, verifier)).status).toBe(200);
  });

  it('is never added to a factor by the password alone', async () => {
    const { email } = await holder('guarded@plain.example');
    const { login } = await codeFor(server, { email, password });
    const answer = await server.json('/auth/mfa/login-enroll', { login, method: 'passkey' });
    expect(answer.body).toEqual({ login, mfaRequired: true, mfaMethods: ['passkey'] });
  });
});

describe('own passkeys', () => {
  it('are listed, added after a step-up, and removed', async () => {
    const { headers, authenticator, made } = await holder('list@plain.example');
    expect((await server.get('/auth/passkeys', headers)).body).toMatchObject({
      passkeys: [{ id: authenticator.id, name: 'My phone' }],
    });
    expect((await server.json('/auth/passkeys/options', {}, headers)).status).toBe(403);
    expect((await server.json('/auth/passkeys/remove', { id: made.id }, headers)).status).toBe(403);
    const response = authenticator.get(await stepUpOptions(headers));
    expect((await server.json('/auth/step-up', { response }, headers)).status).toBe(200);
    const second = new SoftAuthenticator(server.baseUrl);
    const added = await server.json('/auth/passkeys', { response: second.create(await newOptions(headers)) }, headers);
    expect(added.body).toMatchObject({ id: second.id, name: 'Synced passkey', synced: true });
    const stranger = await holder('stranger@plain.example');
    expect((await server.json('/auth/passkeys/remove', { id: stranger.authenticator.id }, headers)).status).toBe(404);
    expect((await server.json('/auth/passkeys/remove', { id: made.id }, headers)).status).toBe(200);
    expect((await server.get('/auth/passkeys', headers)).body).toMatchObject({ passkeys: [{ id: second.id }] });
  });

  it('the last one stays with staff who must have a second factor', async () => {
    const email = 'last@strict.example';
    await testMember(server, strict, { email, password });
    const { login, verifier } = await codeFor(server, { email, password });
    const authenticator = new SoftAuthenticator(server.baseUrl);
    const { body } = await server.json('/auth/mfa/login-enroll', { login, method: 'passkey' });
    const response = authenticator.create(body.passkeyOptions);
    const done = await server.json('/auth/mfa/login-enroll', { login, method: 'passkey', response });
    const headers = bearer((await exchange(done.body.code, verifier)).body.access_token);
    await server.json('/auth/step-up', { response: authenticator.get(await stepUpOptions(headers)) }, headers);
    expect((await server.json('/auth/passkeys/remove', { id: authenticator.id }, headers)).status).toBe(409);
  });
});

describe('S60: step-up by passkey', () => {
  it('counts for five minutes, in its own session only', async () => {
    const { headers, authenticator } = await holder('step@plain.example');
    const status = await server.get('/auth/step-up', headers);
    expect(status.body).toEqual({ methods: ['passkey'] });
    const other = await holder('step-other@plain.example');
    const stolen = authenticator.get(await stepUpOptions(other.headers));
    expect((await server.json('/auth/step-up', { response: stolen }, headers)).status).toBe(400);
    expect((await server.json('/auth/step-up', { password }, headers)).status).toBe(400);
    const response = authenticator.get(await stepUpOptions(headers));
    expect((await server.json('/auth/step-up', { response }, headers)).status).toBe(200);
    const isUp = async () => isSteppedUp(await server.auth.authenticate({ headers }), server.deps.clock());
    expect(await isUp()).toBe(true);
    server.advance(STEP_UP_MS + 1000);
    expect(await isUp()).toBe(false);
  });
});

describe('S60: a factor that cannot be phished', () => {
  it('is asked of admins where the project says so: a code is not enough, and a passkey is', async () => {
    const email = 'admin@admins.example';
    await testMember(server, admins, { email, password, admin: true });
    const staff = { email: 'staff@admins.example', password };
    await testMember(server, admins, staff);
    expect((await codeFor(server, staff)).answer.body.code).toBeDefined();
    const { login, answer, verifier } = await codeFor(server, { email, password });
    expect(answer.body).toEqual({ login, mfaEnrollRequired: true, allowedMfaMethods: ['passkey'] });
    expect((await server.json('/auth/mfa/login-enroll', { login, method: 'totp', token: '123456' })).status).toBe(400);
    const { body } = await server.json('/auth/mfa/login-enroll', { login, method: 'passkey' });
    const authenticator = new SoftAuthenticator(server.baseUrl);
    const response = authenticator.create(body.passkeyOptions);
    const done = await server.json('/auth/mfa/login-enroll', { login, method: 'passkey', response });
    const headers = bearer((await exchange(done.body.code, verifier)).body.access_token);

    await server.json('/auth/step-up', { response: authenticator.get(await stepUpOptions(headers)) }, headers);
    const uri = String((await server.get('/auth/mfa/status', headers)).body.enrollUri);
    const token = () => codeOf(uri, server.deps.clock());
    expect((await server.json('/auth/mfa/enroll', { token: token() }, headers)).status).toBe(200);
    server.advance(30_000);
    const next = await codeFor(server, { email, password });
    expect((await server.json('/auth/mfa/verify', { login: next.login, token: token() })).body).toEqual({
      login: next.login,
      mfaRequired: true,
      mfaMethods: ['passkey'],
    });
    expect((await server.get('/auth/step-up', headers)).body).toMatchObject({ methods: ['passkey'] });
  });
});

describe('relyingParty', () => {
  it('is the host of the address, and none where that is a number', () => {
    expect(relyingParty('https://clinic.example:8443')).toEqual({
      id: 'clinic.example',
      origin: 'https://clinic.example:8443',
    });
    expect([relyingParty('http://127.0.0.1:8103'), relyingParty('http://[::1]:8103')]).toEqual([undefined, undefined]);
  });
});
