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
let keyed: ClientApplication & { id: string };
let key: Awaited<ReturnType<typeof generateKeyPair>>;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database);
  const clinic = await testClinic(server, 'Strict');
  await testMember(server, clinic, maria);
  app = await testClient(server, clinic, { redirectUris: [redirectUri], secret });
  key = await generateKeyPair('ES384', { extractable: true });
  const jwksUri = inlineJwks({ keys: [{ ...(await exportJWK(key.publicKey)), kid: 'k1', alg: 'ES384' }] });
  keyed = await testClient(server, clinic, { redirectUris: [redirectUri], jwksUri });
  backend = await testClient(server, clinic, {
    jwksUri,
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
  const configured = (id: string, proof: openid.ClientAuth): Promise<openid.Configuration> =>
    openid.discovery(new URL(server.baseUrl), id, undefined, proof, { execute: [openid.allowInsecureRequests] });
  const signedIn = async (config: openid.Configuration) => {
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
    expect(tokens.claims()).toMatchObject({ iss: server.baseUrl, nonce });
    return tokens;
  };

  it.each<[string, () => readonly [string, openid.ClientAuth]]>([
    ['a secret', () => [app.id, openid.ClientSecretBasic(secret)]],
    ['a secret in the form', () => [app.id, openid.ClientSecretPost(secret)]],
    ['a key', () => [keyed.id, openid.PrivateKeyJwt({ key: key.privateKey, kid: 'k1' })]],
  ])('with %s signs a person in, reads who it is, refreshes, and ends the access', async (_, client) => {
    const config = await configured(...client());
    const tokens = await signedIn(config);
    const claims = tokens.claims();
    const person = await openid.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
    expect(person.fhirUser).toBe(claims?.fhirUser);
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect((await openid.tokenIntrospection(config, next.access_token)).active).toBe(true);
    await openid.tokenRevocation(config, next.refresh_token ?? '');
    expect(await openid.tokenIntrospection(config, next.access_token)).toEqual({ active: false });
  });

  it('ends the session where the person signs out, and brings her back to the app', async () => {
    const config = await configured(app.id, openid.ClientSecretBasic(secret));
    const tokens = await signedIn(config);
    const address = openid.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: redirectUri,
      state: 'out',
    });
    const answer = await fetch(address, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `${redirectUri}?state=out`]);
    expect(await openid.tokenIntrospection(config, tokens.access_token)).toEqual({ active: false });
  });

  it('gets a backend service its token by its key', async () => {
    const config = await configured(backend.id, openid.PrivateKeyJwt({ key: key.privateKey, kid: 'k1' }));
    const tokens = await openid.clientCredentialsGrant(config, { scope: 'system/Observation.rs' });
    expect(tokens.scope).toBe('system/Observation.rs');
    expect(tokens.expires_in).toBeLessThanOrEqual(300);
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

  it('signs a person in, learns why it was refused, refreshes and revokes', async () => {
    const as = await discover();
    const client: oauth.Client = { client_id: app.id };
    const verifier = oauth.generateRandomCodeVerifier();
    const address = new URL(as.authorization_endpoint ?? '');
    address.search = new URLSearchParams({
      client_id: app.id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid offline_access',
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
    const sub = oauth.getValidatedIdTokenClaims(tokens)?.sub ?? '';
    const asked = await oauth.userInfoRequest(as, client, tokens.access_token, insecure);
    expect((await oauth.processUserInfoResponse(as, client, sub, asked)).sub).toBe(sub);
    const proof = oauth.ClientSecretBasic(secret);
    const refreshed = await oauth.refreshTokenGrantRequest(as, client, proof, tokens.refresh_token ?? '', insecure);
    const next = await oauth.processRefreshTokenResponse(as, client, refreshed);
    const isActive = async () => {
      const looked = await oauth.introspectionRequest(as, client, proof, next.access_token, insecure);
      return (await oauth.processIntrospectionResponse(as, client, looked)).active;
    };
    expect(await isActive()).toBe(true);
    const ended = await oauth.revocationRequest(as, client, proof, next.access_token, insecure);
    await oauth.processRevocationResponse(ended);
    expect(await isActive()).toBe(false);
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
