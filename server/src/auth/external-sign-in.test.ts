/**
 * Sign-in by the identity provider of a clinic, against stand-ins.
 * @see https://openid.net/specs/openid-connect-core-1_0.html
 * @see http://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf
 * @see security.md S60
 */
import { generateKeyPairSync } from 'node:crypto';
import type { ProjectMembership } from '@medplum/fhirtypes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { createGuardedClient, parseAllowList } from '../outbound/index.ts';
import { type OidcStandIn, oidcStandIn, SamlStandIn, type StandInClaims } from './external-testing.ts';
import { findMemberships, findUserByEmail } from './find-resource.ts';
import { storeProvider } from './identity-provider.ts';
import {
  type Answer,
  type AuthServer,
  bearer,
  pkce,
  startAuthServer,
  type TestClinic,
  testClient,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

const password = 'correct horse battery';
const search = '?client_id=&state=abc';
let test: TestDatabase;
let server: AuthServer;
let clinic: TestClinic;
let idp: OidcStandIn;
let saml: SamlStandIn;
let admin: { authorization: string };
let policy: string;

beforeAll(async () => {
  test = await createTestDatabase();
  const outbound = createGuardedClient({ allow: parseAllowList(['127.0.0.1']), requireHttps: true });
  server = await startAuthServer(test.database, { outbound });
  clinic = await testClinic(server, 'Oakwood');
  idp = await oidcStandIn();
  saml = new SamlStandIn();
  admin = await adminOf(clinic);
  policy = (await server.repository(clinic.tenant).createResource({ resourceType: 'AccessPolicy', resource: [] })).id;
});
beforeEach(async () => {
  await server.json('/auth/step-up', { password }, admin);
});
afterAll(async () => {
  idp.close();
  await server.close();
  await test.close();
});

async function adminOf(where: TestClinic): Promise<{ authorization: string }> {
  const credentials = { email: `admin-${where.tenant}@admin.example`, password };
  await testMember(server, where, { ...credentials, admin: true });
  const headers = bearer((await tokensFor(server, credentials)).body.access_token);
  await server.json('/auth/step-up', { password }, headers);
  return headers;
}

const save = (more: Record<string, unknown>, as = admin, where = clinic) =>
  server.json(`/admin/projects/${where.projectId}/identity-providers`, more, as);

async function oidcProvider(more: Record<string, unknown> = {}, as = admin, where = clinic): Promise<string> {
  const answer = await save(
    {
      kind: 'oidc',
      name: 'Oakwood SSO',
      issuer: idp.issuer,
      clientId: 'mindbridge',
      clientSecret: 'shared',
      domains: ['oakwood.example'],
      ...more,
    },
    as,
    where,
  );
  expect(answer.status).toBe(201);
  return String(answer.body.id);
}

/** Begins at the sign-in page, as a browser that keeps a cookie. */
async function begin(provider: string) {
  const { verifier, challenge } = pkce();
  const answer = await server.json('/auth/external/start', {
    provider,
    search,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
  });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return { answer, verifier, cookie, redirect: String(answer.body.redirect) };
}

/** Where the browser ends: the sign-in page, with what became of it behind the `#`. */
function end(answer: Answer): { page: string; login?: string; error?: string } {
  const url = new URL(answer.headers.get('location') ?? '', server.baseUrl);
  const hash = new URLSearchParams(url.hash.slice(1));
  return {
    page: `${url.pathname}${url.search}`,
    ...(hash.get('login') && { login: hash.get('login') as string }),
    ...(hash.get('error') && { error: hash.get('error') as string }),
  };
}

async function viaOidc(provider: string, claims: StandInClaims, faults = {}) {
  const { redirect, cookie, verifier } = await begin(provider);
  idp.answer(claims, faults);
  const back = idp.visit(redirect);
  const answer = await server.get(`${back.pathname}${back.search}`, { cookie });
  return { ...end(answer), verifier, back, cookie };
}

async function tokensOf(login: string | undefined, verifier: string): Promise<Answer> {
  const { body } = await server.get(`/auth/login/${login}`);
  return server.form('/oauth2/token', {
    grant_type: 'authorization_code',
    code: String(body.code),
    code_verifier: verifier,
  });
}

const person = (name: string, more: Record<string, unknown> = {}): StandInClaims => ({
  sub: `sub-${name}`,
  email: `${name}@oakwood.example`,
  email_verified: true,
  given_name: name,
  family_name: 'Green',
  ...more,
});

describe('the identity providers of a clinic', () => {
  it('are kept by its admins after a step-up, without showing a secret', async () => {
    const id = await oidcProvider();
    const path = `/admin/projects/${clinic.projectId}/identity-providers`;
    const listed = await server.get(path, admin);
    expect(listed.body).toMatchObject({
      providers: expect.arrayContaining([expect.objectContaining({ id, hasSecret: true })]),
    });
    expect(JSON.stringify(listed.body)).not.toContain('shared');
    const [row] = await test.database.query<{ secret: string }>({
      text: 'SELECT secret FROM identity_provider WHERE id = $1',
      values: [id],
    });
    expect(row?.secret).not.toContain('shared');
    server.advance(6 * 60_000);
    expect((await save({ kind: 'oidc' })).status).toBe(400);
    expect((await server.json(`${path}/${id}/remove`, {}, admin)).status).toBe(403);
    await server.json('/auth/step-up', { password }, admin);
    const other = await testClinic(server, 'Other');
    const theirs = await adminOf(other);
    expect((await server.json(`${path}/${id}/remove`, {}, theirs)).status).toBe(404);
    const elsewhere = `/admin/projects/${other.projectId}/identity-providers/${id}/remove`;
    expect((await server.json(elsewhere, {}, theirs)).status).toBe(404);
    expect((await server.json(`${path}/${id}/remove`, {}, admin)).status).toBe(200);
    expect((await begin(id)).answer.status).toBe(400);
  });

  it('are found by the domain of an address, and shown with the clinic’s look', async () => {
    const id = await oidcProvider({ domains: ['found.example'], name: 'Found' });
    const method = await server.json('/auth/method', { email: 'anybody@found.example' });
    expect(method.body).toEqual({ provider: { id, name: 'Found', kind: 'oidc' } });
    expect((await server.json('/auth/method', { email: 'anybody@else.example' })).body).toEqual({});
    const look = await server.get(`/auth/branding?project=${clinic.projectId}`);
    expect(look.body).toMatchObject({
      name: 'Oakwood',
      providers: expect.arrayContaining([{ id, name: 'Found', kind: 'oidc' }]),
    });
    expect((await server.get('/auth/branding?project=unknown')).body).toEqual({
      name: 'MindBridge',
      providers: [],
      openRegistration: true,
    });
  });
});

describe('OpenID Connect', () => {
  it('signs a member in by her verified address, and later by her subject alone', async () => {
    const provider = await oidcProvider();
    const { membership } = await testMember(server, clinic, { email: 'ann@oakwood.example', password });
    const first = await viaOidc(provider, person('ann'));
    expect(first.page).toBe(`/apps/login/${search}`);
    const tokens = await tokensOf(first.login, first.verifier);
    expect(tokens.body).toMatchObject({ profile: membership.profile });
    const later = await viaOidc(provider, { sub: 'sub-ann', email: 'changed@elsewhere.example' });
    expect((await tokensOf(later.login, later.verifier)).status).toBe(200);
  });

  it.each<[string, StandInClaims, object]>([
    ['an address that is not verified', person('bea', { email_verified: false }), {}],
    ['an address of another domain', person('bea', { email: 'bea@evil.example' }), {}],
    ['somebody who is no member', person('stranger'), {}],
    ['another audience', person('bea', { aud: 'somebody' }), {}],
    ['another issuer', person('bea', { iss: 'https://evil.example' }), {}],
    ['another nonce', person('bea', { nonce: 'stale' }), {}],
    ['an expired token', person('bea', { exp: 1000 }), {}],
    ['another key', person('bea'), { wrongKey: true }],
  ])('refuses %s', async (_, claims, faults) => {
    const provider = await oidcProvider();
    if (!(await findUserByEmail(test.database, 'bea@oakwood.example'))) {
      await testMember(server, clinic, { email: 'bea@oakwood.example', password });
    }
    const { login, error } = await viaOidc(provider, claims, faults);
    expect([login, error]).toEqual([undefined, 'external-refused']);
  });

  it('takes an answer once, and in the browser that asked', async () => {
    const provider = await oidcProvider();
    await testMember(server, clinic, { email: 'cleo@oakwood.example', password });
    const used = await viaOidc(provider, person('cleo'));
    const path = `${used.back.pathname}${used.back.search}`;
    expect(end(await server.get(path, { cookie: used.cookie })).error).toBe('external-refused');
    const { redirect } = await begin(provider);
    const stolen = idp.visit(redirect);
    const other = await begin(provider);
    const browsers: Record<string, string>[] = [{}, { cookie: other.cookie }];
    for (const headers of browsers) {
      expect(end(await server.get(`${stolen.pathname}${stolen.search}`, headers)).error).toBe('external-refused');
    }
  });

  it('makes a member only where the clinic says so, with the rights it says', async () => {
    const access = [{ policy: { reference: `AccessPolicy/${policy}` } }];
    const provider = await oidcProvider({ provision: { resourceType: 'Practitioner', access } });
    const { login, verifier } = await viaOidc(provider, person('dora'));
    expect((await tokensOf(login, verifier)).status).toBe(200);
    const user = await findUserByEmail(test.database, 'dora@oakwood.example', clinic.projectId);
    expect(user).toMatchObject({
      firstName: 'dora',
      emailVerified: true,
      project: { reference: `Project/${clinic.projectId}` },
    });
    const memberships = await findMemberships(test.database, `User/${user?.id}`);
    expect(memberships.map(({ resource }: { resource: ProjectMembership }) => resource.access)).toEqual([access]);
    const refused = await save({
      kind: 'oidc',
      name: 'x',
      issuer: idp.issuer,
      clientId: 'x',
      domains: ['a.example'],
      provision: { resourceType: 'Practitioner', admin: true },
    });
    expect(JSON.stringify(refused.body)).not.toContain('admin":true');
  });

  it('leads to its own clinic only, also for one who works in two', async () => {
    const other = await testClinic(server, 'Second');
    const email = 'two@oakwood.example';
    const { user } = await testMember(server, clinic, { email, password });
    const second = await testMember(server, other, { email, password, user });
    const { login, verifier } = await viaOidc(await oidcProvider(), person('two'));
    await server.json('/auth/profile', { login, profile: second.membership.id });
    const tokens = await tokensOf(login, verifier);
    expect(tokens.body).toMatchObject({ project: { reference: `Project/${clinic.projectId}` } });
    const theirs = await oidcProvider({}, await adminOf(other), other);
    await testMember(server, clinic, { email: 'only@oakwood.example', password });
    expect((await viaOidc(theirs, person('only'))).error).toBe('external-refused');
  });

  it('S60: asks for a second factor here, unless the clinic says that its provider does', async () => {
    const strict = await testClinic(server, 'Strict', { setting: [{ name: 'requireMfa', valueBoolean: true }] });
    const email = 'eve@oakwood.example';
    await testMember(server, strict, { email, password });
    const common = {
      kind: 'oidc' as const,
      name: 'x',
      issuer: idp.issuer,
      clientId: 'x',
      clientSecret: 's',
      scope: 'openid',
      linkByEmail: true,
      domains: ['oakwood.example'],
    };
    await storeProvider(server.deps, { tenant: strict.tenant, id: 'weak' }, { ...common, secondFactor: false });
    await storeProvider(server.deps, { tenant: strict.tenant, id: 'strong' }, { ...common, secondFactor: true });
    const weak = await viaOidc('weak', person('eve'));
    expect((await server.get(`/auth/login/${weak.login}`)).body).toMatchObject({ mfaEnrollRequired: true });
    const strong = await viaOidc('strong', person('eve'));
    expect((await tokensOf(strong.login, strong.verifier)).status).toBe(200);
  });

  it('S36: calls no provider inside that is not allowed', async () => {
    const provider = await oidcProvider({ issuer: 'http://169.254.169.254' });
    expect((await begin(provider)).answer.status).toBe(400);
  });
});

describe('SAML', () => {
  const PROVIDER = () => ({
    kind: 'saml',
    name: 'Oakwood SAML',
    issuer: saml.issuer,
    entryPoint: 'https://idp.example/sso',
    certificates: [saml.publicKey],
    domains: ['oakwood.example'],
  });
  const provider = async (more: Record<string, unknown> = {}): Promise<string> => {
    const answer = await save({ ...PROVIDER(), ...more });
    expect(answer.status).toBe(201);
    return String(answer.body.id);
  };
  /** A key of the clinic, and the two elements that configure it. */
  function keysOfClinic() {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const decryptionCertificate = publicKey.replaceAll('PUBLIC KEY', 'CERTIFICATE');
    return { publicKey, privateKey, decryptionKey: privateKey, decryptionCertificate };
  }
  /** Posts an answer from the provider (no cookie), then follows with the cookie of a browser. */
  async function answered(response: string, relayState: string, cookie: string) {
    const posted = await server.form('/auth/external/saml', { SAMLResponse: response, RelayState: relayState });
    const next = posted.headers.get('location') ?? '';
    return next.startsWith('/auth/external/finish') ? end(await server.get(next, { cookie })) : end(posted);
  }

  it('signs a member in by an assertion that is signed, for us, now, and in answer to this browser', async () => {
    await testMember(server, clinic, { email: 'fay@oakwood.example', password });
    const { redirect, cookie, verifier } = await begin(await provider());
    const asked = saml.visit(redirect);
    const response = saml.response(asked, { nameId: 'fay-1', email: 'fay@oakwood.example' });
    const { page, login } = await answered(response, asked.relayState, cookie);
    expect(page).toBe(`/apps/login/${search}`);
    expect((await tokensOf(login, verifier)).status).toBe(200);
    expect((await answered(response, asked.relayState, cookie)).error).toBe('external-refused');
  });

  it('opens an assertion that is encrypted for this clinic, and still wants it signed', async () => {
    await testMember(server, clinic, { email: 'ida@oakwood.example', password });
    const { publicKey, privateKey, ...keys } = keysOfClinic();
    const id = await provider(keys);
    const listed = await server.get(`/admin/projects/${clinic.projectId}/identity-providers`, admin);
    expect(JSON.stringify(listed.body)).not.toContain('PRIVATE KEY');
    expect((await save({ ...PROVIDER(), decryptionKey: privateKey })).status).toBe(400);
    const metadata = await (await fetch(`${server.baseUrl}/auth/external/saml/${id}`)).text();
    expect(metadata).toContain('<KeyDescriptor use="encryption">');
    expect(metadata).toContain('<KeyDescriptor use="signing">');
    const attempt = async (unsigned: boolean, key = publicKey) => {
      const { redirect, cookie } = await begin(id);
      const asked = saml.visit(redirect);
      const plain = saml.response(asked, { nameId: 'ida', email: 'ida@oakwood.example', unsigned });
      return answered(await saml.encrypted(plain, key), asked.relayState, cookie);
    };
    expect((await attempt(false)).login).toBeDefined();
    expect((await attempt(true)).error).toBe('external-refused');
    expect((await attempt(false, saml.publicKey)).error).toBe('external-refused');
  });

  /** Somebody who signed in at a provider, and once more with a password: what each of the two may still do. */
  async function signedInTwice(id: string, name: string) {
    const email = `${name}@oakwood.example`;
    await testMember(server, clinic, { email, password });
    const { redirect, cookie, verifier } = await begin(id);
    const asked = saml.visit(redirect);
    const { login } = await answered(saml.response(asked, { nameId: name, email }), asked.relayState, cookie);
    const viaProvider = bearer((await tokensOf(login, verifier)).body.access_token);
    const byPassword = bearer((await tokensFor(server, { email, password })).body.access_token);
    return async () => [
      (await server.get('/auth/me', viaProvider)).status,
      (await server.get('/auth/me', byPassword)).status,
    ];
  }
  const logoutUrl = 'https://idp.example/logout';

  /** The browser is back at the provider, with our answer. */
  function expectBack(answer: Answer, relayState: string): void {
    const back = new URL(answer.headers.get('location') ?? '');
    expect([answer.status, `${back.origin}${back.pathname}`]).toEqual([303, logoutUrl]);
    expect([back.searchParams.has('SAMLResponse'), back.searchParams.get('RelayState')]).toEqual([true, relayState]);
  }

  it('S16: ends here what somebody ended at the provider, and nothing else', async () => {
    const id = await provider({ logoutUrl });
    const statuses = await signedInTwice(id, 'jon');
    const logout = (SAMLRequest: string, where = id) =>
      server.form(`/auth/external/saml/${where}/logout`, { SAMLRequest, RelayState: 'r-1' });
    const bad = [
      await logout(saml.logoutRequest('jon', { unsigned: true })),
      await logout(saml.logoutRequest('jon', { issuer: 'https://evil.example' })),
      await logout(new SamlStandIn().logoutRequest('jon')),
      await logout(saml.logoutRequest('jon'), await provider()),
      await logout('rubbish'),
    ];
    expect(bad.map(({ status }) => status)).toEqual(bad.map(() => 400));
    expect(await statuses()).toEqual([200, 200]);
    expectBack(await logout(saml.logoutRequest('jon')), 'r-1');
    expect(await statuses()).toEqual([401, 200]);
  });

  it('S16: does so by an address that is signed, and by no other', async () => {
    const id = await provider({ logoutUrl });
    const statuses = await signedInTwice(id, 'eva');
    const logout = (query: string) => server.get(`/auth/external/saml/${id}/logout?${query}`);
    const good = saml.logoutQuery('eva', 'r-2');
    const bad = [
      good.split('&Signature=')[0] ?? '',
      `${good.split('&Signature=')[0]}&Signature=`,
      good.replace(/&SigAlg=[^&]*/, ''),
      good.replace('rsa-sha256', 'rsa-md5'),
      good.replace('r-2', 'r-3'),
      good.replace(/SAMLRequest=[^&]*/, saml.logoutQuery('jon', '').split('&')[0] ?? ''),
      `${good}&SAMLRequest=${new URLSearchParams(saml.logoutQuery('jon', '')).get('SAMLRequest')}`,
      saml.logoutQuery('eva', 'r-2', 'sha1'),
      new SamlStandIn().logoutQuery('eva', 'r-2'),
      'SAMLRequest=rubbish',
    ];
    for (const query of bad) {
      expect([query, (await logout(query)).status]).toEqual([query, 400]);
    }
    expect(await statuses()).toEqual([200, 200]);
    expectBack(await logout(good), 'r-2');
    expect(await statuses()).toEqual([401, 200]);
  });

  it('S16: ends at the provider what somebody ends here, by a signed request, and goes on from there', async () => {
    const email = 'kim@oakwood.example';
    await testMember(server, clinic, { email, password });
    const { publicKey, privateKey: _, ...keys } = keysOfClinic();
    const id = await provider({ logoutUrl, ...keys });
    const signedIn = async (at: string) => {
      const { redirect, cookie, verifier } = await begin(at);
      const asked = saml.visit(redirect);
      const { login } = await answered(saml.response(asked, { nameId: 'kim-1', email }), asked.relayState, cookie);
      return bearer((await tokensOf(login, verifier)).body.access_token);
    };
    const token = await signedIn(id);
    const page = { client_id: (await testClient(server, clinic, { redirectUris: ['https://page.example/'] })).id };
    const after = { ...page, post_logout_redirect_uri: 'https://page.example/' };
    const left = String((await server.json('/oauth2/logout', after, token)).body.redirect);
    expect(left.startsWith(`${logoutUrl}?`)).toBe(true);
    const told = saml.visitToLogOut(left, publicKey);
    expect([told.person, told.session]).toEqual(['kim-1', '_session-1']);
    expect((await server.get('/auth/me', token)).status).toBe(401);
    const back = (RelayState: string, where = id) =>
      server.get(`/auth/external/saml/${where}/logout?${new URLSearchParams({ SAMLResponse: 'x', RelayState })}`);
    expect((await back('of-nobody')).status).toBe(400);
    expect((await back(told.relayState, await provider())).status).toBe(400);
    const arrived = await back(told.relayState);
    expect([arrived.status, arrived.headers.get('location')]).toEqual([303, 'https://page.example/']);
    expect((await back(told.relayState)).status).toBe(400);
    for (const silent of [await signedIn(await provider({ logoutUrl })), await signedIn(await provider(keys))]) {
      expect((await server.json('/oauth2/logout', {}, silent)).body).toEqual({});
    }
  });

  it('describes this server to the provider', async () => {
    const id = await provider();
    const metadata = await fetch(`${server.baseUrl}/auth/external/saml/${id}`);
    const xml = await metadata.text();
    expect(metadata.headers.get('content-type')).toContain('application/samlmetadata+xml');
    expect(xml).toContain(`entityID="${server.baseUrl}/auth/external/saml/${id}"`);
    expect(xml).toContain(`Location="${server.baseUrl}/auth/external/saml"`);
    expect(xml).toContain('WantAssertionsSigned="true"');
  });

  it.each<[string, Parameters<SamlStandIn['response']>[1]]>([
    ['no signature', { nameId: 'g', unsigned: true }],
    ['another audience', { nameId: 'g', audience: 'https://other.example' }],
    ['another issuer', { nameId: 'g', issuer: 'https://evil.example' }],
    ['the answer to another request', { nameId: 'g', inResponseTo: '_another' }],
    ['one that is over', { nameId: 'g', notOnOrAfter: new Date(Date.now() - 60_000) }],
    ['an address of another domain', { nameId: 'g', email: 'gil@evil.example' }],
  ])('refuses %s', async (_, facts) => {
    if (!(await findUserByEmail(test.database, 'gil@oakwood.example'))) {
      await testMember(server, clinic, { email: 'gil@oakwood.example', password });
    }
    const { redirect, cookie } = await begin(await provider());
    const asked = saml.visit(redirect);
    const response = saml.response(asked, { email: 'gil@oakwood.example', ...facts });
    expect((await answered(response, asked.relayState, cookie)).error).toBe('external-refused');
  });

  it('refuses another key, a changed assertion, one used before, another browser, and rubbish', async () => {
    const id = await provider();
    await testMember(server, clinic, { email: 'hal@oakwood.example', password });
    const facts = { nameId: 'hal', email: 'hal@oakwood.example' };
    const attempt = async (make: (asked: ReturnType<SamlStandIn['visit']>) => string, as?: string) => {
      const { redirect, cookie } = await begin(id);
      const asked = saml.visit(redirect);
      return answered(make(asked), asked.relayState, as ?? cookie);
    };
    const changed = (response: string): string =>
      Buffer.from(Buffer.from(response, 'base64').toString().replaceAll('nobody@oakwood', 'hal@oakwood')).toString(
        'base64',
      );
    const other = new SamlStandIn();
    const results = [
      await attempt((asked) => other.response(asked, facts)),
      await attempt((asked) => changed(saml.response(asked, { ...facts, email: 'nobody@oakwood.example' }))),
      await attempt((asked) => saml.response(asked, facts), 'mindbridge_external=another'),
      await attempt(() => 'rubbish'),
      await attempt(() =>
        Buffer.from('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>').toString('base64'),
      ),
    ];
    expect(results.map(({ error }) => error)).toEqual(results.map(() => 'external-refused'));
    expect((await attempt((asked) => saml.response(asked, { ...facts, id: '_once' }))).login).toBeDefined();
    expect((await attempt((asked) => saml.response(asked, { ...facts, id: '_once' }))).error).toBe('external-refused');
  });
});
