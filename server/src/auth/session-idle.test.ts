/**
 * @see security.md S59
 * @see https://www.ecfr.gov/current/title-45/section-164.312 (a)(2)(iii) automatic logoff
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClinicServer, startClinicServer } from './clinic-testing.ts';
import { isSessionLive } from './session-alive.ts';
import { bearer, codeFor, pkce, type TestClinic, testClient, tokensFor } from './testing.ts';

const MINUTE = 60_000;
const maria = { email: 'maria@idle.example', password: 'correct horse battery' };
let server: ClinicServer;
let clinic: TestClinic;
let moved = 0;

beforeAll(async () => {
  server = await startClinicServer(maria);
  ({ clinic } = server);
});
beforeEach(() => {
  server.advance(-moved);
  moved = 0;
});
afterAll(() => server.close());

const wait = (ms: number): void => {
  moved += ms;
  server.advance(ms);
};
const me = async (token: unknown): Promise<number> => (await server.get('/auth/me', bearer(token))).status;
const refresh = (token: unknown, more: Record<string, string> = {}) =>
  server.form('/oauth2/token', { grant_type: 'refresh_token', refresh_token: String(token), ...more });
const idOf = (token: unknown): string =>
  JSON.parse(Buffer.from(String(token).split('.')[1] as string, 'base64url').toString()).login_id;

describe('S59: a client that never reports activity', () => {
  it('is let in until 15:00 and not from 15:30 on, by access token and by refresh token', async () => {
    const { body } = await tokensFor(server, maria);
    wait(15 * MINUTE);
    expect(await me(body.access_token)).toBe(200);
    wait(15 * MINUTE + 30_000);
    expect(await me(body.access_token)).toBe(401);
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
    expect(await isSessionLive(server.deps.database, idOf(body.access_token), server.deps.clock())).toBe(false);
  });

  it('stays alive by its requests', async () => {
    const { body } = await tokensFor(server, maria);
    for (let step = 0; step < 3; step++) {
      wait(14 * MINUTE);
      expect(await me(body.access_token)).toBe(200);
    }
  });

  it('is not kept alive by refreshing tokens', async () => {
    let { body } = await tokensFor(server, maria);
    wait(10 * MINUTE);
    body = (await refresh(body.refresh_token)).body as typeof body;
    expect(body.access_token).toBeDefined();
    wait(5 * MINUTE + 30_000);
    expect(await me(body.access_token)).toBe(401);
  });
});

describe('S59: a client that reports activity', () => {
  it('is not kept alive by requests', async () => {
    const { body } = await tokensFor(server, maria);
    expect((await server.json('/auth/activity', {}, bearer(body.access_token))).status).toBe(200);
    wait(10 * MINUTE);
    expect(await me(body.access_token)).toBe(200);
    wait(5 * MINUTE + 30_000);
    expect(await me(body.access_token)).toBe(401);
    expect((await server.json('/auth/activity', {}, bearer(body.access_token))).status).toBe(401);
  });

  it('is kept alive by its reports, but not beyond 12 hours', async () => {
    let { body } = await tokensFor(server, maria);
    for (let minutes = 0; minutes < 11 * 60 + 50; minutes += 10) {
      expect((await server.json('/auth/activity', {}, bearer(body.access_token))).status).toBe(200);
      wait(10 * MINUTE);
      body = (await refresh(body.refresh_token)).body as typeof body;
    }
    expect(await me(body.access_token)).toBe(200);
    await server.json('/auth/activity', {}, bearer(body.access_token));
    wait(11 * MINUTE);
    expect(await me(body.access_token)).toBe(401);
    expect((await refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('keeps alive what was opened from the same sign-in, but wakes nothing that is over', async () => {
    const { answer, code, verifier } = await codeFor(server, maria);
    const [cookie = ''] = (answer.headers.get('set-cookie') ?? '').split(';');
    const grant = { grant_type: 'authorization_code' };
    const page = await server.form('/oauth2/token', { ...grant, code, code_verifier: verifier });
    const redirectUri = `${server.baseUrl}/apps/risk/`;
    const app = await testClient(server, clinic, { redirectUris: [redirectUri] });
    const opened = async () => {
      const { verifier: own, challenge } = pkce();
      const asked = {
        response_type: 'code',
        client_id: app.id,
        redirect_uri: redirectUri,
        code_challenge: challenge,
        code_challenge_method: 'S256',
      };
      const back = await server.get(`/oauth2/authorize?${new URLSearchParams(asked)}`, { cookie });
      const came = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
      const form = { ...grant, code: came, code_verifier: own, client_id: app.id, redirect_uri: redirectUri };
      return (await server.form('/oauth2/token', form)).body.access_token;
    };
    const report = async () => (await server.json('/auth/activity', {}, bearer(page.body.access_token))).status;
    const forgotten = await opened();
    wait(10 * MINUTE);
    expect(await me(page.body.access_token)).toBe(200);
    const inUse = await opened();
    wait(6 * MINUTE);
    expect([await report(), await me(forgotten)]).toEqual([200, 401]);
    wait(10 * MINUTE);
    expect([await me(inUse), await me(forgotten)]).toEqual([200, 401]);
  });

  it('remembers nobody for longer when the form says so', async () => {
    const { body } = await tokensFor(server, maria, { remember: true } as unknown as Record<string, string>);
    wait(15 * MINUTE + 30_000);
    expect(await me(body.access_token)).toBe(401);
  });
});

describe('S59: who is exempt', () => {
  it('an app with access offline, and a client acting for itself', async () => {
    const redirectUri = 'https://offline.example/cb';
    const app = await testClient(server, clinic, { redirectUri });
    const offline = await tokensFor(server, maria, { clientId: app.id, redirectUri, scope: 'openid offline_access' });
    const backend = await testClient(server, clinic, { secret: 'backend secret' });
    const own = await server.form('/oauth2/token', {
      grant_type: 'client_credentials',
      client_id: backend.id,
      client_secret: 'backend secret',
    });
    wait(40 * MINUTE);
    expect(await me(offline.body.access_token)).toBe(200);
    expect(await me(own.body.access_token)).toBe(200);
    wait(24 * 60 * MINUTE);
    expect((await refresh(offline.body.refresh_token, { client_id: app.id })).status).toBe(200);
  });

  it('an app that was only granted access online is not', async () => {
    const redirectUri = 'https://online.example/cb';
    const app = await testClient(server, clinic, { redirectUri });
    const online = await tokensFor(server, maria, { clientId: app.id, redirectUri, scope: 'openid online_access' });
    wait(15 * MINUTE + 30_000);
    expect((await refresh(online.body.refresh_token, { client_id: app.id })).body.error).toBe('invalid_grant');
  });
});
