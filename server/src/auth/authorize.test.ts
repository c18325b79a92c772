/**
 * @see https://hl7.org/fhir/smart-app-launch/app-launch.html
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1
 * @see security.md S1, S2, S6, S7
 */
import type { SmartAppLaunch } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../database/index.ts';
import { type ClinicServer, startClinicServer } from './clinic-testing.ts';
import { hashOf } from './secrets.ts';
import { bearer, codeFor, pkce, type TestClinic, testClient, testClinic } from './testing.ts';

const maria = { email: 'maria@oakwood.example', password: 'correct horse battery' };
const redirectUri = 'https://app.example/cb';
let server: ClinicServer;
let clinic: TestClinic;
let client: { readonly id: string };
let own: { readonly id: string };
let profile: string;

beforeAll(async () => {
  server = await startClinicServer(maria);
  ({ clinic } = server);
  profile = `Practitioner/${server.member.profile.id}`;
  client = await testClient(server, clinic, { redirectUris: [redirectUri] });
  own = await testClient(server, clinic, { redirectUris: [`${server.baseUrl}/apps/risk/`] });
});
afterAll(() => server.close());

const request = (more: Record<string, string | undefined> = {}): Record<string, string> => {
  const fields = {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: redirectUri,
    scope: 'openid user/Patient.rs',
    state: 's-1',
    aud: `${server.baseUrl}/fhir/R4`,
    code_challenge: hashOf('verifier'),
    code_challenge_method: 'S256',
    ...more,
  };
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
};
const authorize = (more: Record<string, string | undefined> = {}, headers?: Record<string, string>) =>
  server.get(`/oauth2/authorize?${new URLSearchParams(request(more)).toString()}`, headers);
const locationOf = (answer: { headers: Headers }): URL =>
  new URL(answer.headers.get('location') as string, server.baseUrl);

/** Signs Maria in to the server itself and gives the cookie her browser keeps. */
async function signedInCookie(): Promise<{ cookie: string; token: string }> {
  const { answer, code, verifier } = await codeFor(server, maria);
  const [cookie] = (answer.headers.get('set-cookie') ?? '').split(';');
  const tokens = await server.form('/oauth2/token', {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
  });
  return { cookie: cookie as string, token: String(tokens.body.access_token) };
}

async function newLaunch(author = profile, tenant = clinic.tenant): Promise<string> {
  const launch = await server.repository(tenant).createResource<SmartAppLaunch>({
    resourceType: 'SmartAppLaunch',
    patient: { reference: 'Patient/p1' },
    encounter: { reference: 'Encounter/e1' },
  });
  await server.deps.database.query(sql`UPDATE resource SET author = ${author} WHERE id = ${launch.id}`);
  return launch.id;
}

describe('S2: GET and POST oauth2/authorize', () => {
  it('sends a person who is not signed in to the sign-in page, with the request', async () => {
    for (const answer of [await authorize(), await server.form('/oauth2/authorize', request())]) {
      expect(answer.status).toBe(302);
      const page = locationOf(answer);
      expect(page.pathname).toBe('/apps/login/');
      expect(Object.fromEntries(page.searchParams)).toEqual(request());
    }
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['unsupported_response_type', { response_type: 'token' }],
    ['invalid_request', { code_challenge: undefined }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_request', { code_challenge_method: undefined }],
    ['invalid_request', { aud: undefined }],
    ['invalid_request', { aud: 'https://other.example/fhir/R4' }],
    ['invalid_request', { aud: 'http://localhost/fhir' }],
    ['invalid_request', { aud: undefined, scope: 'openid', launch: 'x' }],
    ['invalid_scope', { scope: 'x'.repeat(8192) }],
    ['login_required', { prompt: 'none' }],
  ])('redirects with %s for %o', async (error, more) => {
    const answer = await authorize(more);
    const back = locationOf(answer);
    expect(`${back.origin}${back.pathname}`).toBe(redirectUri);
    expect(back.searchParams.get('error')).toBe(error);
    expect(back.searchParams.get('state')).toBe('s-1');
    expect(back.searchParams.get('iss')).toBe(server.baseUrl);
    expect(back.searchParams.has('code')).toBe(false);
  });

  it.each([
    { redirect_uri: `${redirectUri}/` },
    { redirect_uri: 'https://app.example/CB' },
    { redirect_uri: `${redirectUri}#x` },
    { redirect_uri: 'https://app.example.evil/cb' },
    { redirect_uri: undefined },
    { client_id: 'unknown' },
    { client_id: '' },
  ])('never redirects for %o', async (more) => {
    const answer = await authorize(more);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
  });

  it('never redirects for a client that is off, or that another one’s address is given for', async () => {
    const off = await testClient(server, clinic, { redirectUris: [redirectUri], status: 'off' });
    const other = await testClient(server, clinic, { redirectUris: ['https://other.example/cb'] });
    for (const client_id of [off.id, other.id]) {
      const answer = await authorize({ client_id });
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
  });
});

describe('S2: confidential clients and POST', () => {
  it.each<[string, Record<string, string | undefined>]>([
    ['invalid_request', { code_challenge: undefined }],
    ['invalid_request', { code_challenge_method: 'plain' }],
    ['invalid_request', { aud: undefined }],
    ['invalid_request', { aud: 'https://other.example/fhir/R4' }],
    ['invalid_request', { aud: 'WRONG_PATH' }],
    ['unsupported_response_type', { response_type: 'code token' }],
  ])('are refused alike: %s for %o', async (error, more) => {
    const confidential = await testClient(server, clinic, { secret: 's3cret', redirectUris: [redirectUri] });
    const aud = more.aud === 'WRONG_PATH' ? { aud: `${server.baseUrl}/fhir/R5` } : {};
    for (const client_id of [client.id, confidential.id]) {
      const fields = request({ ...more, ...aud, client_id });
      const query = new URLSearchParams(fields);
      for (const answer of [
        await server.get(`/oauth2/authorize?${query}`),
        await server.form('/oauth2/authorize', fields),
      ]) {
        const back = locationOf(answer);
        expect([answer.status, `${back.origin}${back.pathname}`]).toEqual([302, redirectUri]);
        expect([back.searchParams.get('error'), back.searchParams.get('code')]).toEqual([error, null]);
      }
    }
  });
});

describe('single sign-on', () => {
  it('gives the server’s own app a code without asking again, on a session of its own', async () => {
    const { cookie } = await signedInCookie();
    const { verifier, challenge } = pkce();
    const redirect = `${server.baseUrl}/apps/risk/`;
    const answer = await authorize(
      { client_id: own.id, redirect_uri: redirect, code_challenge: challenge },
      { cookie },
    );
    const code = locationOf(answer).searchParams.get('code');
    expect(code).toBeTypeOf('string');
    const tokens = await server.form('/oauth2/token', {
      grant_type: 'authorization_code',
      code: code as string,
      code_verifier: verifier,
      client_id: own.id,
      redirect_uri: redirect,
    });
    expect(tokens.body).toMatchObject({ scope: 'openid user/Patient.rs', profile: { reference: profile } });
  });

  it('asks again for prompt=login, for apps of others that want records, and after the sign-out', async () => {
    const { cookie, token } = await signedInCookie();
    const redirect_uri = `${server.baseUrl}/apps/risk/`;
    const asked = [
      await authorize({ client_id: own.id, redirect_uri, prompt: 'login' }, { cookie }),
      await authorize({}, { cookie }),
    ];
    await server.json('/oauth2/logout', {}, bearer(token));
    asked.push(await authorize({ client_id: own.id, redirect_uri }, { cookie }));
    expect(asked.map((answer) => locationOf(answer).pathname)).toEqual(Array(3).fill('/apps/login/'));
  });

  it('ends the app’s session with the person’s', async () => {
    const { cookie, token } = await signedInCookie();
    const { verifier, challenge } = pkce();
    const redirect = `${server.baseUrl}/apps/risk/`;
    const answer = await authorize(
      { client_id: own.id, redirect_uri: redirect, code_challenge: challenge },
      { cookie },
    );
    const tokens = await server.form('/oauth2/token', {
      grant_type: 'authorization_code',
      code: locationOf(answer).searchParams.get('code') as string,
      code_verifier: verifier,
      client_id: own.id,
      redirect_uri: redirect,
    });
    expect((await server.get('/auth/me', bearer(tokens.body.access_token))).status).toBe(200);
    await server.json('/oauth2/logout', {}, bearer(token));
    expect((await server.get('/auth/me', bearer(tokens.body.access_token))).status).toBe(401);
  });
});

describe('S6, S7: EHR launch', () => {
  const scope = 'launch openid patient/Observation.rs';
  const launched = async (launch: string) => {
    const result = await codeFor(server, maria, {
      clientId: own.id,
      redirectUri: `${server.baseUrl}/apps/risk/`,
      scope,
      launch,
    });
    const tokens = await server.form('/oauth2/token', {
      grant_type: 'authorization_code',
      code: result.code,
      code_verifier: result.verifier,
      client_id: own.id,
      redirect_uri: `${server.baseUrl}/apps/risk/`,
    });
    return { login: result.answer, tokens };
  };

  it('gives patient and encounter exactly as launched, and binds patient scopes to them', async () => {
    const { tokens } = await launched(await newLaunch());
    expect(tokens.body).toMatchObject({
      patient: 'p1',
      encounter: 'e1',
      need_patient_banner: false,
      tenant: clinic.projectId,
      scope,
    });
    expect((await fetch(String(tokens.body.smart_style_url))).status).toBe(200);
    const { grant } = await server.auth.authenticate({ headers: bearer(tokens.body.access_token) });
    const rules = grant.ruleSets.flatMap((ruleSet) => ruleSet.rulesFor('Observation', 'read'));
    expect(rules.map((rule) => rule.criteria)).toContain('Observation?_compartment=Patient/p1');
  });

  it('takes a handle once, for five minutes, and from its maker in his tenant only', async () => {
    const launch = await newLaunch();
    expect((await launched(launch)).login.status).toBe(200);
    const other = await testClinic(server, 'Other');
    const stale = await newLaunch();
    await server.deps.database.query(
      sql`UPDATE resource SET last_updated = now() - interval '6 minutes' WHERE id = ${stale}`,
    );
    const bad = [launch, stale, await newLaunch('Practitioner/x'), await newLaunch(profile, other.tenant), 'unknown'];
    const answers = [];
    for (const handle of bad) {
      answers.push((await launched(handle)).login);
    }
    expect(answers.map((answer) => answer.status)).toEqual(Array(5).fill(400));
    expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  });

  it('gives no code for patient scopes before a patient is chosen', async () => {
    for (const scopes of ['openid patient/Observation.rs', 'openid launch/patient patient/Observation.rs']) {
      const { answer, login } = await codeFor(server, maria, { clientId: own.id, scope: scopes });
      expect(answer.body).toEqual({ login, patientNeeded: true });
    }
  });

  it('passes on what else was in view', async () => {
    const fhirContext = [{ reference: 'ImagingStudy/i1' }, { reference: 'Patient/p2' }];
    const { id } = (await server.repository(clinic.tenant).createResource({
      resourceType: 'SmartAppLaunch',
      patient: { reference: 'Patient/p1' },
      fhirContext,
    })) as { id: string };
    await server.deps.database.query(sql`UPDATE resource SET author = ${profile} WHERE id = ${id}`);
    expect((await launched(id)).tokens.body.fhirContext).toEqual([{ reference: 'ImagingStudy/i1' }]);
  });
});

describe('S1: discovery', () => {
  const PATHS = [
    '/fhir/R4/.well-known/smart-configuration',
    '/.well-known/smart-configuration',
    '/.well-known/openid-configuration',
    '/.well-known/oauth-authorization-server',
  ];
  const G10 = [
    'launch-ehr',
    'launch-standalone',
    'authorize-post',
    'client-public',
    'client-confidential-symmetric',
    'client-confidential-asymmetric',
    'sso-openid-connect',
    'context-banner',
    'context-style',
    'context-ehr-patient',
    'context-standalone-patient',
    'permission-offline',
    'permission-patient',
    'permission-user',
    'permission-v1',
    'permission-v2',
  ];
  const MORE = ['context-ehr-encounter', 'context-standalone-encounter', 'permission-online', 'smart-app-state'];

  it.each(PATHS)('%s answers anybody, whatever is accepted, with JSON and absolute addresses', async (path) => {
    const answer = await server.get(path, { accept: 'text/html', origin: 'https://any.example' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    for (const [name, value] of Object.entries(answer.body)) {
      if (/(?:_endpoint|_uri|^issuer|_bundle)$/.test(name)) {
        expect([name, URL.canParse(String(value))]).toEqual([name, true]);
      }
    }
    expect(answer.body).toMatchObject({
      issuer: server.baseUrl,
      jwks_uri: expect.any(String),
      authorization_endpoint: expect.any(String),
      token_endpoint: expect.any(String),
      introspection_endpoint: expect.any(String),
      revocation_endpoint: expect.any(String),
      registration_endpoint: expect.any(String),
      management_endpoint: expect.any(String),
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
    });
    const listed = (name: string) => answer.body[name] as unknown as string[];
    expect(listed('grant_types_supported')).toEqual(
      expect.arrayContaining(['authorization_code', 'client_credentials']),
    );
    expect(listed('token_endpoint_auth_methods_supported')).toContain('private_key_jwt');
    expect(listed('token_endpoint_auth_signing_alg_values_supported')).toEqual(
      expect.arrayContaining(['RS384', 'ES384']),
    );
  });

  it('says the same everywhere, field by field', async () => {
    const documents = await Promise.all(PATHS.map(async (path) => (await server.get(path)).body));
    const [first = {}] = documents;
    for (const document of documents) {
      for (const name of Object.keys(first).filter((key) => key in document)) {
        expect([name, document[name]]).toEqual([name, first[name]]);
      }
    }
  });

  it('lists the capabilities that certification asks for, and those beyond', async () => {
    const { body } = await server.get(PATHS[0] as string);
    expect([...(body.capabilities as unknown as string[])].sort()).toEqual([...G10, ...MORE].sort());
  });

  it('shows public keys only', async () => {
    const jwks = await server.get('/.well-known/jwks.json');
    expect(jwks.body.keys).toMatchObject([{ kty: 'RSA', alg: 'RS256' }]);
    expect(JSON.stringify(jwks.body)).not.toContain('"d"');
  });
});
