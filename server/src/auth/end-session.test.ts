/**
 * @see https://www.rfc-editor.org/rfc/rfc7009
 * @see https://www.rfc-editor.org/rfc/rfc7662
 * @see security.md S15, S16
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClinicServer, startClinicServer } from './clinic-testing.ts';
import { bearer, type TestClinic, testClient, testClinic, tokensFor } from './testing.ts';

const maria = { email: 'maria@oakwood.example', password: 'correct horse battery' };
let server: ClinicServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startClinicServer(maria);
  ({ clinic } = server);
});
afterAll(() => server.close());

const me = async (token: unknown): Promise<number> => (await server.get('/auth/me', bearer(token))).status;

describe('oauth2/revoke', () => {
  it.each(['access_token', 'refresh_token'])('S16: ends the session by its %s', async (kind) => {
    const tokens = await tokensFor(server, maria);
    expect(await me(tokens.body.access_token)).toBe(200);
    expect((await server.form('/oauth2/revoke', { token: String(tokens.body[kind]) })).status).toBe(200);
    expect(await me(tokens.body.access_token)).toBe(401);
    const refresh = await server.form('/oauth2/token', {
      grant_type: 'refresh_token',
      refresh_token: String(tokens.body.refresh_token),
    });
    expect(refresh.body.error).toBe('invalid_grant');
  });

  it('answers 200 for an unknown token, and leaves the tokens of another client alone', async () => {
    const client = await testClient(server, clinic, { secret: 'right' });
    const tokens = await tokensFor(server, maria);
    const ask = (token: string) =>
      server.form('/oauth2/revoke', { token, client_id: client.id, client_secret: 'right' });
    expect((await ask('unknown')).status).toBe(200);
    expect((await ask(String(tokens.body.access_token))).status).toBe(200);
    expect(await me(tokens.body.access_token)).toBe(200);
  });

  it('S4: wants the credentials of a confidential client', async () => {
    const client = await testClient(server, clinic, { secret: 'right' });
    expect((await server.form('/oauth2/revoke', { token: 'x', client_id: client.id })).status).toBe(401);
  });
});

describe('oauth2/logout by an app', () => {
  const redirectUri = 'https://app.example/cb';
  const signedIn = async () => {
    const client = await testClient(server, clinic, { redirectUris: [redirectUri] });
    return tokensFor(server, maria, { clientId: client.id, redirectUri, scope: 'openid' });
  };
  const leave = (query: Record<string, string>) => server.get(`/oauth2/logout?${new URLSearchParams(query)}`);

  it('ends the session of its ID token, however old, and goes back where the app registered', async () => {
    const tokens = await signedIn();
    const query = { id_token_hint: String(tokens.body.id_token), post_logout_redirect_uri: redirectUri, state: 's-1' };
    server.advance(2 * 3_600_000);
    const answer = await leave(query);
    server.advance(-2 * 3_600_000);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `${redirectUri}?state=s-1`]);
    expect(await me(tokens.body.access_token)).toBe(401);
  });

  it('goes nowhere else, and takes no token of another kind or maker', async () => {
    const tokens = await signedIn();
    const [head, body] = String(tokens.body.id_token).split('.');
    for (const query of [
      { id_token_hint: String(tokens.body.access_token), post_logout_redirect_uri: redirectUri },
      { id_token_hint: `${head}.${body}.AAAA`, post_logout_redirect_uri: redirectUri },
      { id_token_hint: 'rubbish', post_logout_redirect_uri: 'https://evil.example' },
    ]) {
      expect((await leave(query)).headers.get('location')).toBe('/apps/login/');
    }
    expect(await me(tokens.body.access_token)).toBe(200);
    const evil = { id_token_hint: String(tokens.body.id_token), post_logout_redirect_uri: 'https://evil.example/cb' };
    expect((await leave(evil)).headers.get('location')).toBe('/apps/login/');
  });
});

describe('oauth2/introspect', () => {
  it('S15: tells a proven client of the same tenant about a live token, and nobody else', async () => {
    const client = await testClient(server, clinic, { secret: 'right' });
    const stranger = await testClient(server, await testClinic(server, 'Other'), { secret: 'right' });
    const tokens = await tokensFor(server, maria, { scope: 'openid' });
    const token = String(tokens.body.access_token);
    const ask = (id: string, value = token) =>
      server.form('/oauth2/introspect', { token: value, client_id: id, client_secret: 'right' });
    expect((await server.form('/oauth2/introspect', { token })).status).toBe(401);
    expect((await ask(client.id)).body).toMatchObject({ active: true, scope: 'openid', iss: server.baseUrl });
    expect((await ask(stranger.id)).body).toEqual({ active: false });
    expect((await ask(client.id, 'garbage')).body).toEqual({ active: false });
    await server.json('/oauth2/logout', {}, bearer(token));
    expect((await ask(client.id)).body).toEqual({ active: false });
  });
});

describe('oauth2/userinfo', () => {
  it('says what the scope lets it', async () => {
    const little = await tokensFor(server, maria, { scope: 'openid' });
    const more = await tokensFor(server, maria, { scope: 'openid profile email fhirUser' });
    const ask = async (token: unknown) => (await server.get('/oauth2/userinfo', bearer(token))).body;
    expect(Object.keys(await ask(little.body.access_token))).toEqual(['sub']);
    expect(await ask(more.body.access_token)).toMatchObject({ name: 'Maria Lopez', email: maria.email });
    const anonymous = await server.get('/oauth2/userinfo');
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="MindBridge"']);
  });
});
