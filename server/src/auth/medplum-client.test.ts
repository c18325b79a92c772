/**
 * The unchanged MedplumClient signs in, and stays signed in.
 * @see https://www.medplum.com/docs/auth
 */
import { ClientStorage, MedplumClient, MemoryStorage } from '@medplum/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ClinicServer, startClinicServer } from './clinic-testing.ts';
import { bearer, startAuthServer, type TestClinic, testClient, testMember } from './testing.ts';

const maria = { email: 'maria@oakwood.example', password: 'correct horse battery' };
let server: ClinicServer;
let clinic: TestClinic;
let baseUrl: string;

beforeAll(async () => {
  server = await startClinicServer(maria, { plainChallenge: true });
  ({ baseUrl, clinic } = server);
  Object.assign(globalThis, { window: globalThis });
});
afterAll(async () => {
  Reflect.deleteProperty(globalThis, 'window');
  await server.close();
});

const newClient = (at = baseUrl, clientId?: string): MedplumClient =>
  new MedplumClient({ baseUrl: at, clientId, storage: new ClientStorage(new MemoryStorage()) });

describe('MedplumClient', () => {
  it('signs a person in with e-mail and password, and out again', async () => {
    const medplum = newClient();
    const answer = await medplum.startLogin({ email: 'Maria@Oakwood.example', password: 'correct horse battery' });
    expect(answer.code).toBeTypeOf('string');
    const profile = await medplum.processCode(answer.code as string, { redirectUri: baseUrl });
    expect(profile).toMatchObject({ resourceType: 'Practitioner', name: [{ family: 'Lopez' }] });
    expect(medplum.getProject()?.name).toBe('Oakwood');
    const token = medplum.getAccessToken() as string;
    await medplum.signOut();
    const again = new MedplumClient({ baseUrl, storage: new ClientStorage(new MemoryStorage()), accessToken: token });
    await expect(again.get('auth/me')).rejects.toThrow();
  });

  it('shows a wrong password as an outcome', async () => {
    await expect(newClient().startLogin({ email: 'maria@oakwood.example', password: 'wrong' })).rejects.toThrow(
      'Email or password is invalid',
    );
  });

  it('signs in outside a browser, where it knows no challenge but plain; never in production, and for no app', async () => {
    Reflect.deleteProperty(globalThis, 'window');
    const told = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const production = await startAuthServer(server.deps.database);
    try {
      const medplum = newClient();
      const { code } = await medplum.startLogin(maria);
      expect((await medplum.processCode(code as string)).resourceType).toBe('Practitioner');
      expect(server.events).toContainEqual({ event: 'auth.plain-challenge' });
      const app = await testClient(server, clinic, { redirectUris: ['https://app.example/cb'] });
      await expect(newClient().startLogin({ ...maria, clientId: app.id })).rejects.toThrow('S256');
      await expect(newClient().startLogin({ ...maria, redirectUri: baseUrl })).rejects.toThrow('S256');
      await expect(newClient(production.baseUrl).startLogin(maria)).rejects.toThrow('S256');
      expect(told).toHaveBeenCalled();
    } finally {
      Object.assign(globalThis, { window: globalThis });
      told.mockRestore();
      await production.close();
    }
  });

  it('refreshes and invites', async () => {
    await testMember(server, clinic, {
      email: 'admin@oakwood.example',
      password: 'correct horse battery',
      admin: true,
    });
    const medplum = newClient();
    const { code } = await medplum.startLogin({ email: 'admin@oakwood.example', password: 'correct horse battery' });
    await medplum.processCode(code as string, { redirectUri: baseUrl });
    const before = medplum.getAccessToken();
    await medplum.refreshIfExpired(2 * 3_600_000);
    expect(medplum.getAccessToken()).not.toBe(before);
    const membership = await medplum.invite(clinic.projectId, {
      resourceType: 'Practitioner',
      firstName: 'Ann',
      lastName: 'Lee',
      email: 'ann@oakwood.example',
      password: 'another good phrase',
      membership: { admin: true },
    });
    expect(membership).toMatchObject({ resourceType: 'ProjectMembership', profile: { display: 'Ann Lee' } });
  });

  it('signs in and out by redirects, as a page does', async () => {
    const client = await testClient(server, clinic, { redirectUris: ['https://page.example/'] });
    const location = { protocol: 'https:', host: 'page.example', search: '', assign: vi.fn<(url: string) => void>() };
    Object.assign(globalThis, { location });
    try {
      const medplum = newClient(baseUrl, client.id);
      expect(await medplum.signInWithRedirect({ scope: 'openid profile offline_access' })).toBeUndefined();
      const sent = await fetch(location.assign.mock.lastCall?.[0] ?? '', { redirect: 'manual' });
      const asked = Object.fromEntries(new URL(sent.headers.get('location') ?? '').searchParams);
      // The person types, and the sign-in page sends her back.
      const { body } = await server.json('/auth/login', {
        ...maria,
        clientId: asked.client_id,
        redirectUri: asked.redirect_uri,
        scope: asked.scope,
        codeChallenge: asked.code_challenge,
        codeChallengeMethod: asked.code_challenge_method,
      });
      location.search = `?${new URLSearchParams({ code: String(body.code), state: asked.state ?? '' })}`;
      expect((await medplum.signInWithRedirect())?.resourceType).toBe('Practitioner');
      const before = medplum.getAccessToken();
      await medplum.refreshIfExpired(2 * 3_600_000);
      expect(medplum.getAccessToken()).not.toBe(before);
      medplum.signOutWithRedirect();
      expect(location.assign).toHaveBeenLastCalledWith(`${baseUrl}/oauth2/logout`);
      await medplum.signOut();
      expect((await server.get('/auth/me', bearer(before))).status).toBe(401);
    } finally {
      Reflect.deleteProperty(globalThis, 'location');
    }
  });

  it('signs a client in by its secret', async () => {
    const client = await testClient(server, clinic, { name: 'Loader', secret: 'a-very-long-secret' });
    const profile = await newClient().startClientLogin(client.id, 'a-very-long-secret');
    expect(profile).toMatchObject({ resourceType: 'ClientApplication', name: 'Loader' });
    expect(profile).not.toHaveProperty('secret');
    await expect(newClient().startClientLogin(client.id, 'wrong')).rejects.toThrow();
  });
});
