/**
 * Sign-in at the identity provider that a client brings along, with the unchanged MedplumClient.
 * @see https://www.rfc-editor.org/rfc/rfc8693
 * @see https://www.medplum.com/docs/auth/external-identity-providers
 * @see security.md S60
 */
import { ClientStorage, MedplumClient, MemoryStorage } from '@medplum/core';
import type { ClientApplication, IdentityProvider, Patient, ProjectMembership } from '@medplum/fhirtypes';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { createGuardedClient, parseAllowList } from '../outbound/index.ts';
import { type OidcStandIn, oidcStandIn } from './external-testing.ts';
import { TOKEN_EXCHANGE } from './grant-token-exchange.ts';
import {
  type AuthServer,
  bearer,
  codeFor,
  codeOf,
  startAuthServer,
  type TestClinic,
  testClient,
  testClinic,
  testMember,
} from './testing.ts';

const password = 'correct horse battery';
const maria = { email: 'maria@brought.example', password };
const redirectUri = 'https://portal.example/cb';
let test: TestDatabase;
let server: AuthServer;
let clinic: TestClinic;
let idp: OidcStandIn;
let client: ClientApplication & { id: string };
let profile: string;
let membership: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const outbound = createGuardedClient({ allow: parseAllowList(['127.0.0.1']), requireHttps: true });
  server = await startAuthServer(test.database, { outbound });
  idp = await oidcStandIn();
  clinic = await testClinic(server, 'Brought along');
  const member = await testMember(server, clinic, maria);
  profile = `Practitioner/${member.profile.id}`;
  membership = member.membership.id;
  client = await clientWith({});
  Object.assign(globalThis, { window: globalThis });
});
beforeEach(() => idp.answer({ sub: 'm-1', email: maria.email }));
afterAll(async () => {
  Reflect.deleteProperty(globalThis, 'window');
  idp.close();
  await server.close();
  await test.close();
});

function clientWith(provider: Partial<IdentityProvider>, more: Partial<ClientApplication> = {}, where = clinic) {
  const { issuer } = idp;
  const identityProvider: IdentityProvider = {
    issuer,
    authorizeUrl: `${issuer}/authorize`,
    tokenUrl: `${issuer}/token`,
    userInfoUrl: `${issuer}/userinfo`,
    clientId: 'brought',
    clientSecret: 'shared',
    ...provider,
  };
  const defaultScope = ['openid', 'profile', 'user/*.rs'];
  return testClient(server, where, { redirectUris: [redirectUri], identityProvider, defaultScope, ...more });
}

const medplumClient = (clientId: string): MedplumClient =>
  new MedplumClient({ baseUrl: server.baseUrl, clientId, storage: new ClientStorage(new MemoryStorage()) });

const exchange = (more: Record<string, string> = {}, of = client) =>
  server.form('/oauth2/token', {
    grant_type: TOKEN_EXCHANGE,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token: 'x',
    client_id: of.id,
    ...more,
  });

describe('token exchange', () => {
  it('gives MedplumClient a token for one of the provider', async () => {
    const medplum = medplumClient(client.id);
    expect(await medplum.exchangeExternalAccessToken('x')).toMatchObject({ resourceType: 'Practitioner' });
    expect((await server.get('/auth/me', bearer(medplum.getAccessToken()))).status).toBe(200);
    const again = await medplumClient(client.id).exchangeExternalAccessToken('x', client.id, membership);
    expect(`${again.resourceType}/${again.id}`).toBe(profile);
  });

  it('grants what the clinic agreed to, or less, and nothing beyond', async () => {
    expect((await exchange()).body.scope).toBe('openid profile user/*.rs');
    expect((await exchange({ scope: 'openid user/Patient.r' })).body.scope).toBe('openid user/Patient.r');
    for (const scope of ['user/*.cruds', 'system/*.rs user/*.cruds', 'openid offline_access', 'x'.repeat(8192)]) {
      expect((await exchange({ scope })).body.error).toBe('invalid_scope');
    }
  });

  it.each<[string, Record<string, string>, string]>([
    ['a token of somebody else', { subject_token: 'stolen' }, 'invalid_grant'],
    ['no token', { subject_token: '' }, 'invalid_request'],
    ['another kind of token', { subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' }, 'invalid_request'],
    ['a membership of nobody', { membership_id: 'unknown' }, 'invalid_grant'],
    ['another client', { client_id: 'unknown' }, 'invalid_client'],
  ])('refuses %s', async (_, more, error) => {
    const answer = await exchange(more);
    expect([answer.body.error, answer.body.access_token]).toEqual([error, undefined]);
  });

  it('refuses whom the clinic does not know, and an address that was not verified', async () => {
    for (const claims of [
      { sub: 'x', email: 'nobody@brought.example' },
      { sub: 'x', email: maria.email, email_verified: false },
      { sub: 'x' },
    ]) {
      idp.answer(claims);
      expect((await exchange()).body.error).toBe('invalid_grant');
    }
  });

  it('names members of the client’s own clinic alone, and nobody by a client of the platform', async () => {
    const other = await testClinic(server, 'Elsewhere');
    expect((await exchange({}, await clientWith({}, {}, other))).body.error).toBe('invalid_grant');
    const { identityProvider } = client;
    const platform = await server
      .repository(0)
      .createResource<ClientApplication>({ resourceType: 'ClientApplication', identityProvider });
    expect((await exchange({}, platform)).body.error).toBe('invalid_grant');
  });

  it('wants the credentials of a confidential client, and a provider at all', async () => {
    const confidential = await clientWith({}, { secret: 'right' });
    expect((await exchange({}, confidential)).body.error).toBe('invalid_client');
    expect((await exchange({ client_secret: 'right' }, confidential)).status).toBe(200);
    const plain = await testClient(server, clinic, { redirectUris: [redirectUri] });
    expect((await exchange({}, plain)).body.error).toBe('unauthorized_client');
  });

  it('verifies tokens where the provider’s keys are known: an opaque or foreign one serves nobody', async () => {
    const strict = await clientWith({ jwksUrl: `${idp.issuer}/jwks`, audience: 'this-clinic' });
    expect((await exchange({}, strict)).body.error).toBe('invalid_grant');
  });

  it('finds a patient by the subject that her membership keeps', async () => {
    const repository = server.repository(clinic.tenant);
    const patient = await repository.createResource<Patient>({ resourceType: 'Patient' });
    const user = await server.repository(0).createResource({
      resourceType: 'User',
      firstName: 'Pat',
      lastName: 'Lee',
      project: { reference: `Project/${clinic.projectId}` },
    });
    await repository.createResource<ProjectMembership>({
      resourceType: 'ProjectMembership',
      project: { reference: `Project/${clinic.projectId}` },
      user: { reference: `User/${user.id}` },
      profile: { reference: `Patient/${patient.id}` },
      externalId: 'pat-77',
    });
    idp.answer({ sub: 'pat-77' });
    const bySubject = await clientWith({ useSubject: true }, { defaultScope: ['openid', 'patient/*.rs'] });
    const answer = await exchange({}, bySubject);
    expect(answer.body).toMatchObject({ patient: patient.id, profile: { reference: `Patient/${patient.id}` } });
    expect((await exchange({}, client)).body.error).toBe('invalid_grant');
  });

  it('S60: gives no token to who must show a second factor, and leaves no session behind', async () => {
    const strict = await testClinic(server, 'Strict', { setting: [{ name: 'requireMfa', valueBoolean: true }] });
    const ann = { email: 'ann@brought.example', password };
    await testMember(server, strict, ann);
    const app = await clientWith({}, {}, strict);
    idp.answer({ sub: 'a-1', email: ann.email });
    expect((await exchange({}, app)).body.error).toBe('invalid_grant');
    const { answer, login } = await codeFor(server, ann);
    const token = codeOf(String(answer.body.enrollUri), server.deps.clock());
    await server.json('/auth/mfa/login-enroll', { login, method: 'totp', token });
    expect((await exchange({}, app)).body.error).toBe('invalid_grant');
    const [row] = await test.database.query<{ n: number }>({
      text: `SELECT count(*)::int4 AS n FROM session WHERE auth_method = 'exchange' AND client_id = $1 AND revoked_at IS NULL`,
      values: [app.id],
    });
    expect(row?.n).toBe(0);
  });

  it('leaves no way from its session to a code', async () => {
    const claims = JSON.parse(
      Buffer.from(String((await exchange()).body.access_token).split('.')[1] ?? '', 'base64url').toString(),
    );
    expect((await server.get(`/auth/login/${claims.login_id}`)).status).toBe(400);
  });
});

describe('auth/external', () => {
  /** What the browser does: to the provider, and back with its code. */
  async function visit(medplum: MedplumClient, more: Record<string, string> = {}) {
    const login = { clientId: client.id, redirectUri, scope: 'openid profile', ...more };
    const location = { assign: vi.fn<(url: string) => void>() };
    Object.assign(globalThis, { location });
    try {
      const callback = `${server.baseUrl}/auth/external`;
      await medplum.signInWithExternalAuth(`${idp.issuer}/authorize`, 'brought', callback, login);
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
    const back = idp.visit(location.assign.mock.lastCall?.[0] ?? '');
    return server.get(`${back.pathname}${back.search}`);
  }

  it('takes MedplumClient from the provider to its profile', async () => {
    const medplum = medplumClient(client.id);
    const answer = await visit(medplum);
    const app = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, `${app.origin}${app.pathname}`]).toEqual([303, redirectUri]);
    const me = await medplum.processCode(app.searchParams.get('code') ?? '', { redirectUri });
    expect(`${me.resourceType}/${me.id}`).toBe(profile);
  });

  it('goes by the sign-in page where something is left to ask', async () => {
    const answer = await visit(medplumClient(client.id), { scope: 'openid user/Patient.rs' });
    const page = new URL(answer.headers.get('location') ?? '');
    expect([page.pathname, page.searchParams.get('client_id')]).toEqual(['/apps/login/', client.id]);
    const login = new URLSearchParams(page.hash.slice(1)).get('login');
    expect((await server.get(`/auth/login/${login}`)).body).toMatchObject({ consent: { client: { id: client.id } } });
  });

  it('sends nobody on who is not known, and says so on the sign-in page', async () => {
    idp.answer({ sub: 'x', email: 'nobody@brought.example' });
    const answer = await visit(medplumClient(client.id));
    expect(answer.headers.get('location')).toMatch(/\/apps\/login\/.*#error=external-refused$/);
  });

  it.each<[string, (state: Record<string, unknown>) => unknown]>([
    ['no state', () => undefined],
    ['a state that is no request', () => 'nonsense'],
    ['another redirect URI', (state) => ({ ...state, redirectUri: 'https://evil.example/cb' })],
    ['another client', (state) => ({ ...state, clientId: 'unknown' })],
    ['a plain challenge', (state) => ({ ...state, codeChallengeMethod: 'plain' })],
    ['no challenge', (state) => ({ ...state, codeChallenge: undefined })],
  ])('answers 400 and redirects nowhere with %s', async (_, change) => {
    const codeChallenge = 'x'.repeat(43);
    const state = change({ clientId: client.id, redirectUri, codeChallenge, codeChallengeMethod: 'S256' });
    const query = new URLSearchParams({ code: 'c', ...(state !== undefined && { state: JSON.stringify(state) }) });
    const answer = await server.get(`/auth/external?${query}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
  });
});
