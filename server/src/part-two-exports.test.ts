/**
 * Records under 42 CFR Part 2 on every channel: withheld, released by a consent with the notice, and withheld again once the
 * consent is withdrawn.
 * @see security.md S39, S48
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bot, Bundle, Consent, Patient, ProjectMembership, Resource, Subscription } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { partTwoConsent, releaseTo } from './part-two-testing.ts';
import { startReceiver, type TestReceiver } from './receiver-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember, type TestMember } from './testing-member.ts';

let server: TestServer;
let clinic: TestClinic;
let app: TestMember;
let patient: string;
let labelled: string;
let consent: string;
let file: string;
let receiver: TestReceiver;
/** Ids of bots: one reads the record again and again when it is called, one is told of changes. */
let reader: string;
let listener: string;

const KEPT_BACK = ['Condition', 'DocumentReference'];
const OPIOIDS = { coding: [{ system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'F11.20', display: 'secret-habit' }] };

async function create<T extends Resource>(resource: T): Promise<string> {
  const { status, body, text } = await clinic.request<T>('POST', resource.resourceType, resource);
  expect(status, text).toBe(201);
  return body.id as string;
}

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const repository = server.house.systemRepository(clinic.tenant);
  const [member] = await repository.searchResources<ProjectMembership>({ resourceType: 'ProjectMembership' });
  await repository.updateResource<ProjectMembership>({ ...(member as ProjectMembership), admin: true });
  patient = await create<Patient>({ resourceType: 'Patient', name: [{ family: 'Seen' }] });
  const subject = { reference: `Patient/${patient}` };
  const problem = {
    resourceType: 'Condition' as const,
    clinicalStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }],
    },
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-category', code: 'problem-list-item' }],
      },
    ],
    subject,
  };
  labelled = await create({ ...problem, code: OPIOIDS });
  await create({ ...problem, code: { text: 'open-ailment' } });
  const content: [{ attachment: { title: string } }] = [{ attachment: { title: 'secret-habit' } }];
  await create({ resourceType: 'DocumentReference', status: 'current', type: OPIOIDS, subject, content });
  const rules = KEPT_BACK.map((resourceType) => ({
    resourceType,
    criteria: `${resourceType}?_security:not=42CFRPart2`,
  }));
  const open = ['Patient', 'Subscription', 'Basic'].map((resourceType) => ({ resourceType }));
  app = await addMember(server, clinic, [...open, ...rules]);
  receiver = await startReceiver();
  reader = await bot(`const seen = [];
    for (let i = 0; i < e.input.times; i++) {
      seen.push(await m.readResource('Condition', e.input.id).then(() => 'seen', () => 'gone'));
      m.invalidateAll();
      if (i === 0) { await m.createResource({ resourceType: 'Basic', code: { text: 'first look' } }); }
      await new Promise((done) => setTimeout(done, 500));
    }
    return seen;`);
  listener = await bot(`await m.createResource({ resourceType: 'Basic', code: { text: e.input.id } });`);
});
afterAll(async () => {
  receiver.close();
  await server.close();
});

/** A bot from whom labelled records are kept back. */
async function bot(body: string): Promise<string> {
  const system = server.house.systemRepository(clinic.tenant);
  const { id } = await system.createResource<Bot>({ resourceType: 'Bot', name: 'bot' });
  const self = { reference: `Bot/${id}` };
  await system.createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.projectId}` },
    user: self,
    profile: self,
    accessPolicy: { reference: `AccessPolicy/${app.policyId}` },
  });
  const code = `exports.handler = async (m, e) => { ${body} };`;
  const { status, text } = await clinic.request('POST', `Bot/${id}/$deploy`, { code, filename: 'bot.cjs' });
  expect(status, text).toBe(200);
  return id;
}

/** What a bot was told of, by the records that it made of it. */
const told = async (): Promise<string> => (await clinic.request('GET', 'Basic?_count=100')).text;
const notices = (): number => {
  const folder = join(server.dataDir, 'outbox');
  return existsSync(folder) ? readdirSync(folder).length : 0;
};

/** All ways of asking for many records at once that answer at once. */
const WAYS = (): [string, string, unknown?][] => [
  ['GET', `Patient/${patient}/$everything`],
  ['GET', `Patient/${patient}/$summary`],
  ['GET', `DocumentReference/$docref?patient=${patient}`],
  ['GET', 'Condition/$csv?_fields=id,code.coding.display,code.text'],
  ['POST', '$graphql', { query: '{ ConditionList { code { coding { display } text } } }' }],
  ['POST', '', { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Condition' } }] }],
  ['GET', `Patient?_id=${patient}&_revinclude=Condition:subject`],
  ['GET', 'Condition?_count=100'],
  ['GET', 'Condition/_history?_count=100'],
  ['GET', `Patient/${patient}/Condition`],
];

/** Ways that ask for the one record, and find it or not. */
const ONE = (): string[] => [
  ...['', '/_history', '/_history/1'].map((end) => `Condition/${labelled}${end}`),
  ...[`_id=${labelled}`, 'code=F11.20', 'code:not=x&_security=42CFRPart2', '_filter=code eq F11.20'].map(
    (query) => `Condition?${query}`,
  ),
  `Condition?_id=${labelled}&_summary=count`,
  `Patient?_has:Condition:subject:code=F11.20`,
];

/** Which of the ways to the one record lead to something. */
async function found(): Promise<string[]> {
  const answers = await Promise.all(ONE().map(async (path) => ({ path, ...(await app.request<Bundle>('GET', path)) })));
  return answers
    .filter(
      ({ status, body }) =>
        status === 200 && (body.type !== 'searchset' || (body.total ?? body.entry?.length ?? 0) > 0),
    )
    .map(({ path }) => path);
}

/** Text of the files of an export of Conditions, and whether each answer carried the notice. */
async function exported(by: TestMember): Promise<{ text: string; hasNotice: boolean }> {
  const kickOff = await by.request('GET', 'Patient/$export?_type=Condition', undefined, { prefer: 'respond-async' });
  const below = (url: string): string => url.slice(url.indexOf('/fhir/R4/') + '/fhir/R4/'.length);
  const status = below(kickOff.headers.get('content-location') ?? '');
  const poll = () => by.request<{ output: { url: string }[] }>('GET', status);
  await expect.poll(async () => (await poll()).status, { timeout: 20_000, interval: 1000 }).toBe(200);
  const { output } = (await poll()).body;
  file = below(output[0]?.url ?? '');
  const files = await Promise.all(output.map(({ url }) => by.request('GET', below(url))));
  const hasNotice = files.every(({ headers }) => headers.has('part2-notice'));
  return { text: files.map(({ text }) => text).join(''), hasNotice };
}

describe('without a consent', () => {
  it('nothing that is labelled leaves, by whatever way', async () => {
    for (const [method, path, body] of WAYS()) {
      const { status, text: shown, headers } = await app.request(method, path, body);
      expect([path, status, shown.includes('secret-habit')]).toEqual([path, 200, false]);
      expect(headers.get('part2-notice')).toBeNull();
    }
    expect(await found()).toEqual([]);
    const { text: files, hasNotice } = await exported(app);
    expect(files).toContain('open-ailment');
    expect([files.includes('secret-habit'), hasNotice]).toEqual([false, false]);
  });
});

describe('with a consent that names the app', () => {
  it('it leaves with its notice, by every way', async () => {
    const named = [`ClientApplication/${app.clientId}`, `Bot/${reader}`, `Bot/${listener}`];
    const actor = named.flatMap((recipient) => releaseTo(recipient).actor ?? []);
    consent = await create(partTwoConsent(patient, { provision: { ...releaseTo(''), actor } }));
    const total = async () => (await app.request<Bundle>('GET', 'Condition?_total=accurate')).body.total;
    await expect.poll(total, { timeout: 5000 }).toBe(2);
    for (const [method, path, body] of WAYS()) {
      const { text: shown, headers } = await app.request(method, path, body);
      expect([path, shown.includes('secret-habit'), headers.has('part2-notice')]).toEqual([path, true, true]);
    }
    const { text: files, hasNotice } = await exported(app);
    expect([files.includes('secret-habit'), hasNotice]).toEqual([true, true]);
    expect(await found()).toEqual(ONE());
    const hook: Subscription = {
      ...{ resourceType: 'Subscription', status: 'active', reason: 'x', criteria: 'Condition' },
      channel: {
        ...{ type: 'rest-hook', payload: 'application/fhir+json' },
        endpoint: receiver.url,
      },
    };
    expect((await app.request('POST', 'Subscription', hook)).status).toBe(201);
    const mail = { type: 'email', endpoint: 'mailto:out@example.org', payload: 'application/fhir+json' } as const;
    expect((await app.request('POST', 'Subscription', { ...hook, channel: mail })).status).toBe(201);
    await create({ ...hook, channel: { ...hook.channel, endpoint: `Bot/${listener}` } });
    await touch();
    await expect.poll(told, { timeout: 5000 }).toContain(labelled);
    await expect.poll(notices, { timeout: 5000 }).toBe(1);
    await expect
      .poll(() => receiver.received.filter((body) => body.includes('secret-habit')).length, { timeout: 5000 })
      .toBe(1);
  });
});

describe('once the consent is withdrawn', () => {
  it('nothing leaves by any way within five seconds, not even what was exported before', async () => {
    const { body } = await clinic.request<Consent>('GET', `Consent/${consent}`);
    const reading = clinic.request<string[]>('POST', `Bot/${reader}/$execute`, { id: labelled, times: 11 });
    await expect.poll(told, { timeout: 5000 }).toContain('first look');
    await clinic.request('PUT', `Consent/${consent}`, { ...body, status: 'inactive' });
    await expect.poll(found, { timeout: 5000 }).toEqual([]);
    for (const [method, path, asked] of WAYS()) {
      const { status, text: shown } = await app.request(method, path, asked);
      expect([path, status, shown.includes('secret-habit')]).toEqual([path, 200, false]);
    }
    expect((await app.request('GET', file)).text).not.toContain('secret-habit');
    expect((await exported(app)).text).not.toContain('secret-habit');
    const seen = (await reading).body;
    expect([seen[0], seen.at(-1)]).toEqual(['seen', 'gone']);
    const before = (await told()).split(labelled).length;
    await touch();
    const open = await create({
      ...{ resourceType: 'Condition', code: { text: 'after all' }, subject: { reference: `Patient/${patient}` } },
    } as Resource);
    await expect.poll(() => receiver.received.some((sent) => sent.includes(open)), { timeout: 5000 }).toBe(true);
    expect(receiver.received.filter((sent) => sent.includes(labelled))).toHaveLength(1);
    await expect.poll(told, { timeout: 5000 }).toContain(open);
    expect((await told()).split(labelled)).toHaveLength(before);
    await expect.poll(notices, { timeout: 5000 }).toBe(2);
  });
});

/** Writes the labelled record again. */
async function touch(): Promise<void> {
  const { body } = await clinic.request<Resource>('GET', `Condition/${labelled}`);
  await clinic.request('PUT', `Condition/${labelled}`, { ...body, language: body.language === 'en' ? 'de' : 'en' });
}
