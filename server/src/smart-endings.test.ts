/**
 * How fast what was granted ends, on every way in, over a whole server.
 * @see https://www.rfc-editor.org/rfc/rfc7009
 * @see security.md S16, S61
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { ClientApplication, Parameters, Patient, ProjectMembership, Subscription, User } from '@medplum/fhirtypes';
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
/** Another process over the same database, where nobody told of the end. */
let other: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  other = await startTestServer({}, undefined, server);
  clinic = await server.clinic('Endings');
  await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' });
});
afterAll(async () => {
  await other.close();
  await server.close();
});

/** Where a process listens; its settings name the address of both. */
const addressOf = (at: TestServer): string => `http://127.0.0.1:${(at.house.server.address() as AddressInfo).port}`;

/** A person, an app with access offline in her name, and a socket of the app at each process. */
interface Connected {
  readonly person: TestPerson;
  readonly app: SmartApp;
  readonly tokens: JsonAnswer;
  readonly closed: Promise<unknown>[];
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
  const open = async (at: TestServer): Promise<WebSocket> => {
    const binding = await clinic.request<Parameters>('GET', path, undefined, bearerOf(tokens));
    const value = (name: string) => binding.body.parameter?.find((parameter) => parameter.name === name);
    const socket = new WebSocket(`${addressOf(at).replace('http', 'ws')}/ws/subscriptions-r4`);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'bind-with-token', payload: { token: value('token')?.valueString } }));
    await once(socket, 'message');
    return socket;
  };
  const sockets = [await open(server), await open(other)];
  return { person, app, tokens, closed: sockets.map((socket) => once(socket, 'close')) };
}

const read = async ({ tokens }: Connected, at: TestServer): Promise<number> => {
  const answer = await fetch(`${addressOf(at)}/fhir/R4/Patient`, { headers: bearerOf(tokens) });
  await answer.arrayBuffer();
  return answer.status;
};
const refresh = async ({ app, tokens }: Connected, at: TestServer): Promise<number> => {
  const refreshToken = String(tokens.body.refresh_token);
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: app.id });
  const answer = await fetch(`${addressOf(at)}/oauth2/token`, { method: 'POST', body });
  await answer.arrayBuffer();
  return answer.status;
};

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

describe('S16: within five seconds token, refresh token and websocket end in every process, when', () => {
  it.concurrent.each(ENDINGS)(
    '%s',
    async (_, end) => {
      const one = await connected();
      expect([await read(one, server), await read(one, other)]).toEqual([200, 200]);
      await end(one);
      const closed = Promise.race([
        Promise.all(one.closed).then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), WITHIN_MS)),
      ]);
      const reads = [server, other].map((at) => within(() => read(one, at), 401));
      expect(await refresh(one, server)).toBeGreaterThanOrEqual(400);
      expect(await refresh(one, other)).toBeGreaterThanOrEqual(400);
      expect(await Promise.all(reads)).toEqual([401, 401]);
      expect(await closed).toBe(true);
    },
    20_000,
  );
});
