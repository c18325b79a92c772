/**
 * A sign-in from a new place or device is told to the person, goes on record, and reaches who watches over access.
 * @see security.md S58
 */
import type { Task } from '@medplum/fhirtypes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../database/index.ts';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import type { Mail } from './auth-dependencies.ts';
import { loadMember, type Member } from './member.ts';
import { findSession, type Session } from './session.ts';
import { sealAddress } from './session-address.ts';
import { deviceOf, networkOf, notePlace, purgePlaces } from './sign-in-place.ts';
import {
  type AuthServer,
  bearer,
  codeFor,
  startAuthServer,
  type TestClinic,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

const maria = { email: 'maria@places.example', password: 'correct horse battery' };
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0';
const mails: Mail[] = [];
let test: TestDatabase;
let server: AuthServer;
let clinic: TestClinic;
let session: Session;
let member: Member;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database, { mail: async (mail) => void mails.push(mail) });
  clinic = await testClinic(server, 'Places');
  const made = await testMember(server, clinic, maria);
  const { login } = await codeFor(server, maria);
  session = (await findSession(test.database, login)) as Session;
  member = (await loadMember(test.database, clinic.tenant, made.membership.id)) as Member;
});
beforeEach(() => {
  mails.length = 0;
});
afterAll(async () => {
  await server.close();
  await test.close();
});

const from = async (plain: string, userAgent = firefox) => {
  const address = await sealAddress(server.deps, session.userId, plain);
  return notePlace(server.deps, { ...session, address, userAgent }, member);
};
const tasks = async (): Promise<Task[]> =>
  (
    await test.database.query<{ content: string }>(
      sql`SELECT content FROM resource WHERE tenant = ${clinic.tenant} AND type = 'Task' ORDER BY rid`,
    )
  ).map(({ content }) => JSON.parse(content) as Task);
const noted = () => server.events.filter(({ event }) => event === 'auth.new-place');

describe('S58: where somebody signs in from', () => {
  it('is no news the first time, nor from the same network, nor after an update of the browser', async () => {
    await from('203.0.113.7');
    await from('203.0.113.201');
    await from('::ffff:203.0.113.9', firefox.replaceAll('141', '142'));
    expect([noted(), await tasks(), mails]).toEqual([[], [], []]);
  });

  it('is told by mail, on record, and to the clinic, when it is new; once', async () => {
    await from('198.51.100.1');
    await expect.poll(() => mails.length).toBe(1);
    await from('198.51.100.2');
    expect(noted()).toMatchObject([{ session: session.id, tenant: clinic.tenant, reason: 'location' }]);
    expect(await tasks()).toMatchObject([
      { code: { text: 'new-location' }, focus: { reference: member.membership.profile.reference } },
    ]);
    expect(mails).toMatchObject([{ to: maria.email, subject: 'New sign-in to MindBridge' }]);
  });

  it('is told to the person, and not to the clinic, when only the device is new', async () => {
    const before = await tasks();
    await from('198.51.100.2', 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Safari/605.1');
    await expect.poll(() => mails.length).toBe(1);
    expect(noted().at(-1)).toMatchObject({ reason: 'device' });
    expect(await tasks()).toEqual(before);
  });

  it('leaves no address in the table, the mail, the Task or the log', async () => {
    await from('192.0.2.77');
    await expect.poll(() => mails.length).toBe(1);
    const rows = await test.database.query(sql`SELECT * FROM sign_in_place`);
    const said = JSON.stringify([rows, mails, await tasks(), noted()]);
    expect(said).not.toMatch(/192\.0\.2|198\.51\.100|203\.0\.113|Firefox|iPhone/);
  });

  it('is new again after a year', async () => {
    server.advance(366 * 24 * 3_600_000);
    await purgePlaces(test.database, server.deps.clock());
    server.advance(-366 * 24 * 3_600_000);
    expect(await test.database.query(sql`SELECT FROM sign_in_place`)).toEqual([]);
  });

  it('is looked at with the first tokens of every sign-in', async () => {
    const agent = (userAgent: string) => ({ 'user-agent': userAgent });
    const signIn = async (userAgent: string) => {
      const { code, verifier } = await codeFor(server, maria);
      await test.database.query(sql`UPDATE session SET user_agent = ${userAgent} WHERE code_used_at IS NULL`);
      return server.form(
        '/oauth2/token',
        { grant_type: 'authorization_code', code, code_verifier: verifier },
        agent(userAgent),
      );
    };
    await signIn(firefox);
    expect(mails).toEqual([]);
    await signIn('curl/8.0');
    await expect.poll(() => mails.length).toBe(1);
  });
});

describe('what counts as the same', () => {
  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:ffff::9'],
    ['2001:db8::1', '2001:db8:0:5::1'],
    ['10.1.2.3', '::ffff:10.1.2.250'],
  ])('%s and %s are of one network', (one, other) => expect(networkOf(one)).toBe(networkOf(other)));

  it.each([
    ['2001:db8:1::1', '2001:db8:2::1'],
    ['10.1.2.3', '10.1.3.3'],
  ])('%s and %s are not', (one, other) => expect(networkOf(one)).not.toBe(networkOf(other)));

  it('a browser keeps its name over updates', () => {
    expect(deviceOf(firefox)).toBe(deviceOf(firefox.replaceAll('141.0', '150.2')));
    expect(deviceOf(firefox)).not.toBe(deviceOf('Safari'));
  });
});

describe('S62: what happens to an account', () => {
  it('is told to its owner', async () => {
    const tokens = await tokensFor(server, maria);
    mails.length = 0;
    const change = { oldPassword: maria.password, newPassword: 'violet staircase humming' };
    await server.json('/auth/changepassword', change, bearer(tokens.body.access_token));
    await expect.poll(() => mails.map(({ subject }) => subject)).toContain('Your MindBridge password was changed');
  });
});
