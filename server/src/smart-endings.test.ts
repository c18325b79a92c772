/**
 * How fast what was granted ends, on every way in, over a whole server.
 * @see https://www.rfc-editor.org/rfc/rfc7009
 * @see security.md S16, S48, S61
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type {
  AccessPolicyResource,
  Bundle,
  ClientApplication,
  Condition,
  Consent,
  Parameters,
  Patient,
  ProjectMembership,
  Resource,
  Subscription,
  User,
} from '@medplum/fhirtypes';
import { consentCoding } from '@mindbridge/fhir-profiles';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PART_TWO, partTwoConsent } from './part-two-testing.ts';
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
  /** Reference of its Subscription. */
  readonly subscription: string;
  readonly closed: Promise<unknown>[];
  /** What each socket has brought so far. */
  readonly messages: readonly string[][];
}

const WITHOUT_PART_TWO: AccessPolicyResource = {
  resourceType: 'Condition',
  criteria: 'Condition?_security:not=42CFRPart2',
};

async function connected(criteria = 'Patient', conditions = WITHOUT_PART_TWO): Promise<Connected> {
  const person = await personOf(server, clinic, {
    resourceType: 'AccessPolicy',
    resource: [{ resourceType: 'Patient' }, { resourceType: 'Subscription' }, conditions],
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
      criteria,
      channel: { type: 'websocket', payload: 'application/fhir+json' },
    },
    bearerOf(tokens),
  );
  const subscription = `Subscription/${made.body.id}`;
  const open = async (at: TestServer): Promise<WebSocket> => {
    const binding = await clinic.request<Parameters>(
      'GET',
      `${subscription}/$get-ws-binding-token`,
      undefined,
      bearerOf(tokens),
    );
    const value = (name: string) => binding.body.parameter?.find((parameter) => parameter.name === name);
    const socket = new WebSocket(`${addressOf(at).replace('http', 'ws')}/ws/subscriptions-r4`);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'bind-with-token', payload: { token: value('token')?.valueString } }));
    await once(socket, 'message');
    return socket;
  };
  const sockets = [await open(server), await open(other)];
  const messages = sockets.map((socket) => {
    const texts: string[] = [];
    socket.on('message', (data: Buffer) => texts.push(data.toString()));
    return texts;
  });
  return { person, app, tokens, subscription, closed: sockets.map((socket) => once(socket, 'close')), messages };
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

const actors = (...references: string[]) =>
  references.map((reference) => ({ role: { text: 'recipient' }, reference: { reference } }));

/** What a patient decides about an app, and what an app that saw her record may see after it. */
const WITHDRAWALS: readonly [
  string,
  string,
  (patient: string, one: Connected) => Consent | undefined,
  (patient: string, one: Connected) => Partial<Consent>,
][] = [
  [
    'a patient takes back what released her records under Part 2',
    'F11.20',
    (patient, { person, app }) =>
      partTwoConsent(patient, {
        provision: {
          type: 'permit',
          securityLabel: [PART_TWO],
          actor: actors(person.profile, `ClientApplication/${app.id}`),
        },
      }),
    () => ({ status: 'inactive' }),
  ],
  [
    'a patient refuses an app her records',
    'I10',
    () => undefined,
    (_, { app }) => ({
      category: [{ coding: [consentCoding.optOut] }],
      provision: { type: 'deny', actor: actors(`ClientApplication/${app.id}`) },
    }),
  ],
];

const create = async <T extends Resource>(resource: T): Promise<T & { readonly id: string }> =>
  (await clinic.request<T & { readonly id: string }>('POST', resource.resourceType, resource)).body;
const diagnosis = (patient: string, icd: string): Condition => ({
  resourceType: 'Condition',
  code: { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: icd }] },
  subject: { reference: `Patient/${patient}` },
});

describe('S16, S48: within five seconds a record is gone from reads, searches and websockets of every process, when', () => {
  it.concurrent.each(WITHDRAWALS)(
    '%s',
    async (_, code, given, withdrawn) => {
      const one = await connected('Condition');
      const [{ id: patient }, { id: neighbour }] = [
        await create<Patient>({ resourceType: 'Patient' }),
        await create<Patient>({ resourceType: 'Patient' }),
      ];
      const condition = await create(diagnosis(patient, code));
      const consent = given(patient, one);
      const before = consent && (await create(consent));
      const seenBy = async (at: TestServer): Promise<string> => {
        const get = (path: string) => fetch(`${addressOf(at)}/fhir/R4/${path}`, { headers: bearerOf(one.tokens) });
        const read = await get(`Condition/${condition.id}`);
        const page = (await (await get(`Condition?_id=${condition.id}&_total=accurate`)).json()) as Bundle;
        await read.arrayBuffer();
        return `${read.status} ${page.total}`;
      };
      const everywhere = (wanted: string) => Promise.all([server, other].map((at) => within(() => seenBy(at), wanted)));
      /** Do the sockets hear of a new record? That of somebody else says when there is nothing more to come. */
      const heard = async (): Promise<boolean[]> => {
        const told = await create(diagnosis(patient, code));
        const marker = await create(diagnosis(neighbour, 'I10'));
        const has = (id: string) => one.messages.map((texts) => texts.some((text) => text.includes(id)));
        expect(await within(async () => has(marker.id).every(Boolean), true)).toBe(true);
        return has(told.id);
      };
      expect(await everywhere('200 1')).toEqual(['200 1', '200 1']);
      expect(await heard()).toEqual([true, true]);
      const after = { ...(before ?? partTwoConsent(patient, {})), ...withdrawn(patient, one) };
      await (before ? clinic.request('PUT', `Consent/${before.id}`, after) : create(after));
      expect(await everywhere('404 0')).toEqual(['404 0', '404 0']);
      expect(await heard()).toEqual([false, false]);
    },
    40_000,
  );
});

it('S30, S45, S48: what an app is told of has neither records that it could not read, nor elements that its person does not see', async () => {
  const one = await connected('Condition', { resourceType: 'Condition', hiddenFields: ['note'] });
  const [{ id: patient }] = [await create<Patient>({ resourceType: 'Patient' })];
  const noted = (icd: string) => create({ ...diagnosis(patient, icd), note: [{ text: 'a hidden word' }] });
  const labelled = await noted('F11.20');
  const plain = await noted('I10');
  const everywhere = async () => one.messages.every((texts) => texts.join().includes(plain.id));
  expect(await within(everywhere, true)).toBe(true);
  const asked = await clinic.request('GET', `${one.subscription}/$events`, undefined, bearerOf(one.tokens));
  for (const told of [...one.messages.map((texts) => texts.join()), asked.text]) {
    expect([told.includes(plain.id), told.includes(labelled.id), told.includes('a hidden word')]).toEqual([
      true,
      false,
      false,
    ]);
  }
});
