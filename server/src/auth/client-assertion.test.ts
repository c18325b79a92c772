/**
 * @see https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html
 * @see https://hl7.org/fhir/smart-app-launch/backend-services.html
 * @see security.md S4, S13, S14
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClientApplication } from '@medplum/fhirtypes';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { createGuardedClient, parseAllowList } from '../outbound/index.ts';
import { ASSERTION_TYPE } from './client-assertion.ts';
import { freshSeconds, inlineJwks } from './client-keys.ts';
import { type AuthServer, bearer, startAuthServer, type TestClinic, testClient, testClinic } from './testing.ts';

interface Pair {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

let test: TestDatabase;
let server: AuthServer;
let clinic: TestClinic;
let rsa: Pair;
let ec: Pair;
let keySet: Server;
let served: { keys: JWK[]; cacheControl?: string; hits: number };
let keySetUrl: string;
let inline: ClientApplication & { id: string };

async function pair(alg: string): Promise<Pair> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = randomUUID();
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

beforeAll(async () => {
  test = await createTestDatabase();
  const outbound = createGuardedClient({ allow: parseAllowList(['127.0.0.1']), requireHttps: true });
  server = await startAuthServer(test.database, { outbound });
  clinic = await testClinic(server, 'Backend');
  [rsa, ec] = [await pair('RS384'), await pair('ES384')];
  served = { keys: [ec.jwk], hits: 0 };
  keySet = createServer((_request, response) => {
    served.hits += 1;
    response.setHeader('content-type', 'application/json');
    if (served.cacheControl) {
      response.setHeader('cache-control', served.cacheControl);
    }
    response.end(JSON.stringify({ keys: served.keys }));
  }).listen(0, '127.0.0.1');
  await once(keySet, 'listening');
  keySetUrl = `http://127.0.0.1:${(keySet.address() as AddressInfo).port}/jwks.json`;
  inline = await testClient(server, clinic, {
    jwksUri: inlineJwks({ keys: [rsa.jwk, ec.jwk] }),
    defaultScope: ['system/Observation.rs', 'system/Patient.r'],
  });
});
afterAll(async () => {
  keySet.close();
  await server.close();
  await test.close();
});

interface Forged {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: Pair;
  readonly sign?: CryptoKey | Uint8Array;
}

function assertion(client: string, { claims = {}, header = {}, key = rsa, sign }: Forged = {}): Promise<string> {
  const now = Math.floor(server.deps.clock().getTime() / 1000);
  const own = {
    iss: client,
    sub: client,
    aud: `${server.baseUrl}/oauth2/token`,
    exp: now + 240,
    jti: randomUUID(),
    ...claims,
  };
  return new SignJWT(own)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header })
    .sign(sign ?? key.privateKey);
}

const post = (text: string, more: Record<string, string> = {}) =>
  server.form('/oauth2/token', {
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: text,
    scope: 'system/Observation.rs',
    ...more,
  });

describe('S14: backend services', () => {
  it.each(['RS384', 'ES384'])('gives five minutes and no refresh token for an assertion in %s', async (alg) => {
    const answer = await post(await assertion(inline.id, { key: alg === 'RS384' ? rsa : ec }));
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ token_type: 'Bearer', scope: 'system/Observation.rs' });
    expect(answer.body.expires_in).toBeGreaterThan(200);
    expect(answer.body.expires_in).toBeLessThanOrEqual(300);
    expect(answer.body.refresh_token).toBeUndefined();
    const state = await server.auth.authenticate({ headers: bearer(answer.body.access_token) });
    const may = (type: string, interaction: 'read' | 'create') =>
      state.grant.ruleSets.every((set) => set.rulesFor(type, interaction).length > 0);
    expect([may('Observation', 'read'), may('Observation', 'create'), may('Patient', 'read')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('grants what was agreed to beforehand and nothing beyond', async () => {
    const scopeFor = async (scope: string) => (await post(await assertion(inline.id), { scope })).body;
    expect((await scopeFor('system/Observation.r')).scope).toBe('system/Observation.r');
    expect((await scopeFor('system/Observation.rs?category=vital-signs')).scope).toContain('category');
    for (const wide of [
      'system/Observation.cruds',
      'system/*.rs',
      'user/Observation.rs',
      'system/Task.rs',
      'openid x',
    ]) {
      expect((await scopeFor(wide)).error).toBe('invalid_scope');
    }
  });

  it('S4: opens no system scope to a secret, whatever was agreed to', async () => {
    const client = await testClient(server, clinic, { secret: 's3cret', defaultScope: ['system/Observation.rs'] });
    const answer = await server.form('/oauth2/token', {
      grant_type: 'client_credentials',
      client_id: client.id,
      client_secret: 's3cret',
      scope: 'system/Observation.rs',
    });
    expect(answer.body.error).toBe('invalid_scope');
  });

  it('knows no other grant by this name', async () => {
    const answer = await post(await assertion(inline.id), { grant_type: 'password' });
    expect([answer.status, answer.body.error]).toEqual([400, 'unsupported_grant_type']);
  });
});

describe('S13: private_key_jwt', () => {
  it.each<[string, () => Forged]>([
    ['another audience', () => ({ claims: { aud: 'https://evil.example/token' } })],
    ['the FHIR base as audience', () => ({ claims: { aud: `${server.baseUrl}/fhir/R4` } })],
    [
      'another audience beside ours',
      () => ({ claims: { aud: [`${server.baseUrl}/oauth2/token`, 'https://evil.example'] } }),
    ],
    ['no audience', () => ({ claims: { aud: undefined } })],
    ['iss unlike sub', () => ({ claims: { iss: 'somebody' } })],
    ['an unknown kid', () => ({ header: { kid: 'unknown' } })],
    ['no kid', () => ({ header: { kid: undefined } })],
    ['a life over five minutes', () => ({ claims: { exp: Math.floor(Date.now() / 1000) + 900 } })],
    ['an expired one', () => ({ claims: { exp: Math.floor(Date.now() / 1000) - 60 } })],
    ['no exp', () => ({ claims: { exp: undefined } })],
    ['no jti', () => ({ claims: { jti: undefined } })],
    ['a jku that is not registered', () => ({ header: { jku: 'https://evil.example/jwks' } })],
    ['a shared secret', () => ({ header: { alg: 'HS256' }, sign: new TextEncoder().encode(rsa.kid.repeat(2)) })],
    ['the key of another alg', () => ({ header: { kid: ec.kid } })],
  ])('refuses %s', async (_name, forged) => {
    const answer = await post(await assertion(inline.id, forged()));
    expect([answer.status, answer.body.error]).toEqual([401, 'invalid_client']);
  });

  it('refuses alg none, the key of another client, another assertion type, and rubbish', async () => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const payload = (await assertion(inline.id)).split('.')[1] as string;
    const none = `${part({ alg: 'none', kid: rsa.kid })}.${payload}.`;
    const other = await testClient(server, clinic, { jwksUri: inlineJwks({ keys: [(await pair('RS384')).jwk] }) });
    const answers = [
      await post(none),
      await post(await assertion(other.id)),
      await post(await assertion(inline.id), { client_assertion_type: 'urn:ietf:params:oauth:other' }),
      await post(await assertion(inline.id), { client_id: other.id }),
      await post('rubbish'),
    ];
    expect(answers.map(({ status, body }) => [status, body.error])).toEqual(answers.map(() => [401, 'invalid_client']));
  });

  it('takes an assertion once', async () => {
    const text = await assertion(inline.id);
    const answers = await Promise.all(Array.from({ length: 8 }, () => post(text)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('lets no client with keys in without them', async () => {
    const answer = await server.form('/oauth2/token', { grant_type: 'client_credentials', client_id: inline.id });
    expect(answer.body.error).toBe('invalid_client');
  });

  it('fetches a key set by its address, and keeps it as long as its cache-control says', async () => {
    served = { keys: [ec.jwk], cacheControl: 'max-age=120', hits: 0 };
    const client = await testClient(server, clinic, { jwksUri: keySetUrl, defaultScope: ['system/Observation.rs'] });
    const ask = async (key: Pair) => (await post(await assertion(client.id, { key }))).status;
    expect([await ask(ec), await ask(ec), served.hits]).toEqual([200, 200, 1]);
    served.keys = [rsa.jwk];
    server.advance(119_000);
    expect([await ask(ec), served.hits]).toEqual([200, 1]);
    server.advance(2_000);
    expect([await ask(ec), served.hits]).toEqual([401, 2]);
    server.advance(-121_000);
  });

  it('S36: goes to no address inside that is not allowed', async () => {
    const url = keySetUrl.replace('127.0.0.1', '127.0.0.2');
    const before = served.hits;
    const client = await testClient(server, clinic, { jwksUri: url, defaultScope: ['system/Observation.rs'] });
    expect((await post(await assertion(client.id, { key: ec }))).body.error).toBe('invalid_client');
    expect(served.hits).toBe(before);
  });
});

it('reads cache-control', () => {
  expect([undefined, 'no-store', 'public, max-age=30', 'max-age=999999', 'no-cache'].map(freshSeconds)).toEqual([
    60, 0, 30, 3600, 0,
  ]);
});
