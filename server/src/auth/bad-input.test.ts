/**
 * What no OAuth client should send: refused in the form of RFC 6749, logged without secrets, and nothing changed.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 * @see https://www.rfc-editor.org/rfc/rfc9700
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import {
  type Answer,
  type AuthServer,
  bearer,
  codeFor,
  startAuthServer,
  testClient,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

const maria = { email: 'maria@bad.example', password: 'correct horse battery' };
const redirectUri = 'https://app.example/cb';
const secret = 'the-secret-of-the-client';
let test: TestDatabase;
let server: AuthServer;
let client: { readonly id: string };
let good: Record<string, unknown>;
let before: unknown;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
  const clinic = await testClinic(server, 'Bad');
  await testMember(server, clinic, maria);
  client = await testClient(server, clinic, { secret, redirectUris: [redirectUri] });
  good = (await tokensFor(server, maria)).body;
});
beforeEach(async () => {
  before = await state();
});
afterAll(async () => {
  await server.close();
  await test.close();
});

/** Everything that a request to these endpoints could change. */
async function state(): Promise<unknown> {
  const count = async (table: 'session' | 'refresh_token' | 'resource' | 'user_factor' | 'security_request') => {
    const [row] = await test.database.query({ text: `SELECT count(*)::int4 AS n FROM ${table}`, values: [] });
    return row;
  };
  const live = await test.database.query(
    sql`SELECT id, scope, code_used_at, revoked_at, step_up_at, mfa_at FROM session ORDER BY id`,
  );
  const tables = ['session', 'refresh_token', 'resource', 'user_factor', 'security_request'] as const;
  return [await Promise.all(tables.map(count)), live];
}

async function unchanged(answer: Answer, secrets: readonly string[] = []): Promise<void> {
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.headers.get('location')).toBeNull();
  const said = JSON.stringify([answer.body, server.events]);
  for (const one of [maria.password, secret, ...secrets].filter((part) => part.length > 7)) {
    expect(said).not.toContain(one);
  }
  expect(await state()).toEqual(before);
}

const HUGE = 'x'.repeat(8192);
const ODD = [
  '\u0000',
  'ﷺ',
  '\ud800',
  '%00',
  "' OR 1=1 --",
  '#{7*7}',
  '{"$gt":""}',
  '../../etc/passwd',
  '\r\nSet-Cookie: a=b',
];

describe('the token endpoint', () => {
  it.each([...ODD, HUGE])('refuses %j in place of code, verifier, refresh token, client and grant', async (odd) => {
    const forms: Record<string, string>[] = [
      { grant_type: 'authorization_code', code: odd, code_verifier: odd },
      { grant_type: 'authorization_code', code: odd, code_verifier: odd, client_id: client.id, client_secret: odd },
      { grant_type: 'refresh_token', refresh_token: odd },
      { grant_type: 'refresh_token', refresh_token: odd, scope: odd, client_id: odd },
      { grant_type: 'client_credentials', client_id: odd, client_secret: odd },
      { grant_type: 'client_credentials', client_id: client.id, client_secret: secret, scope: `system/*.rs ${odd}` },
      { grant_type: 'client_credentials', client_assertion_type: odd, client_assertion: odd },
      { grant_type: odd },
    ];
    for (const form of forms) {
      const answer = await server.form('/oauth2/token', form);
      expect(answer.body.error).toMatch(/^[a-z_]+$/);
      expect(answer.body.access_token).toBeUndefined();
      expect(answer.headers.get('cache-control')).toBe('no-store');
      await unchanged(answer, [odd]);
    }
  });

  it('refuses parameters given twice, bodies that are no forms, and 100 KB', async () => {
    const post = async (body: string, type = 'application/x-www-form-urlencoded') => {
      const response = await fetch(`${server.baseUrl}/oauth2/token`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
    };
    for (const answer of [
      await post('grant_type=refresh_token&grant_type=refresh_token'),
      await post('{"grant_type":', 'application/json'),
      await post('<x/>', 'text/xml'),
      await post(`grant_type=${'x'.repeat(100_000)}`),
      await post('[1,2,3]', 'application/json'),
    ]) {
      expect(answer.body.error).toBe('invalid_request');
      await unchanged(answer);
    }
  });
});

describe('S64: bodies nested by the thousand', () => {
  it.each(['/auth/login', '/auth/activity', '/oauth2/token', '/oauth2/register', '/app-state/Basic'])(
    'are refused at %s',
    async (path) => {
      for (const body of [
        `${'['.repeat(30_000)}${']'.repeat(30_000)}`,
        `${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`,
      ]) {
        const headers = { 'content-type': 'application/json', ...bearer(good.access_token) };
        const answer = await fetch(`${server.baseUrl}${path}`, { method: 'POST', body, headers });
        expect([path, answer.status]).toEqual([path, 400]);
        await answer.arrayBuffer();
      }
    },
  );
});

describe('text that is none', () => {
  it.each(['\u0000', '\ud800', 'a\udfffb'])('is refused: %j', async (text) => {
    for (const [path, body] of [
      ['/auth/method', { email: text }],
      ['/auth/login', { email: text, password: text }],
      ['/auth/resetpassword', { email: text }],
    ] as const) {
      const answer = await server.json(path, body);
      expect([path, answer.status]).toEqual([path, 400]);
    }
  });

  it('is not what only looks like it', async () => {
    for (const email of ['\\u0000', '\\\\ud800', '😀@brought.example']) {
      expect((await server.json('/auth/method', { email })).status).toBe(200);
    }
  });
});

describe('paths', () => {
  it.each(['%00', '%ff', '..%2f..', "'", '%F0%9F%98%80', HUGE])(
    'with %.10s in place of an id lead nowhere',
    async (id) => {
      for (const path of ['/auth/login/ID', '/auth/external/saml/ID', '/admin/projects/ID/identity-providers']) {
        const answer = await server.get(path.replace('ID', id), bearer(good.access_token));
        expect([path, answer.status]).toEqual([
          path,
          expect.toSatisfy((status: number) => status >= 400 && status < 500),
        ]);
      }
      const answer = await server.form(`/auth/external/saml/${id}/logout`, { SAMLRequest: 'x' });
      expect(answer.status).toBe(400);
    },
  );
});

describe('the authorization endpoint', () => {
  it.each([
    'https://evil.example/cb',
    `${redirectUri}.evil.example`,
    `${redirectUri}?x=1`,
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    `https://app.example@evil.example/cb`,
    `${redirectUri}\\@evil.example`,
    `${redirectUri}%0d%0aLocation:https://evil.example`,
    HUGE,
  ])('never redirects to %s', async (redirect_uri) => {
    for (const client_id of [client.id, '', 'unknown']) {
      const query = new URLSearchParams({ response_type: 'code', client_id, redirect_uri, state: 's' });
      await unchanged(await server.get(`/oauth2/authorize?${query}`));
      await unchanged(await server.form('/oauth2/authorize', Object.fromEntries(query)));
    }
  });

  it('carries no header out of state, and gives it back as it was', async () => {
    const state = 'a\r\nSet-Cookie: x=1&code=stolen';
    const query = new URLSearchParams({
      response_type: 'token',
      client_id: client.id,
      redirect_uri: redirectUri,
      state,
    });
    const answer = await server.get(`/oauth2/authorize?${query}`);
    const back = new URL(answer.headers.get('location') ?? '');
    expect([back.searchParams.get('state'), back.searchParams.get('code')]).toEqual([state, null]);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });
});

describe('access tokens', () => {
  const own = (): Record<string, unknown> =>
    JSON.parse(Buffer.from(String(good.access_token).split('.')[1] ?? '', 'base64url').toString());
  const forged = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT({ ...own(), ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...header })
      .sign(randomBytes(32));
  const resigned = (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
    new SignJWT({ ...own(), ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: server.deps.keys.current.kid, ...header })
      .sign(server.deps.keys.current.privateKey);

  it('forged, expired, for others or of another kind are refused everywhere', async () => {
    const [head = '', body = '', signature = ''] = String(good.access_token).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url');
    const tokens = [
      await forged({}),
      await forged({}, { kid: server.deps.keys.current.kid }),
      `${none}.${body}.`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      `${head}.${Buffer.from(JSON.stringify({ ...own(), sub: 'x' })).toString('base64url')}.${signature}`,
      await resigned({ exp: 1 }),
      await resigned({ aud: 'https://other.example/fhir/R4' }),
      await resigned({ iss: 'https://other.example' }),
      await resigned({ login_id: randomUUID() }),
      await resigned({}, { typ: 'JWT' }),
      await resigned({}, { kid: 'unknown' }),
      String(good.id_token),
      String(good.refresh_token),
      HUGE,
    ];
    for (const token of tokens) {
      for (const path of ['/auth/me', '/auth/sessions', '/oauth2/userinfo', '/app-state/Basic']) {
        const answer = await server.get(path, bearer(token));
        expect([path, answer.status]).toEqual([path, 401]);
        await unchanged(answer, [token]);
      }
    }
  });
});

describe('codes', () => {
  it('guessed by the hundred open nothing', async () => {
    const { login, verifier } = await codeFor(server, maria);
    before = await state();
    const guesses = Array.from({ length: 100 }, () => randomBytes(32).toString('base64url'));
    const answers = await Promise.all(
      [...guesses, login].map((code) =>
        server.form('/oauth2/token', { grant_type: 'authorization_code', code, code_verifier: verifier }),
      ),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.error}`))).toEqual(
      new Set(['400 invalid_grant']),
    );
    expect(await state()).toEqual(before);
  });
});
