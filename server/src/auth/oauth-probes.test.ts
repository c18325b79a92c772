/**
 * What an examiner tries at the doors of OAuth and OpenID Connect beyond the ordinary.
 * @see https://www.rfc-editor.org/rfc/rfc9700
 * @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest
 * @see security.md S1, S2, S3, S12, S15, S17, S19
 */
import { createHash } from 'node:crypto';
import type { ClientApplication } from '@medplum/fhirtypes';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
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

const maria = { email: 'maria@probes.example', password: 'correct horse battery' };
const redirectUri = 'https://app.example/cb';
let test: TestDatabase;
let server: AuthServer;
let clinic: TestClinic;
let client: { readonly id: string };
let own: { readonly id: string };

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
  clinic = await testClinic(server, 'Probes');
  await testMember(server, clinic, maria);
  client = await testClient(server, clinic, { redirectUris: [redirectUri] });
  own = await testClient(server, clinic, { redirectUris: [`${server.baseUrl}/apps/risk/`] });
});
afterAll(async () => {
  await server.close();
  await test.close();
});

const request = (more: Record<string, string> = {}): Record<string, string> => ({
  response_type: 'code',
  client_id: client.id,
  redirect_uri: redirectUri,
  scope: 'openid user/Patient.rs',
  state: 's-1',
  aud: `${server.baseUrl}/fhir/R4`,
  code_challenge: pkce().challenge,
  code_challenge_method: 'S256',
  ...more,
});
const authorize = (more: Record<string, string> = {}, headers?: Record<string, string>) =>
  server.get(`/oauth2/authorize?${new URLSearchParams(request(more))}`, headers);
const queryOf = (answer: Answer): URLSearchParams =>
  new URL(answer.headers.get('location') ?? 'none:', server.baseUrl).searchParams;

describe('S1: discovery', () => {
  it('says what is not there, whose absence would mean that it is', async () => {
    const { body } = await server.get('/.well-known/openid-configuration');
    expect(body).toMatchObject({ request_parameter_supported: false, request_uri_parameter_supported: false });
    expect(body.introspection_endpoint_auth_methods_supported).not.toContain('none');
    expect(body.revocation_endpoint_auth_methods_supported).toContain('private_key_jwt');
  });
});

describe('S2: authorization requests', () => {
  it.each([
    'https://APP.example/cb',
    'https://app.example:443/cb',
    'https://app.example:8443/cb',
    'https://app.example/cb/',
    'https://app.example/cb?',
    'https://app.example/./cb',
    'https://app.example/x/../cb',
    'https://app.example/%63b',
    'https://user@app.example/cb',
    'http://app.example/cb',
    ' https://app.example/cb',
  ])('answer 400 for %s, which is not byte by byte what is registered', async (redirect_uri) => {
    for (const answer of [
      await authorize({ redirect_uri }),
      await server.form('/oauth2/authorize', request({ redirect_uri })),
    ]) {
      expect([answer.status, answer.headers.get('location'), answer.body.error]).toEqual([
        400,
        null,
        'invalid_request',
      ]);
    }
  });

  it.each<[string, Record<string, string>]>([
    ['invalid_request', { response_mode: 'fragment' }],
    ['invalid_request', { response_mode: 'form_post' }],
    ['request_not_supported', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['request_uri_not_supported', { request_uri: 'https://app.example/request' }],
    ['invalid_request', { prompt: 'none login' }],
    ['login_required', { prompt: 'none' }],
    ['invalid_request', { max_age: '-1' }],
    ['invalid_request', { max_age: 'never' }],
    ['invalid_request', { nonce: 'n'.repeat(513) }],
    ['invalid_request', { launch: 'l'.repeat(65) }],
    ['invalid_request', { code_challenge: 'x'.repeat(42) }],
    ['invalid_request', { code_challenge: 'x'.repeat(44) }],
    ['invalid_request', { code_challenge_method: 's256' }],
    ['unsupported_response_type', { response_type: 'code id_token' }],
    ['unsupported_response_type', { response_type: 'CODE' }],
  ])('go back with %s for %o', async (error, more) => {
    const answer = await authorize(more);
    expect(answer.headers.get('location')).toMatch(/^https:\/\/app\.example\/cb\?/);
    expect([queryOf(answer).get('error'), queryOf(answer).get('state'), queryOf(answer).has('code')]).toEqual([
      error,
      's-1',
      false,
    ]);
  });

  it('want aud to be this FHIR server and nothing near it', async () => {
    const { port } = new URL(server.baseUrl);
    const near = [
      `${server.baseUrl}/fhir/r4`,
      `${server.baseUrl}/fhir/R4/Patient`,
      `${server.baseUrl}/fhir/R4?x=1`,
      `${server.baseUrl}/fhir/R4#x`,
      `${server.baseUrl}/fhir`,
      server.baseUrl,
      `http://LOCALHOST:${port}/fhir/R4`,
      `http://localhost:${Number(port) + 1}/fhir/R4`,
      `https://localhost:${port}/fhir/R4`,
      `http://localhost.evil.example:${port}/fhir/R4`,
      `${server.baseUrl}/fhir/R4 https://other.example`,
    ];
    for (const aud of near) {
      expect([aud, queryOf(await authorize({ aud })).get('error')]).toEqual([aud, 'invalid_request']);
    }
    const twice = await server.get(`/oauth2/authorize?${new URLSearchParams(request())}&aud=x`);
    expect([twice.status, twice.headers.get('location')]).toEqual([400, null]);
  });

  it('hand login_hint, nonce and the rest on to the sign-in page as they came', async () => {
    const more = { login_hint: 'maria+x@probes.example', nonce: 'n-1', ui_locales: 'de', max_age: '0' };
    expect(Object.fromEntries(queryOf(await authorize(more)))).toMatchObject(more);
  });

  it('with max_age or a prompt look at how long ago the person signed in', async () => {
    const { answer } = await codeFor(server, maria);
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
    const app = { client_id: own.id, redirect_uri: `${server.baseUrl}/apps/risk/` };
    server.advance(60_000);
    const outcome = async (more: Record<string, string>) => {
      const query = queryOf(await authorize({ ...app, ...more }, { cookie }));
      return query.has('code') ? 'code' : (query.get('error') ?? 'page');
    };
    expect(await outcome({ prompt: 'none' })).toBe('code');
    expect(await outcome({ prompt: 'none', max_age: '3600' })).toBe('code');
    expect(await outcome({ prompt: 'none', max_age: '30' })).toBe('login_required');
    expect(await outcome({ max_age: '30' })).toBe('page');
    expect(await outcome({ prompt: 'select_account' })).toBe('page');
    expect(await outcome({ client_id: client.id, redirect_uri: redirectUri, prompt: 'none' })).toBe('consent_required');
    server.advance(-60_000);
  });
});

describe('S3: verifiers', () => {
  const exchange = (code: string, code_verifier: string) =>
    server.form('/oauth2/token', { grant_type: 'authorization_code', code, code_verifier });
  const signIn = async (verifier: string) => {
    const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
    const { body } = await server.json('/auth/login', { ...maria, codeChallenge, codeChallengeMethod: 'S256' });
    return String(body.code);
  };

  it.each([
    ['42 characters', 'v'.repeat(42), 400],
    ['43 characters', 'v'.repeat(43), 200],
    ['128 characters', 'v'.repeat(128), 200],
    ['129 characters', 'v'.repeat(129), 400],
    ['a blank within', `${'v'.repeat(42)} v`, 400],
    ['every character that may be there', `aZ09-._~${'v'.repeat(40)}`, 200],
  ])('with %s', async (_, verifier, status) => {
    const answer = await exchange(await signIn(verifier), verifier);
    expect([answer.status, answer.body.error]).toEqual([status, status === 200 ? undefined : 'invalid_grant']);
  });
});

describe('S12: a refresh token whose successor was used', () => {
  it('ends the family at once, in the grace of parallel tabs too', async () => {
    const refresh = (token: unknown) =>
      server.form('/oauth2/token', { grant_type: 'refresh_token', refresh_token: String(token) });
    const first = await tokensFor(server, maria);
    const second = await refresh(first.body.refresh_token);
    const third = await refresh(second.body.refresh_token);
    expect(third.status).toBe(200);
    expect((await refresh(first.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(third.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await server.get('/auth/me', bearer(third.body.access_token))).status).toBe(401);
  });
});

describe('S15: introspection by an app of the platform', () => {
  it('tells of its own tokens, and of those of no clinic', async () => {
    const platform = await server.repository(0).createResource<ClientApplication>({
      resourceType: 'ClientApplication',
      redirectUris: [redirectUri],
      secret: 'right',
    });
    const proof = { client_id: platform.id, client_secret: 'right' };
    const asked = await codeFor(server, maria, { clientId: platform.id, redirectUri, scope: 'openid' });
    const tokens = await server.form('/oauth2/token', {
      ...proof,
      grant_type: 'authorization_code',
      code: asked.code,
      code_verifier: asked.verifier,
      redirect_uri: redirectUri,
    });
    const ask = async (token: unknown) =>
      (await server.form('/oauth2/introspect', { ...proof, token: String(token) })).body;
    expect(await ask(tokens.body.access_token)).toMatchObject({ active: true, client_id: platform.id });
    expect(await ask((await tokensFor(server, maria)).body.access_token)).toEqual({ active: false });
  });
});

describe('S17: the token endpoint', () => {
  it('answers pages of the client’s own origins alone', async () => {
    await testClient(server, clinic, { redirectUris: ['https://second.example/cb'] });
    const ask = async (origin: string) => {
      const { code, verifier } = await codeFor(server, maria, { clientId: client.id, redirectUri, scope: 'openid' });
      const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri };
      return server.form('/oauth2/token', { ...form, client_id: client.id }, { origin });
    };
    expect((await ask('https://app.example')).status).toBe(200);
    for (const origin of ['https://second.example', 'https://evil.example', 'null', 'http://app.example']) {
      const answer = await ask(origin);
      expect([origin, answer.status, answer.body.error]).toEqual([origin, 400, 'unauthorized_client']);
    }
  });
});

describe('S19: registration', () => {
  const register = (more: Record<string, unknown>) =>
    server.json('/oauth2/register', { client_name: 'New', redirect_uris: ['https://new.example/cb'], ...more });

  it('refuses addresses, types and methods that are not to be had, and too many attempts, in the form of RFC 7591', async () => {
    const bad: [string, Record<string, unknown>][] = [
      ['invalid_redirect_uri', { redirect_uris: ['http://new.example/cb'] }],
      ['invalid_redirect_uri', { redirect_uris: ['https://new.example/cb', 'http://localhost.example/cb'] }],
      ['invalid_redirect_uri', { redirect_uris: ['https://new.example/cb#x', 'https://*.example/cb'] }],
      ['invalid_client_metadata', { response_types: ['token'] }],
      ['invalid_client_metadata', { grant_types: ['implicit'] }],
    ];
    for (const [error, more] of bad) {
      const answer = await register(more);
      expect([answer.status, answer.body.error]).toEqual([400, error]);
    }
    const answers = [await register({}), await register({}), await register({}), await register({})];
    const last = answers.at(-1) as Answer;
    expect([last.status, last.body.error]).toEqual([429, 'temporarily_unavailable']);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('access tokens made from what everybody knows', () => {
  it('open nothing: the public key as a shared secret, a key in the header, addresses of keys', async () => {
    const tokens = await tokensFor(server, maria);
    const claims = JSON.parse(
      Buffer.from(String(tokens.body.access_token).split('.')[1] ?? '', 'base64url').toString(),
    );
    const [kid, publicKey] = [...server.deps.keys.publicKeys][0] as [string, CryptoKey];
    const [pem, jwk] = [await exportSPKI(publicKey), JSON.stringify(server.deps.keys.jwks.keys[0])];
    const evil = await generateKeyPair('RS256', { extractable: true });
    const byHash = (secret: string) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid }).sign(Buffer.from(secret));
    const bySigning = (header: Record<string, unknown>) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', ...header }).sign(evil.privateKey);
    const forged = [
      await byHash(pem),
      await byHash(pem.trim()),
      await byHash(jwk),
      await bySigning({ kid }),
      await bySigning({ kid, jku: 'https://evil.example/jwks.json' }),
      await bySigning({ kid, jwk: await exportJWK(evil.publicKey) }),
      await bySigning({ kid: '../../../../dev/null' }),
    ];
    for (const token of forged) {
      const answer = await server.get('/auth/me', bearer(token));
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        'Bearer realm="MindBridge", error="invalid_token"',
      ]);
    }
  });

  it('without openid open no userinfo', async () => {
    const tokens = await tokensFor(server, maria, { scope: 'profile' });
    const answer = await server.get('/oauth2/userinfo', bearer(tokens.body.access_token));
    expect(answer.status).toBe(403);
  });
});
