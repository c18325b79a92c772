/** @see security.md S62 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import type { Mail } from './auth-dependencies.ts';
import { findUserByEmail } from './find-resource.ts';
import { spendSecurityRequest } from './security-mail.ts';
import {
  type AuthServer,
  bearer,
  codeFor,
  pkce,
  startAuthServer,
  testClinic,
  testMember,
  tokensFor,
} from './testing.ts';

const credentials = { email: 'forgot@mail.example', password: 'correct horse battery' };
const mails: Mail[] = [];
let test: TestDatabase;
let server: AuthServer;

beforeAll(async () => {
  test = await createTestDatabase();
  server = await startAuthServer(test.database, {
    mail: async (mail) => {
      if (mail.text.includes('/apps/login/') || mail.subject.includes('account')) {
        mails.push(mail);
      }
    },
  });
  await testMember(server, await testClinic(server, 'Mail'), credentials);
});
afterAll(async () => {
  await server.close();
  await test.close();
});

async function newLink(): Promise<{ id: string; secret: string }> {
  mails.length = 0;
  expect((await server.json('/auth/resetpassword', { email: credentials.email })).status).toBe(200);
  await expect.poll(() => mails.length).toBe(1);
  const [, id, secret] = /setpassword\/([^/]+)\/(\S+)/.exec(mails[0]?.text ?? '') ?? [];
  return { id: id as string, secret: secret as string };
}

describe('S62: password reset', () => {
  const set = (link: object, password: string) => server.json('/auth/setpassword', { ...link, password });

  it('sets a password by the link, once, and ends what was begun with the one before', async () => {
    const before = bearer((await tokensFor(server, credentials)).body.access_token);
    const link = await newLink();
    const next = { ...credentials, password: 'a brand new phrase' };
    expect((await set(link, next.password)).status).toBe(200);
    expect((await server.get('/auth/me', before)).status).toBe(401);
    expect((await codeFor(server, next)).answer.status).toBe(200);
    expect((await codeFor(server, credentials)).answer.status).toBe(400);
    expect((await set(link, 'and yet another phrase')).status).toBe(400);
    expect((await codeFor(server, next)).answer.status).toBe(200);
  });

  it('takes the link once, however many bring it at the same time', async () => {
    const link = { ...(await newLink()), kinds: ['reset'] as const };
    const spend = () => spendSecurityRequest(test.database, link, server.deps.clock());
    const spent = await Promise.all(Array.from({ length: 8 }, spend));
    expect(spent.filter((user) => user !== undefined)).toHaveLength(1);
  });

  it('refuses a wrong secret, and the link after ten minutes', async () => {
    const link = await newLink();
    expect((await set({ ...link, secret: 'wrong' }, 'a phrase of a stranger')).status).toBe(400);
    server.advance(601_000);
    expect((await set(link, 'a phrase that is late')).status).toBe(400);
    server.advance(-2000);
    expect((await set(link, 'a phrase in good time')).status).toBe(200);
    server.advance(-599_000);
  });

  it('knows the same letters however a keyboard composes them', async () => {
    const phrase = 'caf\u00e9 in the \u00e9toile';
    expect((await set(await newLink(), phrase.normalize('NFD'))).status).toBe(200);
    for (const typed of [phrase, phrase.normalize('NFD')]) {
      expect((await codeFor(server, { ...credentials, password: typed })).answer.status).toBe(200);
    }
  });

  it('answers an unknown address alike, and sends nothing', async () => {
    mails.length = 0;
    expect((await server.json('/auth/resetpassword', { email: 'nobody@mail.example' })).status).toBe(200);
    expect(mails).toEqual([]);
  });

  it('never shows the link to the log', () => {
    expect(JSON.stringify(server.events)).not.toContain('setpassword');
  });
});

describe('an address', () => {
  const stranger = {
    firstName: 'Eve',
    lastName: 'Green',
    email: 'nurse@mail.example',
    password: 'chosen by a stranger',
    codeChallenge: pkce().challenge,
  };

  it('is confirmed by a link of its own, once', async () => {
    mails.length = 0;
    const made = await server.json('/auth/newuser', { ...stranger, email: 'new@mail.example' });
    await expect.poll(() => mails.length).toBe(1);
    const [, id, secret] = /verifyemail\/([^/]+)\/(\S+)/.exec(mails[0]?.text ?? '') ?? [];
    expect(made.status).toBe(200);
    expect((await server.json('/auth/setpassword', { id, secret, password: 'taken by the wrong link' })).status).toBe(
      400,
    );
    expect((await server.json('/auth/verifyemail', { id, secret })).status).toBe(200);
    expect((await server.json('/auth/verifyemail', { id, secret })).status).toBe(400);
    expect(await findUserByEmail(test.database, 'new@mail.example')).toMatchObject({ emailVerified: true });
  });

  it('that a stranger took before gets no rights by its invitation: the password goes, and the mail decides', async () => {
    await server.json('/auth/newuser', stranger);
    const clinic = await testClinic(server, 'Inviting');
    const admin = { email: 'admin@mail.example', password: 'correct horse battery' };
    await testMember(server, clinic, { ...admin, admin: true });
    const headers = bearer((await tokensFor(server, admin)).body.access_token);
    mails.length = 0;
    const invited = await server.json(
      `/admin/projects/${clinic.projectId}/invite`,
      { resourceType: 'Practitioner', firstName: 'Ann', lastName: 'Nurse', email: stranger.email, admin: true },
      headers,
    );
    expect(invited.status).toBe(200);
    expect(mails.map(({ to }) => to)).toEqual([stranger.email]);
    expect((await codeFor(server, stranger)).answer.status).toBe(400);
  });

  it('gets no more than a few links in a row', async () => {
    mails.length = 0;
    const other = { email: 'bombed@mail.example', password: 'correct horse battery' };
    await testMember(server, await testClinic(server, 'Bombed'), other);
    for (let request = 0; request < 8; request++) {
      expect((await server.json('/auth/resetpassword', { email: other.email })).status).toBe(200);
    }
    await expect.poll(() => mails.length).toBe(5);
  });
});
