/**
 * Clients that are strict about OpenID Connect complete their flows unchanged.
 * @see https://openid.net/specs/openid-connect-core-1_0.html
 * @see security.md S1, S5
 */
import type { ClientApplication } from '@medplum/fhirtypes';
import { exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { inlineJwks } from './client-keys.ts';
import { type AuthServer, startAuthServer, testClient, testClinic, testMember } from './testing.ts';

const redirectUri = 'https://strict.example/callback';
const secret = 'a secret for tests only';
const maria = { email: 'maria@strict.example', password: 'correct horse battery' };
let test: TestDatabase;
let server: AuthServer;
let app: ClientApplication & { id: string };
let backend: ClientApplication & { id: string };
let key: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
  const clinic = await testClinic(server, 'Strict');
  await testMember(server, clinic, maria);
  app = await testClient(server, clinic, { redirectUris: [redirectUri], secret });
  key = await generateKeyPair('ES384', { extractable: true });
  const jwk = { ...(await exportJWK(key.publicKey)), kid: 'k1', alg: 'ES384' };
  backend = await testClient(server, clinic, {
    jwksUri: inlineJwks({ keys: [jwk] }),
    defaultScope: ['system/Observation.rs'],
  });
});
afterAll(async () => {
  await server.close();
  await test.close();
});

/** What the person does in the browser: follows the address, signs in, and is sent back. */
async function browser(address: URL): Promise<URL> {
  const response = await fetch(address, { redirect: 'manual' });
  const page = new URL(response.headers.get('location') ?? '');
  const asked = Object.fromEntries(page.searchParams);
  const answer = await server.json('/auth/login', {
    ...maria,
    clientId: asked.client_id,
    redirectUri: asked.redirect_uri,
    scope: asked.scope,
    nonce: asked.nonce,
    codeChallenge: asked.code_challenge,
    codeChallengeMethod: asked.code_challenge_method,
  });
  const back = new URL(asked.redirect_uri ?? '');
  back.search = new URLSearchParams({
    code: String(answer.body.code),
    state: asked.state ?? '',
    iss: server.baseUrl,
  }).toString();
  return back;
}

describe('openid-client', () => {
  it('signs a person in, reads who it is, refreshes, and ends the access', async () => {
    const config = await openid.discovery(
      new URL(server.baseUrl),
      app.id,
      undefined,
      openid.ClientSecretBasic(secret),
      {
        execute: [openid.allowInsecureRequests],
      },
    );
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const address = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid fhirUser profile offline_access',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
    const tokens = await openid.authorizationCodeGrant(config, await browser(address), checks);
    const claims = tokens.claims();
    expect(claims).toMatchObject({ iss: server.baseUrl, aud: app.id, nonce });
    const person = await openid.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
    expect(person.fhirUser).toBe(claims?.fhirUser);
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect((await openid.tokenIntrospection(config, next.access_token)).active).toBe(true);
    await openid.tokenRevocation(config, next.refresh_token ?? '');
    expect(await openid.tokenIntrospection(config, next.access_token)).toEqual({ active: false });
  });
});

describe('oauth4webapi', () => {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const discover = async (): Promise<oauth.AuthorizationServer> => {
    const issuer = new URL(server.baseUrl);
    return oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure }),
    );
  };

  it('signs a person in, and gets the reason of a refusal', async () => {
    const as = await discover();
    const client: oauth.Client = { client_id: app.id };
    const verifier = oauth.generateRandomCodeVerifier();
    const address = new URL(as.authorization_endpoint ?? '');
    address.search = new URLSearchParams({
      client_id: app.id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 's',
    }).toString();
    const parameters = oauth.validateAuthResponse(as, client, await browser(address), 's');
    const exchange = (by: string) =>
      oauth
        .authorizationCodeGrantRequest(
          as,
          client,
          oauth.ClientSecretPost(secret),
          parameters,
          redirectUri,
          by,
          insecure,
        )
        .then((response) => oauth.processAuthorizationCodeResponse(as, client, response, { requireIdToken: true }));
    await expect(exchange(oauth.generateRandomCodeVerifier())).rejects.toMatchObject({ error: 'invalid_grant' });
    const tokens = await exchange(verifier);
    expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBeTypeOf('string');
  });

  it('gets a backend service its token by its key', async () => {
    const as = await discover();
    const client: oauth.Client = { client_id: backend.id };
    const auth = oauth.PrivateKeyJwt({ key: key.privateKey, kid: 'k1' });
    const response = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      auth,
      { scope: 'system/Observation.rs' },
      insecure,
    );
    const tokens = await oauth.processClientCredentialsResponse(as, client, response);
    expect(tokens).toMatchObject({ scope: 'system/Observation.rs', token_type: 'bearer' });
  });
});
