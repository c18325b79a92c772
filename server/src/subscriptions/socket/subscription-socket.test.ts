// https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html and MedplumClient's SubscriptionManager
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MedplumClient, SubscriptionManager } from '@medplum/core';
import type { Bundle, Parameters, Subscription } from '@medplum/fhirtypes';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket as WsClient } from 'ws';
import { createTestDatabase, type TestDatabase } from '../../database/testing.ts';
import { TestStore } from '../../outbox/testing.ts';
import type { Operation, OperationRequest } from '../../repository/index.ts';
import type { ShownTo } from '../deliverer.ts';
import { subscriptionOperations } from '../operations/subscription-operations.ts';
import { type SubscriptionEntry, subscriptionEntry } from '../subscription-entry.ts';
import { createSubscriptions, type Subscriptions } from '../subscriptions.ts';
import { until } from '../testing.ts';
import { attachSubscriptionSocket } from './attach-subscription-socket.ts';

let db: TestDatabase;
let server: Server;
let baseUrl: string;
let detach: () => Promise<void>;
let subscriptions: Subscriptions;
let store: TestStore;
let operations: Operation[];
let active = true;
let tenant = 20;
const forbidden = new Set<string>();
const saved = new Map<string, Subscription & { id: string }>();

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

beforeEach(async () => {
  active = true;
  forbidden.clear();
  store = new TestStore(db.database, ++tenant);
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const canRead = async (_author: string, _tenant: number, stored: { id: string }) => !forbidden.has(stored.id);
  const log = () => undefined;
  const clock = () => new Date();
  const shownTo: ShownTo = async (_author, _tenant, { json }) => json;
  operations = subscriptionOperations({ database: db.database, canRead, shownTo, baseUrl, clock });
  detach = await attachSubscriptionSocket(server, {
    database: db.database,
    find: async (of, id) => entryOf(of, saved.get(id)),
    canRead,
    shownTo,
    isActive: async () => active,
    allowsOrigin: (origin) => origin === baseUrl,
    audit: () => undefined,
    log,
    clock,
    baseUrl,
    heartbeatMs: 100,
  });
  subscriptions = createSubscriptions({
    database: db.database,
    matches: (criteria, resource) => resource.resourceType === criteria.split('?')[0],
    canRead,
    shownTo,
    askStore: async () => false,
    checkCriteria: () => true,
    repositoryAs: () => {
      throw new Error('not used');
    },
    isMember: async () => true,
    runBot: async () => ({ kind: 'delivered' }),
    outboundAllow: [],
    requireHttps: false,
    baseUrl: 'http://127.0.0.1',
    allowsOrigin: () => true,
    isActive: async () => true,
    audit: () => undefined,
    alert: () => undefined,
    log,
    pollMs: 50,
  });
  subscriptions.start();
});
afterEach(async () => {
  await subscriptions.stop();
  await detach();
  await new Promise((resolve) => server.close(resolve));
});

async function call(
  name: string,
  id: string | undefined,
  query = '',
  operation = operations.find((candidate) => candidate.name === name),
): Promise<Parameters | Bundle> {
  const readResource = async (_type: string, of: string) => saved.get(of);
  const response = await operation?.handle({
    context: { requestId: 'r', tenant, projectId: 'p', author: 'Practitioner/1', depth: 0 },
    repository: { readResource } as unknown as OperationRequest['repository'],
    grant: { tenant, ruleSets: [], system: false, extendedMode: false },
    method: 'GET',
    resourceType: 'Subscription',
    ...(id !== undefined && { id }),
    query: new URLSearchParams(query),
    body: undefined,
    headers: {},
  });
  return response?.resource as Parameters | Bundle;
}

let nextId = 1;

/** A fetch with just enough of a server behind it for the SubscriptionManager. */
async function fetchOfServer(url: string, options?: { method?: string; body?: string }): Promise<Response> {
  const id = /Subscription\/([^/]+)\/\$get-ws-binding-token/.exec(url)?.[1];
  if (id !== undefined) {
    return Response.json(await call('$get-ws-binding-token', id), {
      headers: { 'content-type': 'application/fhir+json' },
    });
  }
  const subscription = { ...(JSON.parse(options?.body ?? '{}') as Subscription), id: `ws-${tenant}-${nextId++}` };
  saved.set(subscription.id, subscription);
  await store.put(subscription, { author: 'Practitioner/1' });
  subscriptions.wake(tenant);
  return Response.json(subscription, { status: 201, headers: { 'content-type': 'application/fhir+json' } });
}

function newManager(): SubscriptionManager {
  const medplum = new MedplumClient({ baseUrl: `${baseUrl}/`, fetch: fetchOfServer, cacheTime: 0 });
  medplum.getProfile = () => ({ resourceType: 'Practitioner', id: '1' }) as never;
  return new SubscriptionManager(medplum, `${baseUrl.replace('http', 'ws')}/ws/subscriptions-r4`);
}

async function listen(manager: SubscriptionManager, criteria: string): Promise<Bundle[]> {
  const bundles: Bundle[] = [];
  let connected = false;
  const emitter = manager.addCriteria(criteria);
  emitter.addEventListener('connect', () => {
    connected = true;
  });
  emitter.addEventListener('message', (event) => bundles.push(event.payload));
  await until(() => connected);
  return bundles;
}

async function patient(id: string): Promise<void> {
  await store.put({ resourceType: 'Patient', id });
  subscriptions.wake(tenant);
}

test("S27: MedplumClient's SubscriptionManager binds and gets each version with its status", async () => {
  const manager = newManager();
  const bundles = await listen(manager, 'Patient');
  await patient('p1');
  await patient('p1');
  await until(() => bundles.length === 2);
  expect(bundles[0]).toMatchObject({ resourceType: 'Bundle', type: 'history' });
  expect(bundles[0]?.entry?.[0]?.resource).toMatchObject({
    resourceType: 'SubscriptionStatus',
    type: 'event-notification',
  });
  expect(bundles.map((bundle) => bundle.entry?.[1]?.resource?.meta?.versionId)).toEqual(['1', '2']);
  manager.closeWebSocket();
});

test('S30: sends nothing that the listener may not read, and $events leaves it out too', async () => {
  const manager = newManager();
  const bundles = await listen(manager, 'Patient');
  forbidden.add('p-secret');
  await patient('p-secret');
  await patient('p2');
  await until(() => bundles.length === 1);
  expect(bundles[0]?.entry?.[1]?.resource?.id).toBe('p2');
  const id = [...saved.keys()].at(-1) ?? '';
  const history = (await call('$events', id, 'eventsSinceNumber=1')) as Bundle;
  expect(history.type).toBe('history');
  expect(history.entry?.[0]?.resource?.resourceType).toBe('Parameters');
  expect(history.entry?.slice(1).map((entry) => entry.resource?.id)).toEqual(['p2']);
  manager.closeWebSocket();
});

test('S31: a Subscription that wants ids only is sent the Bundles of the backport, without the resource', async () => {
  const url = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content';
  const socket = await rawSocket();
  socket.socket.send(bind(await freshToken({ _payload: { extension: [{ url, valueCode: 'id-only' }] } })));
  await until(() => socket.messages.length > 0);
  await patient('p-id-only');
  const isEvent = ({ entry }: RawSocket['messages'][number]): boolean => entry?.[1] !== undefined;
  await until(() => socket.messages.some(isEvent));
  const told = socket.messages.find(isEvent);
  expect(told?.entry?.[0]?.resource).toMatchObject({
    resourceType: 'Parameters',
    parameter: expect.arrayContaining([{ name: 'type', valueCode: 'event-notification' }]),
  });
  expect(told?.entry?.[1]).toEqual({
    fullUrl: `${baseUrl}/fhir/R4/Patient/p-id-only`,
    request: { method: 'POST', url: 'Patient' },
    response: { status: '201' },
  });
  socket.socket.close();
});

test('one token binds to several Subscriptions', async () => {
  await freshToken();
  await freshToken();
  const ids = [...saved.keys()].slice(-2);
  const operation = operations.find(({ name, level }) => name === '$get-ws-binding-token' && level === 'type');
  const answer = (await call('$get-ws-binding-token', undefined, `id=${ids.join('&id=')}`, operation)) as Parameters;
  const named = (name: string) =>
    answer.parameter?.filter((each) => each.name === name).map((each) => each.valueString);
  expect(named('subscription')).toEqual(ids);
  const socket = await rawSocket();
  socket.socket.send(bind(named('token')?.[0] ?? ''));
  await until(() => socket.messages.length >= 2);
  const bound = JSON.stringify(socket.messages);
  expect(ids.filter((id) => !bound.includes(`Subscription/${id}`))).toEqual([]);
  socket.socket.close();
});

interface RawSocket {
  readonly messages: { resourceType?: string; type?: string; entry?: { resource: { type: string } }[] }[];
  readonly socket: WsClient;
  closed?: number;
}

async function rawSocket(origin?: string): Promise<RawSocket> {
  const socket = new WsClient(`${baseUrl.replace('http', 'ws')}/ws/subscriptions-r4`, { ...(origin && { origin }) });
  const raw: RawSocket = { socket, messages: [] };
  socket.on('message', (data) => raw.messages.push(JSON.parse(data.toString())));
  socket.on('close', (code) => {
    raw.closed = code;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return raw;
}

function entryOf(of: number, subscription: Subscription | undefined): SubscriptionEntry | undefined {
  const json = JSON.stringify(subscription);
  const kept = { type: 'Subscription', version: 1, lastUpdated: new Date(), deleted: false, author: 'Practitioner/1' };
  return subscription?.id === undefined ? undefined : subscriptionEntry(of, { ...kept, id: subscription.id, json });
}

async function freshToken(channel: object = {}): Promise<string> {
  const subscription = {
    resourceType: 'Subscription',
    id: `raw-${nextId++}`,
    status: 'active',
    reason: 'x',
    criteria: 'Patient',
    channel: { type: 'websocket', ...channel },
  };
  saved.set(subscription.id, subscription as Subscription & { id: string });
  await store.put(subscription as Subscription & { id: string });
  const parameters = (await call('$get-ws-binding-token', subscription.id)) as Parameters;
  return parameters.parameter?.find((parameter) => parameter.name === 'token')?.valueString ?? '';
}

const bind = (token: string): string => JSON.stringify({ type: 'bind-with-token', payload: { token } });

test('S33: a token binds once; an unbound socket gets nothing but answers', async () => {
  const token = await freshToken();
  const first = await rawSocket();
  first.socket.send(bind(token));
  await until(() => first.messages.some((message) => message.entry?.[0]?.resource.type === 'handshake'));
  const second = await rawSocket();
  second.socket.send(bind(token));
  second.socket.send('{"type":"ping"}');
  await until(() => second.messages.length === 2);
  await patient('p3');
  await until(() => first.messages.some((message) => message.entry?.[0]?.resource.type === 'event-notification'));
  expect(second.messages.map((message) => message.resourceType ?? message.type).sort()).toEqual([
    'OperationOutcome',
    'pong',
  ]);
  first.socket.close();
  second.socket.close();
});

test('S31: a Subscription with a heartbeat period of its own hears as often as it asked, and no more', async () => {
  const extension = [
    {
      url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period',
      valueUnsignedInt: 1,
    },
  ];
  const { socket, messages } = await rawSocket();
  socket.send(bind(await freshToken({ extension })));
  const heartbeats = (): number =>
    messages.filter((message) => message.entry?.[0]?.resource.type === 'heartbeat').length;
  await until(() => messages.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(heartbeats()).toBe(0);
  await until(() => heartbeats() === 1);
  socket.close();
});

test('S33: refuses a foreign origin', async () => {
  await expect(rawSocket('https://evil.example')).rejects.toThrow('403');
  (await rawSocket(baseUrl)).socket.close();
});

test('S33: closes when the log-in behind it ends', async () => {
  const raw = await rawSocket();
  raw.socket.send(bind(await freshToken()));
  await until(() => raw.messages.some((message) => message.entry?.[0]?.resource.type === 'heartbeat'));
  active = false;
  await until(() => raw.closed !== undefined);
  expect(raw.closed).toBe(4401);
});

test('S33: cuts off a consumer that does not read', async () => {
  const raw = await rawSocket();
  raw.socket.send(bind(await freshToken()));
  await until(() => raw.messages.length > 0);
  raw.socket.pause();
  const text = 'x'.repeat(900_000);
  for (let i = 0; i < 12; i++) {
    await store.put({ resourceType: 'Patient', id: `big${i}`, name: [{ text }] });
    subscriptions.wake(tenant);
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  raw.socket.resume();
  await until(() => raw.closed !== undefined);
  expect(raw.closed).toBe(1006);
});

test('S33: a token that was not used within five minutes binds nothing', async () => {
  const token = await freshToken();
  const raw = await rawSocket();
  const old = `UPDATE subscription_token SET usable_until = usable_until - interval '5 minutes'`;
  await db.database.query({ text: old, values: [] });
  raw.socket.send(bind(token));
  await until(() => raw.messages.length > 0);
  expect(raw.messages[0]?.resourceType).toBe('OperationOutcome');
  raw.socket.close();
});

test('S33: who was away catches up by event number, without a gap', async () => {
  const manager = newManager();
  const bundles = await listen(manager, 'Patient');
  await patient('p1');
  await until(() => bundles.length === 1);
  manager.closeWebSocket();
  await patient('p2');
  await patient('p3');
  const id = [...saved.keys()].at(-1) ?? '';
  const missed = async (): Promise<Bundle> => (await call('$events', id, 'eventsSinceNumber=2')) as Bundle;
  await until(async () => (await missed()).entry?.length === 3);
  const status = (await missed()).entry?.[0]?.resource as Parameters;
  const numbers = (status.parameter ?? [])
    .filter(({ name }) => name === 'notification-event')
    .map(({ part }) => part?.find(({ name }) => name === 'event-number')?.valueString);
  expect(numbers).toEqual(['2', '3']);
});
