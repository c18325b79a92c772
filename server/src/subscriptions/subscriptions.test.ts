// https://hl7.org/fhir/R4/subscription.html
import { createHmac } from 'node:crypto';
import type { Communication, Extension, Resource, Subscription } from '@medplum/fhirtypes';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../database/testing.ts';
import { TestStore } from '../outbox/testing.ts';
import type { DeliveryResult } from './delivery.ts';
import type { SentNotification } from './sent-notification.ts';
import type { SubscriptionAlert } from './subscription-alert.ts';
import { createSubscriptions, type Subscriptions, type SubscriptionsOptions } from './subscriptions.ts';
import { type Receiver, startReceiver, until } from './testing.ts';

const MEDPLUM = 'https://medplum.com/fhir/StructureDefinition';
let test1: TestDatabase;
let receiver: Receiver;
let store: TestStore;
let tenant = 10;
const running: Subscriptions[] = [];
const logged: string[] = [];
const audited: SentNotification[] = [];
const alerts: SubscriptionAlert[] = [];

beforeAll(async () => {
  test1 = await createTestDatabase();
});
afterAll(() => test1.close());
beforeEach(async () => {
  receiver = await startReceiver();
  tenant++;
  store = new TestStore(test1.database, tenant);
  logged.length = 0;
  audited.length = 0;
  alerts.length = 0;
});
afterEach(async () => {
  await receiver.close();
  await Promise.all(running.splice(0).map((subscriptions) => subscriptions.stop()));
  await test1.database.query({ text: 'DELETE FROM outbox', values: [] });
  await test1.database.query({ text: 'DELETE FROM subscription_delivery', values: [] });
});

function start(options: Partial<SubscriptionsOptions> = {}): Subscriptions {
  const subscriptions = createSubscriptions({
    database: test1.database,
    matches: (criteria, resource) => matchesStatus(criteria, resource),
    canRead: async () => true,
    askStore: async () => false,
    checkCriteria: () => true,
    repositoryAs: () => {
      throw new Error('not used');
    },
    isMember: async () => true,
    audit: (notification) => audited.push(notification),
    runBot: async (): Promise<DeliveryResult> => ({ kind: 'delivered' }),
    outboundAllow: ['127.0.0.1'],
    requireHttps: false,
    baseUrl: 'http://127.0.0.1',
    allowsOrigin: () => true,
    isActive: async () => true,
    alert: (alert) => alerts.push(alert),
    log: (code) => logged.push(code),
    pollMs: 50,
    ...options,
  });
  subscriptions.start();
  running.push(subscriptions);
  return subscriptions;
}

/** Criteria of these tests: `Type` or `Type?status=x`. */
function matchesStatus(criteria: string, resource: Resource): boolean {
  const [type, query = ''] = criteria.split('?');
  const status = new URLSearchParams(query).get('status');
  if (status === 'broken') {
    throw new Error('broken criteria');
  }
  return resource.resourceType === type && (status === null || (resource as Communication).status === status);
}

function hook(id: string, overrides: Partial<Subscription> = {}): Subscription & { id: string } {
  return {
    resourceType: 'Subscription',
    id,
    status: 'active',
    reason: 'test',
    criteria: 'Communication',
    channel: { type: 'rest-hook', endpoint: receiver.url },
    ...overrides,
  };
}

function communication(id: string, status: Communication['status'] = 'completed'): Communication & { id: string } {
  return { resourceType: 'Communication', id, status };
}

async function states(): Promise<string[]> {
  const rows = await test1.database.query<{ state: string }>({
    text: 'SELECT state FROM subscription_delivery WHERE tenant = $1 ORDER BY subscription, number',
    values: [tenant],
  });
  return rows.map((row) => row.state);
}

async function outboxSize(): Promise<number> {
  const [row] = await test1.database.query<{ n: number }>({ text: 'SELECT count(*) AS n FROM outbox', values: [] });
  return row?.n ?? -1;
}

const bodies = (): Communication[] => receiver.received.map((message) => JSON.parse(message.body) as Communication);

describe('S27, S29: rest-hook', () => {
  test('delivers exactly the version that matched, with headers, number and signatures', async () => {
    const secret: Extension = { url: `${MEDPLUM}/subscription-secret`, valueString: 'shh' };
    const channel = {
      type: 'rest-hook' as const,
      endpoint: receiver.url,
      header: ['X-Key: k1'],
      payload: 'application/fhir+json',
    };
    await store.put(hook('s1', { extension: [secret], channel }));
    const subscriptions = start();
    await store.put(communication('c1'));
    subscriptions.wake(tenant);
    await until(() => receiver.received.length === 1);
    const [message] = receiver.received;
    expect(bodies()[0]).toMatchObject({ id: 'c1', meta: { versionId: '1' } });
    expect(message?.headers).toMatchObject({
      'x-key': 'k1',
      'content-type': 'application/fhir+json',
      'webhook-id': 's1.1',
    });
    expect(message?.headers['x-signature']).toBe(
      createHmac('sha256', 'shh')
        .update(message?.body ?? '')
        .digest('hex'),
    );
    const signed = `s1.1.${message?.headers['webhook-timestamp']}.${message?.body}`;
    expect(message?.headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', 'shh').update(signed).digest('base64')}`,
    );
    await until(async () => (await states()).join() === 'delivered');
    expect(await outboxSize()).toBe(0);
  });

  test('sends versions of a resource in order and numbers events without gaps, whatever fails in between', async () => {
    await store.put(hook('s1'));
    start();
    let fail = 2;
    receiver.answer = () => (fail-- > 0 ? 503 : 200);
    for (let i = 0; i < 4; i++) {
      await store.put(communication('c1'));
      await store.put(communication('c2'));
    }
    await until(async () => (await states()).filter((state) => state === 'delivered').length === 8);
    const sent = receiver.received.slice(2).map((message) => JSON.parse(message.body) as Communication);
    for (const id of ['c1', 'c2']) {
      const versions = sent
        .filter((resource) => resource.id === id)
        .map((resource) => Number(resource.meta?.versionId));
      expect([...new Set(versions)]).toEqual([1, 2, 3, 4]);
    }
    const numbers = new Set(receiver.received.map((message) => Number(message.headers['x-event-number'])));
    expect([...numbers].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('matches criteria, interactions and FHIRPath over both versions; S35: broken criteria disturb nobody', async () => {
    const onlyUpdates: Extension = { url: `${MEDPLUM}/subscription-supported-interaction`, valueCode: 'update' };
    const finished: Extension = {
      url: `${MEDPLUM}/fhir-path-criteria-expression`,
      valueString: "%previous.status = 'in-progress' and %current.status = 'completed'",
    };
    await store.put(hook('a-broken', { criteria: 'Communication?status=broken' }));
    await store.put(hook('b-update', { extension: [onlyUpdates] }));
    await store.put(hook('c-finished', { extension: [finished] }));
    await store.put(hook('d-status', { criteria: 'Communication?status=in-progress' }));
    const subscriptions = start();
    await store.put(communication('c1', 'in-progress'));
    await store.put(communication('c1', 'completed'));
    await store.put(communication('c1', 'completed'));
    subscriptions.wake(tenant);
    await until(async () => (await outboxSize()) === 0 && !(await states()).includes('pending'));
    const ids = receiver.received.map((message) => message.headers['webhook-id']).sort();
    expect(ids).toEqual(['b-update.1', 'b-update.2', 'c-finished.1', 'd-status.1']);
    expect(logged).toContain('subscription-criteria-failed');
  });

  test('tells of a delete with an empty object and the header that names it', async () => {
    const onlyDeletes: Extension = { url: `${MEDPLUM}/subscription-supported-interaction`, valueCode: 'delete' };
    await store.put(hook('s1', { extension: [onlyDeletes], criteria: 'Communication?status=completed' }));
    await store.put(communication('c1'));
    await store.delete('Communication', 'c1');
    start();
    await until(() => receiver.received.length === 1);
    expect(receiver.received[0]?.body).toBe('{}');
    expect(receiver.received[0]?.headers['x-medplum-deleted-resource']).toBe('Communication/c1');
  });

  test('S30: withholds what the author may not read, at the moment of sending', async () => {
    await store.put(hook('s1'), { author: 'Practitioner/curious' });
    start({
      canRead: async (author, number, stored) =>
        author !== 'Practitioner/curious' || number !== tenant || stored.id !== 'c1',
    });
    await store.put(communication('c1'));
    await store.put(communication('c2'));
    await until(async () => (await states()).join() === 'withheld,delivered');
    expect(bodies().map((resource) => resource.id)).toEqual(['c2']);
    const told = audited.map(({ author, stored, outcome }) => `${author} ${stored.id} ${outcome}`);
    expect(told.sort()).toEqual(['Practitioner/curious c1 withheld', 'Practitioner/curious c2 sent']);
  });

  test('S29: every retry has the id and number of the first attempt; a wrong secret shows', async () => {
    const secret: Extension = { url: `${MEDPLUM}/subscription-secret`, valueString: 'right' };
    await store.put(hook('s1', { extension: [secret] }));
    let fail = 1;
    receiver.answer = () => (fail-- > 0 ? 500 : 200);
    start();
    await store.put(communication('c1'));
    await until(() => receiver.received.length === 2);
    const identity = receiver.received.map(({ headers }) => [headers['webhook-id'], headers['x-event-number']]);
    expect(identity).toEqual([
      ['s1.1', '1'],
      ['s1.1', '1'],
    ]);
    const { headers, body } = receiver.received[1] as (typeof receiver.received)[number];
    const signedWith = (key: string): string => createHmac('sha256', key).update(body).digest('hex');
    expect(headers['x-signature']).toBe(signedWith('right'));
    expect(headers['x-signature']).not.toBe(signedWith('wrong'));
  });

  test.each([
    ['bot', { type: 'rest-hook' as const, endpoint: 'Bot/b1' }],
    ['email', { type: 'email' as const, endpoint: 'mailto:on-call@clinic.example' }],
  ])('S30: on channel %s too, what the author may not read is withheld', async (_, channel) => {
    await store.put(hook('s1', { channel }));
    const reached: string[] = [];
    start({
      canRead: async (_author, _tenant, stored) => stored.id !== 'c1',
      runBot: async (_entry, delivery) => {
        reached.push(delivery.id);
        return { kind: 'delivered' };
      },
      sendMail: async ({ text }) => void reached.push(text.includes('eventsSinceNumber=2') ? 'c2' : text),
    });
    await store.put(communication('c1'));
    await store.put(communication('c2'));
    await until(async () => (await states()).join() === 'withheld,delivered');
    expect(reached).toEqual(['c2']);
  });

  test('channel email: a notice that names nobody; what the mail service does not take is sent again', async () => {
    await store.put(hook('s1', { channel: { type: 'email', endpoint: 'mailto:on-call@clinic.example' } }));
    const mails: { to: string; subject: string; text: string }[] = [];
    start({
      baseUrl: 'https://clinic.example',
      sendMail: async (mail) => {
        mails.push(mail);
        if (mails.length === 1) {
          throw new Error('the mail service is away');
        }
      },
    });
    await store.put({ ...communication('c1'), payload: [{ contentString: 'Davis Robert called' }] });
    await until(async () => (await states()).join() === 'delivered');
    expect(mails).toHaveLength(2);
    expect(mails[0]).toEqual(mails[1]);
    expect(mails[0]?.to).toBe('on-call@clinic.example');
    expect(mails[0]?.text).toContain('https://clinic.example/fhir/R4/Subscription/s1/$events?eventsSinceNumber=1');
    expect(JSON.stringify(mails)).not.toMatch(/Davis|c1/);
  });

  test('S32: channel email is refused where mail can neither be sent nor kept', async () => {
    const after = hook('s1', { channel: { type: 'email', endpoint: 'mailto:on-call@clinic.example' } });
    const guarded = async (subscriptions: Subscriptions): Promise<unknown> =>
      subscriptions.guard({ after, context: { tenant } } as Parameters<Subscriptions['guard']>[0]);
    await expect(guarded(start())).rejects.toThrow(/no mail service/);
    expect(await guarded(start({ sendMail: async () => undefined }))).toBe(after);
  });

  test('S28: gives up after the allowed attempts: a dead letter with the reason', async () => {
    const maxAttempts: Extension = { url: `${MEDPLUM}/subscription-max-attempts`, valueInteger: 1 };
    await store.put(hook('s1', { extension: [maxAttempts] }));
    receiver.answer = () => 500;
    start();
    await store.put(communication('c1'));
    await until(async () => (await states()).join() === 'dead');
    const [row] = await test1.database.query<{ error: string }>({
      text: 'SELECT error FROM subscription_delivery',
      values: [],
    });
    expect(row?.error).toBe('The receiver answered 500');
    expect(alerts).toEqual([{ kind: 'dead-letter', tenant, subscription: 's1', number: 1 }]);
  });

  test('S36: refuses an endpoint inside that OUTBOUND_ALLOW does not name', async () => {
    await store.put(hook('s1'));
    start({ outboundAllow: [] });
    await store.put(communication('c1'));
    await until(async () => (await states()).join() === 'dead');
    expect(receiver.received).toEqual([]);
  });

  test('S28: a receiver that hangs delays no other subscription', async () => {
    const hanging = await startReceiver();
    let release: (status: number) => void = () => undefined;
    hanging.answer = () => new Promise((resolve) => (release = resolve));
    await store.put(hook('a-hangs', { channel: { type: 'rest-hook', endpoint: hanging.url } }));
    await store.put(hook('b-answers'));
    start();
    for (let i = 0; i < 40; i++) {
      await store.put(communication(`c${i}`));
    }
    await until(() => receiver.received.length === 40);
    expect(hanging.received.length).toBeGreaterThan(0);
    const answered = await test1.database.query({
      text: `SELECT FROM subscription_delivery WHERE subscription = 'a-hangs' AND state <> 'pending'`,
      values: [],
    });
    expect(answered).toEqual([]);
    release(200);
    await hanging.close();
  });
});

describe('S35: 5,000 active subscriptions', () => {
  test('a write is compared with those of its own patient only, and a new one is met at once', async () => {
    const subject = (n: number): Subscription['criteria'] => `Observation?subject=Patient/p${n}`;
    await store.put(hook('s7', { criteria: subject(7) }));
    await test1.database.query({
      text: `INSERT INTO resource (rid, tenant, type, id, version, last_updated, author, content)
        SELECT 2000000 + n, tenant, type, 's' || n, version, last_updated, author, replace(content, 'Patient/p7', 'Patient/p' || n)
        FROM resource, generate_series(8, 5006) AS n WHERE tenant = $1 AND type = 'Subscription'`,
      values: [tenant],
    });
    const compared: string[] = [];
    const subscriptions = start({
      matches: (criteria, resource) => {
        compared.push(criteria);
        return criteria === subject(7) && resource.resourceType === 'Observation';
      },
    });
    const write = (id: string) =>
      store.put({
        resourceType: 'Observation',
        id,
        status: 'final',
        code: { text: 'x' },
        subject: { reference: 'Patient/p7' },
      });
    await write('o1');
    await until(() => receiver.received.length === 1);
    expect(compared).toEqual([subject(7)]);
    await store.put(hook('late', { criteria: subject(7) }));
    await store.put({ ...hook('s7', { criteria: subject(7) }), status: 'off' });
    await write('o2');
    subscriptions.wake(tenant);
    await until(() => receiver.received.length === 2);
    expect(compared).toEqual([subject(7), subject(7)]);
    expect(receiver.received[1]?.headers['x-medplum-subscription']).toBe('late');
  });
});

describe('S27: nothing is lost', () => {
  test('events of a process that died before recording are handled by the next', async () => {
    await store.put(hook('s1'));
    await store.put(communication('c1'));
    expect(await outboxSize()).toBe(2);
    start();
    await until(() => receiver.received.length === 1);
  });

  test('a delivery of a process that died while sending comes back when its lease ends', async () => {
    await store.put(hook('s1'));
    const subscriptions = start();
    receiver.answer = () => 500;
    await store.put(communication('c1'));
    await until(() => receiver.received.length >= 1);
    await subscriptions.stop();
    const held = `UPDATE subscription_delivery SET claimed_until = now() + interval '1 s', next_attempt_at = now()`;
    await test1.database.query({ text: held, values: [] });
    receiver.received.length = 0;
    receiver.answer = () => 200;
    const before = performance.now();
    start();
    await until(() => receiver.received.length === 1);
    expect((receiver.received[0]?.at ?? 0) - before).toBeGreaterThan(900);
  });

  test('what a process held that has no connection any more is free as soon as another starts', async () => {
    await store.put(hook('s1'));
    const subscriptions = start();
    receiver.answer = () => 500;
    await store.put(communication('c1'));
    await until(() => receiver.received.length >= 1);
    await subscriptions.stop();
    const held = `UPDATE subscription_delivery SET claimed_until = now() + interval '60 s', next_attempt_at = now(), claimed_by = $1`;
    await test1.database.query({ text: held, values: ['mindbridge gone'] });
    receiver.received.length = 0;
    receiver.answer = () => 200;
    start();
    await until(() => receiver.received.length === 1);
  });

  test('two processes record each event once and keep the order', async () => {
    await store.put(hook('s1'));
    const both = [start(), start()];
    for (let i = 0; i < 60; i++) {
      await store.put(communication(`c${i % 3}`));
      both[i % 2]?.wake(tenant);
    }
    await until(async () => (await states()).filter((state) => state === 'delivered').length === 60);
    expect((await states()).length).toBe(60);
    for (const id of ['c0', 'c1', 'c2']) {
      const versions = bodies()
        .filter((resource) => resource.id === id)
        .map((resource) => Number(resource.meta?.versionId));
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      expect(new Set(versions).size).toBe(20);
    }
  });

  test('a subscription written by another process is seen before the events behind it are matched', async () => {
    const subscriptions = start();
    await store.put(communication('c0'));
    await until(async () => (await outboxSize()) === 0);
    expect(subscriptions.cache.interest().quiet.some((quiet) => quiet.tenant === tenant)).toBe(true);
    await store.put(hook('s1'));
    await store.put(communication('c1'));
    await until(() => receiver.received.length === 1);
    await store.put({ ...hook('s1'), status: 'off' });
    await store.put(communication('c2'));
    await until(async () => (await outboxSize()) === 0);
    expect(bodies().map((resource) => resource.id)).toEqual(['c1']);
  });
});

describe('S31: heartbeat', () => {
  test('one goes out when nothing did for the period; with a notification there is none', async () => {
    const period = {
      url: 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period',
    };
    const extension = [{ ...period, valueUnsignedInt: 3600 }];
    await store.put(hook('busy'));
    const first = start();
    await store.put(communication('c1'));
    first.wake(tenant);
    await until(() => receiver.received.length === 1);
    await first.stop();
    const channel = { type: 'rest-hook' as const, endpoint: receiver.url, extension };
    await store.put(hook('quiet', { channel, criteria: 'Task' }));
    await store.put(hook('busy', { channel }));
    start({ keeperTickMs: 100 });
    await until(() => receiver.received.length >= 2);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const beats = receiver.received.filter((message) => message.body.includes('"heartbeat"'));
    expect(beats.map((message) => message.headers['x-medplum-subscription'])).toEqual(['quiet']);
  });
});

describe('bots', () => {
  test('one run covers the events of a patient that waited, when the bot coalesces', async () => {
    const extension = [
      { url: 'https://mindbridge.health/fhir/StructureDefinition/bot-coalesce', valueCode: 'patient' },
    ];
    await store.put({ resourceType: 'Bot', id: 'risk', name: 'risk', extension });
    await store.put(hook('s1', { channel: { type: 'rest-hook', endpoint: 'Bot/risk' }, criteria: 'Observation' }));
    const runs: number[] = [];
    let release: () => void = () => undefined;
    const first = new Promise<void>((resolve) => (release = resolve));
    const subscriptions = start({
      runBot: async (_entry, delivery) => {
        runs.push(delivery.number);
        await (runs.length === 1 ? first : undefined);
        return { kind: 'delivered' };
      },
    });
    for (let i = 0; i < 5; i++) {
      const subject = { reference: 'Patient/p1' };
      await store.put({ resourceType: 'Observation', id: `o${i}`, status: 'final', code: { text: 'x' }, subject });
      subscriptions.wake(tenant);
      await until(() => runs.length > 0);
    }
    await until(async () => (await states()).length === 5);
    release();
    await until(async () => !(await states()).includes('pending'));
    expect(runs).toEqual([1, 5]);
    expect(await states()).toEqual(['delivered', 'coalesced', 'coalesced', 'coalesced', 'delivered']);
  });

  test('one run covers what the other Subscriptions of the bot recorded together with its event', async () => {
    const extension = [
      { url: 'https://mindbridge.health/fhir/StructureDefinition/bot-coalesce', valueCode: 'patient' },
    ];
    const channel = { type: 'rest-hook' as const, endpoint: 'Bot/risk' };
    await store.put({ resourceType: 'Bot', id: 'risk', name: 'risk', extension });
    await store.put(hook('s1', { channel, criteria: 'Observation' }));
    await store.put(hook('s2', { channel, criteria: 'Encounter' }));
    for (const patient of ['p1', 'p2']) {
      const subject = { reference: `Patient/${patient}` };
      await store.put({
        resourceType: 'Observation',
        id: `o-${patient}`,
        status: 'final',
        code: { text: 'x' },
        subject,
      });
      await store.put({ resourceType: 'Encounter', id: `e-${patient}`, status: 'finished', class: {}, subject });
    }
    const runs: string[] = [];
    start({
      runBot: async (_entry, delivery) => {
        runs.push(`${delivery.type}/${delivery.id}`);
        return { kind: 'delivered' };
      },
    });
    await until(async () => (await states()).length === 4 && !(await states()).includes('pending'));
    expect(runs.sort()).toEqual(['Encounter/e-p1', 'Encounter/e-p2']);
    const rows = await test1.database.query({
      text: `SELECT subscription, state, covered_by, covered_by_subscription AS by FROM subscription_delivery
        WHERE tenant = $1 AND state = 'coalesced' ORDER BY number`,
      values: [tenant],
    });
    expect(rows).toEqual([
      { subscription: 's1', state: 'coalesced', covered_by: 1, by: 's2' },
      { subscription: 's1', state: 'coalesced', covered_by: 2, by: 's2' },
    ]);
  });

  test('an event recorded while a run of the same patient is under way gets a run of its own', async () => {
    const extension = [
      { url: 'https://mindbridge.health/fhir/StructureDefinition/bot-coalesce', valueCode: 'patient' },
    ];
    const channel = { type: 'rest-hook' as const, endpoint: 'Bot/risk' };
    const subject = { reference: 'Patient/p1' };
    await store.put({ resourceType: 'Bot', id: 'risk', name: 'risk', extension });
    await store.put(hook('s1', { channel, criteria: 'Observation' }));
    await store.put(hook('s2', { channel, criteria: 'Encounter' }));
    const runs: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const subscriptions = start({
      runBot: async (_entry, delivery) => {
        runs.push(delivery.type);
        await (runs.length === 1 ? held : undefined);
        return { kind: 'delivered' };
      },
    });
    await store.put({ resourceType: 'Encounter', id: 'e1', status: 'finished', class: {}, subject });
    await until(() => runs.length === 1);
    await store.put({ resourceType: 'Observation', id: 'o1', status: 'final', code: { text: 'x' }, subject });
    subscriptions.wake(tenant);
    await until(async () => (await states()).length === 2);
    expect(runs).toEqual(['Encounter']);
    release();
    await until(async () => !(await states()).includes('pending'));
    expect(runs).toEqual(['Encounter', 'Observation']);
    expect(await states()).toEqual(['delivered', 'delivered']);
  });

  test('S35: bots that set each other off stop at depth 5, with an alert that stays on record', async () => {
    await store.put(hook('s1', { channel: { type: 'rest-hook', endpoint: 'Bot/b1' } }));
    start();
    await store.put(communication('c1'), { depth: 4 });
    await store.put(communication('c2'), { depth: 5 });
    await until(async () => (await states()).join() === 'delivered,withheld');
    expect(alerts).toEqual([{ kind: 'depth-exceeded', tenant, subscription: 's1' }]);
    expect(audited.find(({ outcome }) => outcome === 'withheld')).toMatchObject({
      channel: 'bot',
      stored: { id: 'c2' },
    });
  });
});
