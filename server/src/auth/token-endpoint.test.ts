/**
 * @see https://www.rfc-editor.org/rfc/rfc6749
 * @see https://www.rfc-editor.org/rfc/rfc7636
 * @see security.md S2–S5, S12, S14
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { inlineJwks } from './client-keys.ts';
import { hashOf } from './secrets.ts';
import {
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

const maria = { email: 'maria@oakwood.example', password: 'correct horse battery' };
let test: TestDatabase;
let server: AuthServer;
let clinic: TestClinic;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
  clinic = await testClinic(server, 'Oakwood');
  await testMember(server, clinic, maria);
});
afterAll(async () => {
  await server.close();
  await test.close();
});

const exchange = (code: string, verifier: string, more: Record<string, string> = {}) =>
  server.form('/oauth2/token', { grant_type: 'authorization_code', code, code_verifier: verifier, ...more });
const me = (token: unknown) => server.get('/auth/me', bearer(token));
const refresh = (token: unknown, more: Record<string, string> = {}) =>
  server.form('/oauth2/token', { grant_type: 'refresh_token', refresh_token: String(token), ...more });

describe('authorization_code', () => {
  it('answers with tokens that no cache may keep', async () => {
    const answer = await tokensFor(server, maria, { scope: 'openid fhirUser', nonce: 'n-1' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid fhirUser' });
    const payload = JSON.parse(
      Buffer.from(String(answer.body.id_token).split('.')[1] as string, 'base64url').toString(),
    );
    expect(payload).toMatchObject({ iss: server.baseUrl, nonce: 'n-1' });
    expect(payload.fhirUser).toContain('/fhir/R4/Practitioner/');
  });

  it('S3: lets exactly one of 50 parallel exchanges through', async () => {
    const { code, verifier } = await codeFor(server, maria);
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(code, verifier)));
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.error === 'invalid_grant')).toHaveLength(49);
  });

  it('S3: ends the tokens of a code that comes a second time', async () => {
    const { code, verifier } = await codeFor(server, maria);
    const first = await exchange(code, verifier);
    expect((await me(first.body.access_token)).status).toBe(200);
    expect((await exchange(code, verifier)).body.error).toBe('invalid_grant');
    expect((await me(first.body.access_token)).status).toBe(401);
    expect((await refresh(first.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('S3: refuses a missing, blank, wrong or challenge-like verifier, and leaves the code good', async () => {
    const { code, verifier } = await codeFor(server, maria);
    const wrong = ['', ' ', 'x'.repeat(43), hashOf(verifier)];
    for (const attempt of wrong) {
      const answer = await exchange(code, attempt);
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_grant']);
    }
    expect((await exchange(code, verifier)).status).toBe(200);
  });

  it('S3: refuses a code after a minute', async () => {
    const { code, verifier } = await codeFor(server, maria);
    server.advance(61_000);
    expect((await exchange(code, verifier)).body.error).toBe('invalid_grant');
    server.advance(-61_000);
  });

  it('S4: wants the credentials of a confidential client even with the right verifier', async () => {
    const redirectUri = 'https://app.example/cb';
    const client = await testClient(server, clinic, { secret: 'client-secret', redirectUris: [redirectUri] });
    const { code, verifier } = await codeFor(server, maria, { clientId: client.id, redirectUri });
    const fields = { client_id: client.id, redirect_uri: redirectUri };
    expect((await exchange(code, verifier, fields)).status).toBe(401);
    expect((await exchange(code, verifier, { ...fields, client_secret: 'x' })).body.error).toBe('invalid_client');
    expect((await exchange(code, verifier, { ...fields, client_secret: 'client-secret' })).status).toBe(200);
  });

  it('S3: binds the code to its client and redirect URI', async () => {
    const redirectUri = 'https://app.example/cb';
    const [one, other] = [
      await testClient(server, clinic, { redirectUris: [redirectUri] }),
      await testClient(server, clinic, { redirectUris: [redirectUri] }),
    ];
    const { code, verifier } = await codeFor(server, maria, { clientId: one.id, redirectUri });
    const wrongs: Record<string, string>[] = [
      { client_id: other.id, redirect_uri: redirectUri },
      { client_id: one.id, redirect_uri: `${redirectUri}/` },
      { redirect_uri: redirectUri },
    ];
    for (const wrong of wrongs) {
      expect((await exchange(code, verifier, wrong)).body.error).toBe('invalid_grant');
    }
    const answer = await exchange(code, verifier, { client_id: one.id, redirect_uri: redirectUri });
    expect(answer.status).toBe(200);
    expect(answer.body.refresh_token).toBeUndefined();
  });
});

describe('refresh_token', () => {
  it('S12: rotates, and ends the family when an old token comes again after its grace', async () => {
    const first = await tokensFor(server, maria);
    const second = await refresh(first.body.refresh_token);
    expect((await refresh(first.body.refresh_token)).body.refresh_token).toBe(second.body.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token);
    server.advance(6000);
    expect((await refresh(first.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await me(second.body.access_token)).status).toBe(401);
    expect((await refresh(second.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('S12: gives 20 parallel refreshes one and the same successor', async () => {
    const first = await tokensFor(server, maria);
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(first.body.refresh_token)));
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    expect(new Set(answers.map((answer) => answer.body.refresh_token)).size).toBe(1);
  });

  it('S12: knows an app’s parallel refreshes from one that comes after the answer', async () => {
    const redirectUri = 'https://app.example/cb';
    const { id } = await testClient(server, clinic, { redirectUris: [redirectUri] });
    const first = await tokensFor(server, maria, { clientId: id, redirectUri, scope: 'openid offline_access' });
    const byApp = () => refresh(first.body.refresh_token, { client_id: id });
    const answers = await Promise.all(Array.from({ length: 20 }, byApp));
    expect(new Set(answers.map(({ body }) => body.refresh_token))).toEqual(new Set([expect.any(String)]));
    expect((await byApp()).body.error).toBe('invalid_grant');
    expect((await me(answers[0]?.body.access_token)).status).toBe(401);
    expect((await refresh(answers[0]?.body.refresh_token, { client_id: id })).body.error).toBe('invalid_grant');
  });

  it('S12: narrows the scope, and never widens it', async () => {
    const first = await tokensFor(server, maria, { scope: 'openid profile fhirUser' });
    expect((await refresh(first.body.refresh_token, { scope: 'openid email' })).body.error).toBe('invalid_scope');
    const narrow = await refresh(first.body.refresh_token, { scope: 'openid' });
    expect(narrow.body.scope).toBe('openid');
  });

  it('S12: is bound to its client', async () => {
    const redirectUri = 'https://app.example/cb';
    const [one, other] = [
      await testClient(server, clinic, { redirectUris: [redirectUri] }),
      await testClient(server, clinic, {}),
    ];
    const tokens = await tokensFor(server, maria, { clientId: one.id, redirectUri, scope: 'openid offline_access' });
    expect((await refresh(tokens.body.refresh_token, { client_id: other.id })).body.error).toBe('invalid_grant');
    const next = await refresh(tokens.body.refresh_token, { client_id: one.id });
    expect(next.status).toBe(200);
    // SMART's refresh by a public app names none: the token itself is bound.
    expect((await refresh(next.body.refresh_token)).status).toBe(200);
  });

  it('S4: of a confidential client, and its end, want credentials even where no client is named', async () => {
    const [redirectUri, secret] = ['https://app.example/cb', 'a secret for tests only'];
    const { id } = await testClient(server, clinic, { redirectUris: [redirectUri], secret });
    const asked = { clientId: id, redirectUri, scope: 'openid offline_access' };
    const { code, verifier } = await codeFor(server, maria, asked);
    const proof = { client_id: id, client_secret: secret };
    const tokens = await exchange(code, verifier, { ...proof, redirect_uri: redirectUri });
    const { refresh_token: token } = tokens.body;
    const ended = await server.form('/oauth2/revoke', { token: String(token) });
    for (const answer of [await refresh(token), ended]) {
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
    }
    expect((await refresh(token, proof)).status).toBe(200);
  });
});

describe('S12: how long access lasts', () => {
  const redirectUri = 'https://app.example/cb';
  const DAY = 24 * 3_600_000;

  it('offline: three months from each refresh, and a year in all', async () => {
    const { id } = await testClient(server, clinic, { redirectUris: [redirectUri] });
    const asked = { clientId: id, redirectUri, scope: 'openid offline_access' };
    let tokens = await tokensFor(server, maria, asked);
    let days = 0;
    while (tokens.status === 200 && days < 500) {
      server.advance(89 * DAY);
      days += 89;
      tokens = await refresh(tokens.body.refresh_token, { client_id: id });
    }
    server.advance(-days * DAY);
    expect(days).toBe(445);
    const unused = await tokensFor(server, maria, asked);
    server.advance(91 * DAY);
    expect((await refresh(unused.body.refresh_token, { client_id: id })).body.error).toBe('invalid_grant');
    server.advance(-91 * DAY);
  });

  it('online: until the person signs out', async () => {
    const { id } = await testClient(server, clinic, { redirectUris: [`${server.baseUrl}/apps/x/`] });
    const own = await codeFor(server, maria);
    const cookie = /mindbridge_sign_in=[^;]+/.exec(own.answer.headers.get('set-cookie') ?? '')?.[0] ?? '';
    const session = await exchange(own.code, own.verifier);
    const { verifier, challenge } = pkce();
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: id,
      redirect_uri: `${server.baseUrl}/apps/x/`,
      scope: 'openid online_access',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const answer = await server.get(`/oauth2/authorize?${query}`, { cookie });
    const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
    const app = { client_id: id, redirect_uri: `${server.baseUrl}/apps/x/` };
    const tokens = await exchange(code, verifier, app);
    const once = await refresh(tokens.body.refresh_token, app);
    expect(once.status).toBe(200);
    await server.json('/oauth2/logout', {}, bearer(session.body.access_token));
    expect((await refresh(once.body.refresh_token, app)).body.error).toBe('invalid_grant');
    expect((await me(once.body.access_token)).status).toBe(401);
  });
});

describe('S4: a confidential client', () => {
  it.each<[string, Record<string, string>]>([
    ['no secret', {}],
    ['a wrong secret', { client_secret: 'wrong' }],
    ['an empty secret', { client_secret: '' }],
  ])('is refused with %s at code exchange, refresh, revocation and introspection', async (_, wrong) => {
    const redirectUri = 'https://app.example/cb';
    const { id } = await testClient(server, clinic, { secret: 's3cret', redirectUris: [redirectUri] });
    const { code, verifier } = await codeFor(server, maria, {
      clientId: id,
      redirectUri,
      scope: 'openid offline_access',
    });
    const right = { client_id: id, client_secret: 's3cret' };
    const refused = async (path: string, form: Record<string, string>) => {
      const answer = await server.form(path, { ...form, client_id: id, ...wrong });
      return [answer.status, answer.body.error];
    };
    const exchangeForm = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri };
    expect(await refused('/oauth2/token', exchangeForm)).toEqual([401, 'invalid_client']);
    const tokens = await server.form('/oauth2/token', { ...exchangeForm, ...right });
    const { access_token: token, refresh_token } = tokens.body as Record<string, string>;
    const refreshForm = { grant_type: 'refresh_token', refresh_token: refresh_token as string };
    expect(await refused('/oauth2/token', refreshForm)).toEqual([401, 'invalid_client']);
    expect(await refused('/oauth2/revoke', { token: token as string })).toEqual([401, 'invalid_client']);
    expect(await refused('/oauth2/introspect', { token: token as string })).toEqual([401, 'invalid_client']);
    expect((await server.form('/oauth2/token', { ...refreshForm, ...right })).status).toBe(200);
  });

  it('that has keys in place of a secret, or only a retiring secret, is no public one', async () => {
    const redirectUri = 'https://keys.example/cb';
    const jwksUri = inlineJwks({ keys: [] });
    for (const credentials of [{ jwksUri }, { retiringSecret: 'old' }]) {
      const { id } = await testClient(server, clinic, { ...credentials, redirectUris: [redirectUri] });
      const tokens = await tokensFor(server, maria, { clientId: id, redirectUri, scope: 'openid' });
      expect([tokens.status, tokens.body.error]).toEqual([401, 'invalid_client']);
    }
  });

  it('alone asks what tokens are: a public client proves nothing', async () => {
    const { id } = await testClient(server, clinic, { redirectUris: ['https://app.example/cb'] });
    const token = String((await tokensFor(server, maria)).body.access_token);
    const answer = await server.form('/oauth2/introspect', { token, client_id: id });
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });
});

describe('client_credentials', () => {
  it('S14: gives a client a token without a refresh token, by Basic or in the body', async () => {
    const client = await testClient(server, clinic, { secret: 's3cret value' });
    const basic = `Basic ${Buffer.from(`${client.id}:${encodeURIComponent('s3cret value')}`).toString('base64')}`;
    const answers = [
      await server.form('/oauth2/token', { grant_type: 'client_credentials' }, { authorization: basic }),
      await server.form('/oauth2/token', {
        grant_type: 'client_credentials',
        client_id: client.id,
        client_secret: 's3cret value',
      }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.body.refresh_token).toBeUndefined();
      expect((await me(answer.body.access_token)).body.profile).toMatchObject({ resourceType: 'ClientApplication' });
    }
  });

  it.each<Record<string, string>>([{}, { client_secret: 'wrong' }])(
    'S4: refuses wrong credentials %o',
    async (fields) => {
      const client = await testClient(server, clinic, { secret: 'right' });
      const answer = await server.form('/oauth2/token', {
        grant_type: 'client_credentials',
        client_id: client.id,
        ...fields,
      });
      expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
      expect(answer.headers.get('www-authenticate')).toContain('Basic');
    },
  );

  it('takes one secret told twice, as Medplum’s command line tells it, and no two secrets', async () => {
    const client = await testClient(server, clinic, { secret: 'one' });
    const authorization = `Basic ${Buffer.from(`${client.id}:one`).toString('base64')}`;
    const grant = { grant_type: 'client_credentials', client_id: client.id };
    const twice = await server.form('/oauth2/token', { ...grant, client_secret: 'one' }, { authorization });
    const two = await server.form('/oauth2/token', { ...grant, client_secret: 'two' }, { authorization });
    expect([twice.status, two.status, two.body.error]).toEqual([200, 400, 'invalid_request']);
  });

  it('answers an unknown client as one with a wrong secret', async () => {
    const client = await testClient(server, clinic, { secret: 'right' });
    const ask = (id: string) =>
      server.form('/oauth2/token', { grant_type: 'client_credentials', client_id: id, client_secret: 'x' });
    expect((await ask('nobody')).body).toEqual((await ask(client.id)).body);
  });

  it('S4: gives no system scopes for a secret, and no public client a token', async () => {
    const client = await testClient(server, clinic, { secret: 'right' });
    const open = await testClient(server, clinic, {});
    const ask = { grant_type: 'client_credentials', client_id: client.id, client_secret: 'right' };
    expect((await server.form('/oauth2/token', { ...ask, scope: 'system/*.rs' })).body.error).toBe('invalid_scope');
    const answer = await server.form('/oauth2/token', { grant_type: 'client_credentials', client_id: open.id });
    expect(answer.status).toBe(401);
  });

  it('keeps a retiring secret working, and a client that is off out', async () => {
    const client = await testClient(server, clinic, { secret: 'new', retiringSecret: 'old' });
    const off = await testClient(server, clinic, { secret: 'new', status: 'off' });
    const ask = (id: string, secret: string) =>
      server.form('/oauth2/token', { grant_type: 'client_credentials', client_id: id, client_secret: secret });
    expect((await ask(client.id, 'old')).status).toBe(200);
    expect((await ask(off.id, 'new')).status).toBe(401);
  });
});

describe('bad requests', () => {
  it.each([
    [{}, 'invalid_request'],
    [{ grant_type: 'password' }, 'unsupported_grant_type'],
    [{ grant_type: 'toString' }, 'unsupported_grant_type'],
    [{ grant_type: 'authorization_code' }, 'invalid_request'],
    [{ grant_type: 'authorization_code', code: 'x', code_verifier: 'x' }, 'invalid_grant'],
    [{ grant_type: 'refresh_token', refresh_token: 'x' }, 'invalid_grant'],
    [{ grant_type: 'client_credentials', client_id: 'x\u0000', client_secret: 'x' }, 'invalid_request'],
    [{ grant_type: 'client_credentials', client_id: "x' OR 1=1", client_secret: 'x' }, 'invalid_client'],
  ])('%o → %s', async (fields, error) => {
    const answer = await server.form('/oauth2/token', fields);
    expect(answer.body.error).toBe(error);
    expect(answer.status).toBeLessThan(500);
  });

  it('refuses a repeated parameter and a body that cannot be read', async () => {
    const twice = await fetch(`${server.baseUrl}/oauth2/token`, {
      method: 'POST',
      body: 'grant_type=refresh_token&grant_type=refresh_token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(twice.status).toBe(400);
    const broken = await fetch(`${server.baseUrl}/auth/login`, {
      method: 'POST',
      body: '{"email":',
      headers: { 'content-type': 'application/json' },
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});
