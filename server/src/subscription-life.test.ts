// Subscriptions through the API: what is refused, handshake, payloads of the R5 backport, the end of their author.
// https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type {
  Bundle,
  ClientApplication,
  Observation,
  OperationOutcome,
  Parameters,
  Patient,
  ProjectMembership,
  Subscription,
} from '@medplum/fhirtypes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
const TOPIC = 'https://mindbridge.health/fhir/SubscriptionTopic';

let server: TestServer;
let clinic: TestClinic;
let receiver: Server;
let answer = 200;
const bodies: Bundle[] = [];
let endpoint: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
}, 60_000);
afterAll(() => server.close());
beforeEach(async () => {
  answer = 200;
  bodies.length = 0;
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    bodies.push(JSON.parse(Buffer.concat(chunks).toString()) as Bundle);
    response.writeHead(answer).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

async function until<T>(read: () => Promise<T> | T, holds: (value: T) => boolean): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end; ) {
    const value = await read();
    if (holds(value)) {
      return value;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('The condition did not come to hold within 10 s');
}

const plain = (overrides: object = {}): object => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'test',
  criteria: 'Observation?status=final',
  channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json' },
  ...overrides,
});

const withContent = (valueCode: string, criteria: string, filter?: string): object =>
  plain({
    criteria,
    ...(filter && { _criteria: { extension: [{ url: `${BACKPORT}/backport-filter-criteria`, valueString: filter }] } }),
    channel: {
      type: 'rest-hook',
      endpoint,
      payload: 'application/fhir+json',
      _payload: { extension: [{ url: `${BACKPORT}/backport-payload-content`, valueCode }] },
    },
  });

async function active(resource: object): Promise<string> {
  const { body } = await clinic.request<Subscription>('POST', 'Subscription', resource);
  const id = body.id ?? '';
  await until(
    async () => (await clinic.request<Subscription>('GET', `Subscription/${id}`)).body.status,
    (status) => status === 'active',
  );
  return id;
}

function failed(id: string): Promise<Subscription> {
  return until(
    async () => (await clinic.request<Subscription>('GET', `Subscription/${id}`)).body,
    ({ status }) => status === 'error',
  );
}

const focusOf = (bundle: Bundle | undefined): unknown => {
  const status = bundle?.entry?.[0]?.resource as Parameters | undefined;
  const event = status?.parameter?.find(({ name }) => name === 'notification-event');
  return event?.part?.find(({ name }) => name === 'focus')?.valueReference?.reference;
};

const observation = (patient = 'p1'): object => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` },
});

const R5 = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic';
const CLOSED = 'https://oakwood.example/SubscriptionTopic/visit-closed';

/** A topic as the backport's example has it: an Encounter that comes to be finished. */
const visitClosed = (overrides: { url?: string; current?: string; status?: string } = {}): object => ({
  resourceType: 'Basic',
  code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
  ...(overrides.status && { modifierExtension: [{ url: `${R5}.status`, valueCode: overrides.status }] }),
  extension: [
    ...(overrides.url === '' ? [] : [{ url: `${R5}.url`, valueUri: overrides.url ?? CLOSED }]),
    {
      url: 'http://hl7.org/fhir/4.3/StructureDefinition/extension-SubscriptionTopic.resourceTrigger',
      extension: [
        { url: 'resource', valueUri: 'http://hl7.org/fhir/StructureDefinition/Encounter' },
        { url: 'supportedInteraction', valueCode: 'create' },
        { url: 'supportedInteraction', valueCode: 'update' },
        {
          url: 'queryCriteria',
          extension: [
            { url: 'previous', valueString: 'status:not=finished' },
            { url: 'resultForCreate', valueCode: 'test-passes' },
            { url: 'current', valueString: overrides.current ?? 'status=finished' },
            { url: 'resultForDelete', valueCode: 'test-fails' },
            { url: 'requireBoth', valueBoolean: true },
          ],
        },
      ],
    },
    {
      url: `${R5}.canFilterBy`,
      extension: [
        { url: 'resource', valueUri: 'Encounter' },
        { url: 'filterParameter', valueString: 'patient' },
      ],
    },
  ],
});

describe("R5: topics of a clinic's own", () => {
  it.each([
    ['without a url', visitClosed({ url: '' })],
    ['with a url that is none', visitClosed({ url: 'visits' })],
    ['under a url of ours', visitClosed({ url: `${TOPIC}/care-alert` })],
    ['with a search that is none', visitClosed({ current: 'colour=red' })],
    ['with a search that the version alone cannot answer', visitClosed({ current: 'subject:Patient.name=x' })],
  ])('refuses a topic %s', async (_what, topic) => {
    const { status, body } = await clinic.request<OperationOutcome>('POST', 'Basic', topic);
    expect(status).toBe(422);
    expect(body.resourceType).toBe('OperationOutcome');
  });

  it('serves it with its filters until it is retired, and takes no second one of that name', async () => {
    const wanted = withContent('id-only', CLOSED, 'patient=Patient/p7');
    expect((await clinic.request('POST', 'Subscription', wanted)).status).toBe(422);
    const { status, body: topic } = await clinic.request<{ id: string }>('POST', 'Basic', visitClosed());
    expect(status).toBe(201);
    expect((await clinic.request('POST', 'Basic', visitClosed())).status).toBe(422);
    const foreign = withContent('id-only', CLOSED, 'status=finished');
    expect((await clinic.request('POST', 'Subscription', foreign)).status).toBe(422);
    const id = await active(wanted);
    const visit = { resourceType: 'Encounter', class: { code: 'AMB' }, subject: { reference: 'Patient/p7' } };
    const { body } = await clinic.request<{ id: string }>('POST', 'Encounter', { ...visit, status: 'in-progress' });
    const finished = { ...visit, id: body.id, status: 'finished' };
    await clinic.request('PUT', `Encounter/${body.id}`, finished);
    await clinic.request('PUT', `Encounter/${body.id}`, { ...finished, language: 'en' });
    await clinic.request('POST', 'Encounter', { ...visit, subject: { reference: 'Patient/p8' }, status: 'finished' });
    const { body: born } = await clinic.request<{ id: string }>('POST', 'Encounter', { ...visit, status: 'finished' });
    await until(
      () => bodies.length,
      (count) => count >= 3,
    );
    // Of different resources none has to come first.
    expect(bodies.slice(1).map(focusOf).sort()).toEqual([`Encounter/${body.id}`, `Encounter/${born.id}`].sort());
    expect(JSON.stringify(bodies[1])).toContain(`{"name":"topic","valueCanonical":"${CLOSED}"}`);

    await clinic.request('PUT', `Basic/${topic.id}`, { ...visitClosed({ status: 'retired' }), id: topic.id });
    await clinic.request('POST', 'Encounter', { ...visit, status: 'finished' });
    expect((await clinic.request('POST', 'Subscription', wanted)).status).toBe(422);
    expect((await failed(id)).error).toContain(CLOSED);
    expect(bodies).toHaveLength(3);

    await clinic.request('PUT', `Basic/${topic.id}`, { ...visitClosed(), id: topic.id });
    const again = await active(wanted);
    await clinic.request('DELETE', `Basic/${topic.id}`);
    expect((await failed(again)).error).toContain(CLOSED);
  });
});

describe('S32: what is not served is refused at create', () => {
  it.each([
    ['an unknown type', { criteria: 'Observations?status=final' }],
    ['an unknown parameter', { criteria: 'Observation?colour=red' }],
    ['a type of the platform', { criteria: 'User?email=x@example.org' }],
    ['the audit', { criteria: 'AuditEvent' }],
    ['a Bot that is not there', { channel: { type: 'rest-hook', endpoint: 'Bot/nobody' } }],
    ['a chain with an unknown parameter', { criteria: 'Observation?subject:Patient.colour=x' }],
    [
      'a chain of what was deleted',
      {
        criteria: 'Observation?subject:Patient.name=x',
        extension: [
          {
            url: 'https://medplum.com/fhir/StructureDefinition/subscription-supported-interaction',
            valueCode: 'delete',
          },
        ],
      },
    ],
    ['an unknown topic', { criteria: 'https://example.org/SubscriptionTopic/x' }],
    [
      'another payload',
      { channel: { type: 'rest-hook', endpoint: 'https://x.example', payload: 'application/fhir+xml' } },
    ],
    ['a channel without endpoint', { channel: { type: 'rest-hook' } }],
    ['an endpoint that is no web address', { channel: { type: 'rest-hook', endpoint: 'ftp://x.example' } }],
    ['sms', { channel: { type: 'sms', endpoint: 'tel:1' } }],
    ['mail to several', { channel: { type: 'email', endpoint: 'mailto:a@example.org,b@example.org' } }],
    [
      'a filter that the topic does not have',
      {
        criteria: `${TOPIC}/risk-assessed`,
        _criteria: { extension: [{ url: `${BACKPORT}/backport-filter-criteria`, valueString: 'status=final' }] },
      },
    ],
    [
      'success codes that are none',
      {
        extension: [
          { url: 'https://medplum.com/fhir/StructureDefinition/subscription-success-codes', valueString: '20x' },
        ],
      },
    ],
    [
      'an interaction that is none',
      {
        extension: [
          { url: 'https://medplum.com/fhir/StructureDefinition/subscription-supported-interaction', valueCode: 'read' },
        ],
      },
    ],
    [
      'a value that the filtered parameter does not take',
      {
        criteria: `${TOPIC}/observation-changed`,
        _criteria: { extension: [{ url: `${BACKPORT}/backport-filter-criteria`, valueString: 'patient:colour=x' }] },
      },
    ],
    [
      'an expression that is no FHIRPath',
      {
        extension: [
          { url: 'https://medplum.com/fhir/StructureDefinition/fhir-path-criteria-expression', valueString: '((' },
        ],
      },
    ],
  ])('%s', async (_, overrides) => {
    const { status, body } = await clinic.request<OperationOutcome>('POST', 'Subscription', plain(overrides));
    expect(status).toBe(422);
    expect(body.issue[0]?.expression?.[0]).toMatch(/^Subscription\./);
  });
});

describe('S36: an endpoint inside that OUTBOUND_ALLOW does not name is refused at create, however it is spelt', () => {
  it.each([
    ...['http://169.254.169.254/latest', 'http://10.0.0.1/', 'https://192.168.1.4:8443/', 'http://[::1]:9/'],
    ...['http://2130706434/', 'http://0177.0.0.2/', 'http://0x7f.1.1.1/', 'http://10.1/', 'http://127.0.0.2./'],
    ...['http://[::ffff:10.0.0.1]/', 'http://[fd00::1]/', 'http://[64:ff9b::a00:1]/', 'http://db.localhost/'],
  ])('%s', async (endpoint) => {
    const { status, body } = await clinic.request<OperationOutcome>(
      'POST',
      'Subscription',
      plain({ status: 'active', channel: { type: 'rest-hook', endpoint } }),
    );
    expect(status).toBe(422);
    expect(body.issue[0]).toMatchObject({ expression: ['Subscription.channel.endpoint'] });
    expect(body.issue[0]?.details?.text).toContain('The address lies inside');
  });
});

describe('criteria that look at other resources', () => {
  it.each([
    ['a chain', 'Observation?subject:Patient.family=chained&status=final', 'chained'],
    ['_has', 'Patient?_has:Observation:subject:status=cancelled', undefined],
    ['the text of a code', 'Observation?code:text=looked-for', 'other'],
  ])('%s', async (_, criteria, family) => {
    const id = await active(plain({ criteria }));
    const patient = async (name: string) =>
      (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient', name: [{ family: name }] })).body;
    const observe = (of: Patient, status: string, text: string) =>
      clinic.request('POST', 'Observation', {
        ...observation(of.id),
        ...{ status, code: { text } },
      });
    const [one, other] = [await patient(family ?? 'one'), await patient('nobody')];
    await observe(other, 'amended', 'unlooked');
    await observe(one, family === undefined ? 'cancelled' : 'final', 'looked-for');
    if (family === undefined) {
      await clinic.request('PUT', `Patient/${other.id}`, { ...other, active: true });
      await clinic.request('PUT', `Patient/${one.id}`, { ...one, active: true });
    }
    const wanted = (resource: Observation | Patient): boolean =>
      resource.resourceType === 'Patient' ? resource.active === true : resource.code.text === 'looked-for';
    const told = await until(
      async () => {
        const { body } = await clinic.request<Bundle>('GET', `Subscription/${id}/$events?content=full-resource`);
        return (body.entry ?? []).slice(1).map((entry) => entry.resource as Observation | Patient);
      },
      (resources) => resources.some(wanted),
    );
    // What others say is looked up when an event is matched: the patient may be told of as soon as she was made.
    expect(told.filter(wanted)).toHaveLength(1);
    expect(told.every((resource) => wanted(resource) || resource.id === one.id)).toBe(true);
  });
});

describe('channel email', () => {
  it('keeps its notices in the outbox of an installation that has no mail service and is not in production', async () => {
    const channel = { type: 'email', endpoint: 'mailto:on-call@example.org', payload: 'text/plain' };
    const id = await active(plain({ criteria: 'Observation?status=entered-in-error', channel }));
    await clinic.request('POST', 'Observation', { ...observation(), status: 'entered-in-error' });
    const outbox = join(server.dataDir, 'outbox');
    const [name = ''] = await until(
      () => readdir(outbox).catch(() => []),
      (names) => names.length > 0,
    );
    const text = await readFile(join(outbox, name), 'utf8');
    expect(text).toContain('To: on-call@example.org');
    expect(text).toContain(`Subscription/${id}/$events?eventsSinceNumber=1`);
    expect(text).not.toContain('p1');
  });
});

describe('S31: handshake', () => {
  it('turns a requested Subscription active once the endpoint answers, and then delivers', async () => {
    const id = await active(plain());
    expect(bodies[0]?.entry?.[0]?.resource).toMatchObject({
      resourceType: 'Parameters',
      parameter: expect.arrayContaining([
        { name: 'subscription', valueReference: { reference: `Subscription/${id}` } },
        { name: 'type', valueCode: 'handshake' },
      ]),
    });
    await clinic.request('POST', 'Observation', observation());
    await until(
      () => bodies.length,
      (count) => count === 2,
    );
    expect(bodies[1]).toMatchObject({ resourceType: 'Observation' });
  });

  it('ends in error when the endpoint refuses', async () => {
    answer = 500;
    const { body } = await clinic.request<Subscription>('POST', 'Subscription', plain());
    const settled = await until(
      async () => (await clinic.request<Subscription>('GET', `Subscription/${body.id}`)).body,
      (subscription) => subscription.status !== 'requested',
    );
    expect(settled).toMatchObject({ status: 'error', error: expect.stringContaining('500') });
  });
});

describe('S31: payloads of the backport', () => {
  it.each([
    ['empty', 1, false],
    ['id-only', 2, false],
    ['full-resource', 2, true],
  ])('%s', async (content, entries, hasResource) => {
    await active(withContent(content, 'Observation?status=final'));
    const { body } = await clinic.request<{ id: string }>('POST', 'Observation', observation());
    const bundle = await until(
      () => bodies[1],
      (found) => found !== undefined,
    );
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'history' });
    expect(bundle?.entry).toHaveLength(entries);
    expect(bundle?.entry?.[1]?.resource !== undefined).toBe(hasResource);
    expect(focusOf(bundle)).toBe(content === 'empty' ? undefined : `Observation/${body.id}`);
    expect(JSON.stringify(bundle).includes('Patient/p1')).toBe(hasResource);
  });

  it('serves a topic with its filters', async () => {
    await active(withContent('id-only', `${TOPIC}/observation-changed`, 'Observation?patient=Patient/p2'));
    await clinic.request('POST', 'Observation', observation('p1'));
    const { body } = await clinic.request<{ id: string }>('POST', 'Observation', observation('p2'));
    const bundle = await until(
      () => bodies[1],
      (found) => found !== undefined,
    );
    expect(focusOf(bundle)).toBe(`Observation/${body.id}`);
    expect(bundle?.entry?.[0]?.resource).toMatchObject({
      parameter: expect.arrayContaining([{ name: 'topic', valueCanonical: `${TOPIC}/observation-changed` }]),
    });
  });

  it('serves a topic over several types', async () => {
    await active(withContent('id-only', `${TOPIC}/care-alert`, 'patient=Patient/p3'));
    const subject = { reference: 'Patient/p3' };
    await clinic.request('POST', 'RiskAssessment', { resourceType: 'RiskAssessment', status: 'final', subject });
    const flag = { resourceType: 'Flag', status: 'active', code: { text: 'x' } };
    await clinic.request('POST', 'Flag', { ...flag, subject });
    await clinic.request('POST', 'Flag', { ...flag, subject: { reference: 'Patient/p4' } });
    await clinic.request('POST', 'Flag', { ...flag, subject, status: 'inactive' });
    await clinic.request('POST', 'Flag', { ...flag, subject });
    const told = await until(
      () => bodies.slice(1).map((bundle) => String(focusOf(bundle)).split('/')[0]),
      (types) => types.length >= 3,
    );
    expect(told.sort()).toEqual(['Flag', 'Flag', 'RiskAssessment']);
  });

  it('puts events into one notification, as many as the Subscription takes', async () => {
    const maxCount = { url: `${BACKPORT}/backport-max-count`, valuePositiveInt: 4 };
    const { channel, ...rest } = withContent('id-only', 'Observation?code=many') as { channel: object };
    await active({ ...rest, channel: { ...channel, extension: [maxCount] } });
    const many = { ...observation(), code: { coding: [{ code: 'many' }] } };
    const entry = Array.from({ length: 10 }, () => ({
      resource: many,
      request: { method: 'POST', url: 'Observation' },
    }));
    await clinic.request('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
    const sizes = await until(
      () => bodies.slice(1).map((bundle) => (bundle.entry?.length ?? 1) - 1),
      (counts) => counts.reduce((sum, count) => sum + count, 0) >= 10,
    );
    expect(Math.max(...sizes)).toBe(4);
    const numbers = bodies
      .slice(1)
      .flatMap(({ entry: [status] = [] }) =>
        ((status?.resource as Parameters | undefined)?.parameter ?? [])
          .filter(({ name }) => name === 'notification-event')
          .map(({ part }) => Number(part?.[0]?.valueString)),
      );
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  });

  it("takes the receiver's own success codes", async () => {
    const url = 'https://medplum.com/fhir/StructureDefinition/subscription-success-codes';
    const id = await active(
      plain({ criteria: 'Observation?code=teapot', extension: [{ url, valueString: '200, 410-420' }] }),
    );
    answer = 418;
    await clinic.request('POST', 'Observation', { ...observation(), code: { coding: [{ code: 'teapot' }] } });
    await until(
      () =>
        server.database.query<{ state: string }>({
          text: 'SELECT state FROM subscription_delivery WHERE subscription = $1',
          values: [id],
        }),
      ([delivery]) => delivery?.state === 'delivered',
    );
  });
});

describe('S32: $status and $events', () => {
  it('numbers rise without gaps; the first entry is the status, the others are the events asked for', async () => {
    const id = await active(plain({ criteria: 'Observation?code=numbered' }));
    const numbered = { ...observation(), code: { coding: [{ code: 'numbered' }] } };
    for (let n = 0; n < 5; n++) {
      await clinic.request('POST', 'Observation', numbered);
    }
    const { body } = await until(
      () => clinic.request<Bundle>('GET', `Subscription/${id}/$events?eventsSinceNumber=3`),
      (answer) => answer.body.entry?.length === 4,
    );
    expect(body).toMatchObject({ resourceType: 'Bundle', type: 'history' });
    const status = body.entry?.[0]?.resource as Parameters;
    expect(status.parameter).toContainEqual({ name: 'type', valueCode: 'query-event' });
    const events = (status.parameter ?? []).filter(({ name }) => name === 'notification-event');
    expect(events.map(({ part }) => part?.[0]?.valueString)).toEqual(['3', '4', '5']);
    expect(body.entry?.slice(1).map(({ resource }) => resource?.resourceType)).toEqual(Array(3).fill('Observation'));
    const { body: now } = await clinic.request<Bundle>('GET', `Subscription/${id}/$status`);
    const facts = now.entry?.[0]?.resource as Parameters;
    expect(facts.parameter).toContainEqual({ name: 'events-since-subscription-start', valueString: '5' });
    expect(facts.parameter).toContainEqual({ name: 'status', valueCode: 'active' });
    const { body: some } = await clinic.request<Bundle>(
      'GET',
      `Subscription/${id}/$events?eventsSinceNumber=2&eventsUntilNumber=3&content=id-only`,
    );
    expect(some.entry?.slice(1).map(({ request, resource }) => [request?.method, resource])).toEqual([
      ['POST', undefined],
      ['POST', undefined],
    ]);
    const { status: refused } = await clinic.request('GET', `Subscription/${id}/$events?content=everything`);
    expect(refused).toBe(400);
  });

  it('$status tells of several, by id and by status', async () => {
    const id = await active(plain({ criteria: 'Observation?code=asked' }));
    const idsAt = async (query: string): Promise<(string | undefined)[]> => {
      const { body } = await clinic.request<Bundle<Parameters>>('GET', `Subscription/$status?${query}`);
      return (body.entry ?? []).map(({ resource }) => resource?.parameter?.[0]?.valueReference?.reference);
    };
    expect(await idsAt(`id=${id}&id=unknown`)).toEqual([`Subscription/${id}`]);
    expect(await idsAt(`id=${id}&status=off`)).toEqual([]);
    expect(await idsAt('status=active')).toContain(`Subscription/${id}`);
  });
});

describe('S30: author', () => {
  it('who is no longer a member: nothing is sent, and the Subscription is turned off', async () => {
    const repository = server.house.systemRepository(clinic.tenant);
    const client = await repository.createResource<ClientApplication>({
      resourceType: 'ClientApplication',
      name: 'leaver',
      secret: 'leaver-secret',
    });
    const reference = { reference: `ClientApplication/${client.id}` };
    const membership = await repository.createResource<ProjectMembership>({
      resourceType: 'ProjectMembership',
      project: { reference: `Project/${clinic.projectId}` },
      user: reference,
      profile: reference,
    });
    const authorization = `Basic ${Buffer.from(`${client.id}:leaver-secret`).toString('base64')}`;
    const { status, body } = await clinic.request<Subscription>('POST', 'Subscription', plain(), { authorization });
    expect(status).toBe(201);
    await until(
      async () => (await clinic.request<Subscription>('GET', `Subscription/${body.id}`)).body.status,
      (now) => now === 'active',
    );
    await repository.updateResource<ProjectMembership>({ ...membership, active: false });
    const settled = await until(
      async () => {
        await clinic.request('POST', 'Observation', observation());
        return (await clinic.request<Subscription>('GET', `Subscription/${body.id}`)).body;
      },
      (subscription) => subscription.status !== 'active',
    );
    expect(settled).toMatchObject({ status: 'off', error: expect.stringContaining('author') });
    const events = await server.database.query<{ state: string }>({
      text: `SELECT DISTINCT state FROM subscription_delivery WHERE tenant = $1 AND subscription = $2`,
      values: [clinic.tenant, body.id],
    });
    expect(events.map(({ state }) => state)).toContain('withheld');
  });
});

describe('S28: dead letters', () => {
  const attempts = { url: 'https://medplum.com/fhir/StructureDefinition/subscription-max-attempts', valueInteger: 1 };
  const lettersAt = async (path: string, request = clinic.request): Promise<Parameters['parameter']> =>
    (await request<Parameters>('GET', path)).body.parameter ?? [];

  it('are listed over all Subscriptions, page by page, and delivered when they are sent again', async () => {
    const id = await active(plain({ criteria: 'Observation?code=dead', extension: [attempts], reason: 'the pager' }));
    answer = 503;
    const dead = { ...observation(), code: { coding: [{ code: 'dead' }] } };
    for (let n = 0; n < 3; n++) {
      await clinic.request('POST', 'Observation', dead);
    }
    const all = await until(
      () => lettersAt('Subscription/$dead-letters'),
      (letters) => letters?.length === 3,
    );
    const [first] = all ?? [];
    expect(first?.part).toContainEqual({
      name: 'subscription',
      valueReference: { reference: `Subscription/${id}`, display: 'the pager' },
    });
    expect(first?.part).toContainEqual({ name: 'error', valueString: 'The receiver answered 503' });
    const page = await lettersAt('Subscription/$dead-letters?_count=2');
    expect(page?.map(({ name }) => name)).toEqual(['dead-letter', 'dead-letter', 'next']);
    const cursor = encodeURIComponent(page?.at(-1)?.valueString ?? '');
    expect(await lettersAt(`Subscription/$dead-letters?_count=2&cursor=${cursor}`)).toEqual(all?.slice(2));
    const reader = await addMember(server, clinic, [{ resourceType: 'Observation' }]);
    expect(await lettersAt('Subscription/$dead-letters', reader.request)).toEqual([]);
    answer = 200;
    const before = bodies.length;
    const { body } = await clinic.request<Parameters>('POST', `Subscription/${id}/$replay`);
    expect(body.parameter).toEqual([{ name: 'replayed', valueInteger: 3 }]);
    await until(
      () => bodies.length - before,
      (count) => count === 3,
    );
    expect(await lettersAt(`Subscription/${id}/$dead-letters`)).toEqual([]);
  });
});
