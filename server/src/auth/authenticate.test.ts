/** @see security.md S16, S54, S61, S71 */
import { randomUUID } from 'node:crypto';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../access/index.ts';
import type { AuthState } from './auth-state.ts';
import { type ClinicServer, startClinicServer } from './clinic-testing.ts';
import { bearer, type TestClinic, testClient, testClinic, testMember, tokensFor } from './testing.ts';

const password = 'correct horse battery';
let server: ClinicServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startClinicServer({ email: 'first@auth.example', password });
  ({ clinic } = server);
});
afterAll(() => server.close());

const who = (token: unknown): Promise<AuthState> => server.auth.authenticate({ headers: bearer(token) });
const RECHECK = 5001;

describe('authenticate', () => {
  it('gives context and grant, and the same objects while nothing changes', async () => {
    const { membership, profile, user } = await testMember(server, clinic, { email: 'a@auth.example', password });
    const tokens = await tokensFor(server, { email: 'a@auth.example', password });
    const state = await who(tokens.body.access_token);
    expect(state).toMatchObject({
      context: { tenant: clinic.tenant, projectId: clinic.projectId, author: `Practitioner/${profile.id}`, depth: 0 },
      membership: { id: membership.id },
      userReference: `User/${user.id}`,
      isProjectAdmin: false,
      isSuperAdmin: false,
    });
    expect(await who(tokens.body.access_token)).toBe(state);
    server.advance(RECHECK);
    expect((await who(tokens.body.access_token)).grant).toBe(state.grant);
  });

  it.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Digest x' }],
    ['garbage', { authorization: 'Bearer garbage' }],
    ['a bad Basic', { authorization: 'Basic !!!' }],
    ['a list', { authorization: ['Bearer a', 'Bearer b'] }],
  ])('refuses %s with 401', async (_, headers) => {
    await expect(server.auth.authenticate({ headers })).rejects.toMatchObject({ status: 401 });
  });

  it('refuses tokens signed by others, for others, or not signed at all', async () => {
    await testMember(server, clinic, { email: 'b@auth.example', password });
    const tokens = await tokensFor(server, { email: 'b@auth.example', password });
    const [head, payload, signature] = String(tokens.body.access_token).split('.') as [string, string, string];
    const { privateKey } = await generateKeyPair('RS256');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
    const forge = (kid: string) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'at+jwt' }).sign(privateKey);
    const ours = server.deps.keys.current;
    const forAnother = new SignJWT({ ...claims, aud: 'https://other.example/fhir/R4' })
      .setProtectedHeader({ alg: 'RS256', kid: ours.kid, typ: 'at+jwt' })
      .sign(ours.privateKey);
    const none = `${Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')}.${payload}.`;
    const bad = [
      none,
      await forge(ours.kid),
      await forge('x'),
      await forAnother,
      `${head}.${payload}.${signature}x`,
      String(tokens.body.id_token),
    ];
    for (const token of bad) {
      await expect(who(token)).rejects.toMatchObject({ status: 401 });
    }
  });

  it('refuses an expired token even while it is believed', async () => {
    await testMember(server, clinic, { email: 'c@auth.example', password });
    const tokens = await tokensFor(server, { email: 'c@auth.example', password });
    for (const ms of [14, 14, 14, 14].map((minutes) => minutes * 60_000)) {
      server.advance(ms);
      await who(tokens.body.access_token);
    }
    server.advance(3_598_000 - 56 * 60_000);
    await who(tokens.body.access_token);
    server.advance(2_500);
    await expect(who(tokens.body.access_token)).rejects.toMatchObject({ status: 401 });
    server.advance(-3_600_500);
  });

  it('S16: sees within five seconds that a member, a tenant or a policy is not the same any more', async () => {
    const own = await testClinic(server, 'Changing');
    const policy = { resourceType: 'AccessPolicy', name: 'p', resource: [{ resourceType: 'Observation' }] } as const;
    const person = { email: 'd@auth.example', password, policy: { ...policy, resource: [...policy.resource] } };
    const { membership } = await testMember(server, own, person);
    const tokens = await tokensFor(server, person);
    const mayRead = async (): Promise<string> =>
      decide((await who(tokens.body.access_token)).grant, 'Observation', 'read');
    expect(await mayRead()).toBe('all');
    const repository = server.repository(own.tenant);
    const id = membership.access?.[0]?.policy.reference?.split('/')[1] as string;
    await repository.updateResource({ ...policy, id, resource: [{ resourceType: 'Task' }] });
    server.advance(RECHECK);
    expect(await mayRead()).toBe('none');
    await repository.deleteResource('AccessPolicy', id);
    server.auth.forgetTenant(own.tenant);
    expect(await mayRead()).toBe('none');
    await server.tenants.setStatus(own.tenant, 'suspended');
    server.advance(RECHECK);
    await expect(mayRead()).rejects.toMatchObject({ status: 401 });
    await server.tenants.setStatus(own.tenant, 'active');
    await repository.updateResource({ ...membership, active: false });
    server.advance(RECHECK);
    await expect(mayRead()).rejects.toMatchObject({ status: 401 });
  });

  it('S16: refuses the tokens of a client that was switched off', async () => {
    const client = await testClient(server, clinic, { secret: 'right' });
    const ask = { grant_type: 'client_credentials', client_id: client.id, client_secret: 'right' };
    const tokens = await server.form('/oauth2/token', ask);
    expect((await who(tokens.body.access_token)).grant.extendedMode).toBe(true);
    await server.repository(clinic.tenant).updateResource({ ...client, status: 'off' });
    server.advance(RECHECK);
    await expect(who(tokens.body.access_token)).rejects.toMatchObject({ status: 401 });
  });

  it('takes the client’s secret with each request (Basic)', async () => {
    const client = await testClient(server, clinic, { secret: 'right' });
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${client.id}:${secret}`).toString('base64')}`,
    });
    const state = await server.auth.authenticate({ headers: basic('right') });
    expect(state.profileReference).toBe(`ClientApplication/${client.id}`);
    await expect(server.auth.authenticate({ headers: basic('wrong') })).rejects.toMatchObject({ status: 401 });
  });
});

describe('bot tokens', () => {
  it('S71: carry the depth and the bot’s rights, those of the person too, and end with the run', async () => {
    const bot = await testMember(server, clinic, {
      email: 'bot@auth.example',
      password,
      policy: { resourceType: 'AccessPolicy', resource: [{ resourceType: 'Observation' }, { resourceType: 'Task' }] },
    });
    const person = await testMember(server, clinic, {
      email: 'person@auth.example',
      password,
      policy: { resourceType: 'AccessPolicy', resource: [{ resourceType: 'Task' }, { resourceType: 'Patient' }] },
    });
    const token = await server.auth.issueBotToken({
      run: randomUUID(),
      tenant: clinic.tenant,
      botMembership: bot.membership.id,
      runAs: person.membership.id,
      depth: 2,
      ttlSeconds: 3600,
    });
    const state = await who(token.accessToken);
    expect(state.context.depth).toBe(2);
    const verdicts = ['Observation', 'Task', 'Patient'].map((type) => decide(state.grant, type, 'read'));
    expect(verdicts).toEqual(['none', 'all', 'none']);
    expect(token.expiresAt.getTime() - server.deps.clock().getTime()).toBeLessThanOrEqual(300_000);
    server.auth.endBotToken(token);
    await expect(who(token.accessToken)).rejects.toMatchObject({ status: 401 });
  });

  it('are not given for another tenant’s membership', async () => {
    const { membership } = await testMember(server, clinic, { email: 'e@auth.example', password });
    const other = await testClinic(server, 'Stranger');
    const request = { run: randomUUID(), tenant: other.tenant, botMembership: membership.id, depth: 1, ttlSeconds: 60 };
    await expect(server.auth.issueBotToken(request)).rejects.toThrow('no active membership');
  });
});
