/**
 * How fast what was granted ends, on every way in, over a whole server.
 * @see https://www.rfc-editor.org/rfc/rfc7009
 * @see security.md S16, S61
 */
import { once } from 'node:events';
import type {
  Bundle,
  ClientApplication,
  Parameters,
  Patient,
  ProjectMembership,
  Subscription,
  User,
} from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import {
  bearerOf,
  type JsonAnswer,
  postForm,
  postJson,
  type SmartApp,
  smartApp,
  smartTokens,
} from './smart-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

const WITHIN_MS = 5000;
let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Endings');
  await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' });
});
afterAll(() => server.close());

/** A person, an app with access offline in her name, and a socket of the app. */
interface Connected {
  readonly person: TestPerson;
  readonly app: SmartApp;
  readonly tokens: JsonAnswer;
  readonly closed: Promise<unknown>;
}

async function connected(): Promise<Connected> {
  const person = await personOf(server, clinic, {
    resourceType: 'AccessPolicy',
    resource: [{ resourceType: 'Patient' }, { resourceType: 'Subscription' }],
  });
  const app = await smartApp(server, clinic);
  const tokens = await smartTokens(server, person, app, { scope: 'user/*.cruds offline_access' });
  const made = await clinic.request<Subscription>(
    'POST',
    'Subscription',
    {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: 'Patient',
      channel: { type: 'websocket' },
    },
    bearerOf(tokens),
  );
  const path = `Subscription/${made.body.id}/$get-ws-binding-token`;
  const binding = await clinic.request<Parameters>('GET', path, undefined, bearerOf(tokens));
  const value = (name: string) => binding.body.parameter?.find((parameter) => parameter.name === name);
  const socket = new WebSocket(`${server.baseUrl.replace('http', 'ws')}/ws/subscriptions-r4`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'bind-with-token', payload: { token: value('token')?.valueString } }));
  await once(socket, 'message');
  return { person, app, tokens, closed: once(socket, 'close') };
}

const read = async ({ tokens }: Connected) =>
  (await clinic.request<Bundle>('GET', 'Patient', undefined, bearerOf(tokens))).status;
const refresh = ({ app, tokens }: Connected) =>
  postForm(server, '/oauth2/token', {
    grant_type: 'refresh_token',
    refresh_token: String(tokens.body.refresh_token),
    client_id: app.id,
  });

/** Waits, no longer than an end may take. */
async function within<T>(what: () => Promise<T>, wanted: T): Promise<T> {
  let found = await what();
  for (const end = Date.now() + WITHIN_MS; found !== wanted && Date.now() < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = await what();
  }
  return found;
}

const write = <T extends ClientApplication | ProjectMembership | User>(tenant: number, resource: T) =>
  server.house.systemRepository(tenant).updateResource(resource);

const ENDINGS: readonly [string, (one: Connected) => Promise<unknown>][] = [
  [
    'the person takes the app’s access away',
    async ({ person, app }) =>
      postJson(
        server,
        '/auth/apps/revoke',
        { clientId: app.id },
        { authorization: `Bearer ${await signIn(server, person)}` },
      ),
  ],
  [
    'the app gives its token back',
    ({ app, tokens }) =>
      postForm(server, '/oauth2/revoke', { token: String(tokens.body.refresh_token), client_id: app.id }),
  ],
  [
    'the account is deleted',
    ({ person }) =>
      server.house
        .systemRepository(0)
        .deleteResource('User', person.membership.user.reference?.split('/')[1] as string),
  ],
  ['the membership is switched off', ({ person }) => write(clinic.tenant, { ...person.membership, active: false })],
  [
    'the membership is removed',
    ({ person }) =>
      server.house.systemRepository(clinic.tenant).deleteResource('ProjectMembership', person.membership.id),
  ],
  [
    'the app is switched off',
    async ({ app }) => {
      const repository = server.house.systemRepository(clinic.tenant);
      const client = await repository.readResource<ClientApplication>('ClientApplication', app.id);
      await write(clinic.tenant, { ...client, status: 'off' });
    },
  ],
];

describe('S16: within five seconds token, refresh token and websocket end, when', () => {
  it.concurrent.each(ENDINGS)(
    '%s',
    async (_, end) => {
      const one = await connected();
      expect(await read(one)).toBe(200);
      await end(one);
      const closed = Promise.race([
        one.closed.then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), WITHIN_MS)),
      ]);
      expect(await within(() => read(one), 401)).toBe(401);
      expect((await refresh(one)).status).toBeGreaterThanOrEqual(400);
      expect(await closed).toBe(true);
    },
    20_000,
  );
});
