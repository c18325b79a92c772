/**
 * What granted scopes let an app see and do, by every path, over a whole server.
 * @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources
 * @see security.md S8, S9, S10
 */
import type { AccessPolicyResource, Bundle, Observation, Patient, Subscription } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import {
  backendTokens,
  bearerOf,
  type JsonAnswer,
  postForm,
  postJson,
  type SmartApp,
  signInTo,
  smartApp,
  smartTokens,
} from './smart-testing.ts';
import { startTestServer, type TestAnswer, type TestClinic, type TestServer } from './testing.ts';

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category';
const VITALS = `patient/Observation.rs?category=${CATEGORY}|vital-signs`;
let server: TestServer;
let clinic: TestClinic;
let doctor: TestPerson;
let app: SmartApp;
let patient: string;
let vital: string;
let laboratory: string;

const observation = (category: string, more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  category: [{ coding: [{ system: CATEGORY, code: category }] }],
  code: { text: category },
  subject: { reference: `Patient/${patient}` },
  ...more,
});
const make = async (resource: Observation): Promise<string> =>
  (await clinic.request<Observation>('POST', 'Observation', resource)).body.id as string;
const everything = (...types: string[]): AccessPolicyResource[] => types.map((resourceType) => ({ resourceType }));

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Scopes');
  patient = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
  laboratory = await make(observation('laboratory'));
  vital = await make(observation('vital-signs', { derivedFrom: [{ reference: `Observation/${laboratory}` }] }));
  doctor = await personOf(server, clinic, {
    resourceType: 'AccessPolicy',
    resource: everything('Patient', 'Observation', 'Encounter', 'Subscription', 'Practitioner'),
  });
  app = await smartApp(server, clinic);
});
afterAll(() => server.close());

/** Sends FHIR requests as the app. */
async function asApp(scope: string, person = doctor) {
  const tokens = await smartTokens(server, person, app, { scope, patient });
  expect(tokens.status).toBe(200);
  const send = <T = Bundle>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    clinic.request<T>(method, path, body, { ...bearerOf(tokens), ...headers });
  return { send, tokens };
}
const idsOf = (answer: TestAnswer<Bundle>): string[] =>
  (answer.body.entry ?? []).flatMap(({ resource }) => resource?.id ?? []).sort();

describe('S8: a granular scope', () => {
  it('limits read, vread and history', async () => {
    const { send } = await asApp(VITALS);
    const { meta } = (await clinic.request<Observation>('GET', `Observation/${laboratory}`)).body;
    const version = meta?.versionId;
    const statuses = async (id: string, vid: string | undefined) =>
      Promise.all(
        [`Observation/${id}`, `Observation/${id}/_history`, `Observation/${id}/_history/${vid}`].map(
          async (path) => (await send('GET', path)).status,
        ),
      );
    const { meta: other } = (await clinic.request<Observation>('GET', `Observation/${vital}`)).body;
    expect(await statuses(vital, other?.versionId)).toEqual([200, 200, 200]);
    expect(await statuses(laboratory, version)).toEqual([404, 404, 404]);
    expect((await send('GET', 'Patient')).status).toBe(403);
  });

  it('limits search: entries and total, filters, _has, chains, and the body of a POST', async () => {
    const { send } = await asApp(VITALS);
    const found = await send('GET', 'Observation?_total=accurate');
    expect([idsOf(found), found.body.total]).toEqual([[vital], 1]);
    const none = await send('GET', `Observation?category=laboratory&_total=accurate`);
    expect([idsOf(none), none.body.total]).toEqual([[], 0]);
    const posted = await send('POST', 'Observation/_search', 'code:text=laboratory', {
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(idsOf(posted)).toEqual([]);
    expect(idsOf(await send('GET', `Observation?derived-from=Observation/${laboratory}`))).toEqual([vital]);
    expect(idsOf(await send('GET', 'Observation?derived-from:Observation.category=laboratory'))).toEqual([]);
  });

  it('limits _include and _revinclude', async () => {
    const { send } = await asApp(VITALS);
    expect(idsOf(await send('GET', 'Observation?_include=Observation:derived-from'))).toEqual([vital]);
    const { send: both } = await asApp(`${VITALS} patient/Patient.rs`);
    const charts = await both('GET', `Patient?_id=${patient}&_revinclude=Observation:subject`);
    expect(idsOf(charts)).toEqual([patient, vital].sort());
    for (const filter of ['category=laboratory', 'status=final&_has:Observation:subject:category=laboratory']) {
      expect(idsOf(await both('GET', `Patient?_has:Observation:subject:${filter}`))).toEqual([]);
    }
  });

  it('limits $everything and GraphQL', async () => {
    const { send } = await asApp(`${VITALS} patient/Patient.rs`);
    expect(idsOf(await send('GET', `Patient/${patient}/$everything`))).toEqual([patient, vital].sort());
    const query = `{ ObservationList { id } one: Observation(id: "${laboratory}") { id } }`;
    const graph = await send<{ data: { ObservationList: { id: string }[]; one: unknown } }>('POST', '$graphql', {
      query,
    });
    expect(graph.body.data.ObservationList).toEqual([{ id: vital }]);
    expect(graph.body.data.one ?? null).toBeNull();
  });

  it('judges each entry of a batch alone', async () => {
    const { send } = await asApp(VITALS);
    const entries = [`Observation/${vital}`, `Observation/${laboratory}`, 'Observation', 'Patient'];
    const batch = await send('POST', '', {
      resourceType: 'Bundle',
      type: 'batch',
      entry: entries.map((url) => ({ request: { method: 'GET', url } })),
    });
    const statuses = batch.body.entry?.map(({ response }) => response?.status?.slice(0, 3));
    expect(statuses).toEqual(['200', '404', '200', '403']);
    expect(idsOf({ ...batch, body: batch.body.entry?.[2]?.resource as Bundle })).toEqual([vital]);
  });

  it('limits what an export carries', async () => {
    const granted = `system/Observation.rs?category=${CATEGORY}|vital-signs system/Patient.rs`;
    const tokens = await backendTokens(server, clinic, granted);
    const send = <T = Bundle>(method: string, path: string, headers: Record<string, string> = {}) =>
      clinic.request<T>(method, path, undefined, { ...bearerOf(tokens), ...headers });
    const started = await send('GET', 'Patient/$export?_type=Observation', { prefer: 'respond-async' });
    const job = started.headers.get('content-location');
    expect(started.status).toBe(202);
    const path = new URL(job ?? '').pathname.replace('/fhir/R4/', '');
    let polled = await send<{ output?: { url: string }[] }>('GET', path);
    for (const end = Date.now() + 20_000; polled.status === 202 && Date.now() < end; ) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      polled = await send<{ output?: { url: string }[] }>('GET', path);
    }
    const files = await Promise.all(
      (polled.body.output ?? []).map(({ url }) => send('GET', new URL(url).pathname.replace('/fhir/R4/', ''))),
    );
    const exported = files.flatMap(({ text }) => text.split('\n').filter(Boolean)).map((line) => JSON.parse(line).id);
    expect(exported).toContain(vital);
    expect(exported).not.toContain(laboratory);
  });

  it('limits subscriptions: to criteria that name its constraints, on a channel that ends with the access', async () => {
    const { send } = await asApp(`${VITALS} user/Patient.rs user/Subscription.cruds`);
    const status = async (criteria: string, channel: Subscription['channel'] = { type: 'websocket' }) => {
      const resource = { resourceType: 'Subscription', status: 'requested', reason: 'test', criteria, channel };
      return (await send<Subscription>('POST', 'Subscription', resource)).status;
    };
    const within = `Observation?category=${CATEGORY}|vital-signs&subject=Patient/${patient}`;
    expect([await status(within), await status('Patient')]).toEqual([201, 201]);
    for (const wide of [
      'Observation',
      'Observation?status=final',
      `Observation?subject=Patient/${patient}`,
      `Observation?category=${CATEGORY}|vital-signs`,
      `Observation?category=${CATEGORY}|vital-signs,laboratory&subject=Patient/${patient}`,
      `Observation?category=${CATEGORY}|vital-signs&subject=Patient/${patient},Patient/other`,
      'Encounter',
    ]) {
      expect([wide, await status(wide)]).toEqual([wide, 403]);
    }
    expect(
      await status(within, { type: 'rest-hook', endpoint: `${server.baseUrl}/x`, payload: 'application/fhir+json' }),
    ).toBe(403);
    const { body } = await send<Bundle<Subscription>>('GET', 'Subscription');
    const own = body.entry?.[0]?.resource as Subscription;
    expect((await send('PUT', `Subscription/${own.id}`, { ...own, criteria: 'Observation' })).status).toBe(403);
  });

  it('limits writes to what it names', async () => {
    const { send } = await asApp(`patient/Observation.cu?category=${CATEGORY}|vital-signs ${VITALS}`);
    expect((await send('POST', 'Observation', observation('vital-signs'))).status).toBe(201);
    expect((await send('POST', 'Observation', observation('laboratory'))).status).toBe(403);
    const changed = { ...observation('laboratory'), id: vital };
    expect((await send('PUT', `Observation/${vital}`, changed)).status).toBe(403);
  });
});

describe('S60: an export', () => {
  it('needs a fresh proof of the person behind it', async () => {
    const export_ = (headers: Record<string, string>) =>
      clinic.request('GET', 'Patient/$export', undefined, { prefer: 'respond-async', ...headers });
    const own = { authorization: `Bearer ${await signIn(server, doctor)}` };
    expect((await export_(own)).status).toBe(403);
    await postJson(server, '/auth/step-up', { password: doctor.password }, own);
    expect((await export_(own)).status).toBe(202);
  });
});

describe('S9: the grammar of scopes', () => {
  it.each([
    ['patient/Observation.read', 'rs'],
    ['patient/Observation.write', 'cud'],
    ['patient/Observation.*', 'cruds'],
  ])('%s means .%s', async (scope, letters) => {
    const { send } = await asApp(scope);
    const [read, search, create] = [
      (await send('GET', `Observation/${vital}`)).status,
      (await send('GET', 'Observation')).status,
      (await send('POST', 'Observation', observation('vital-signs'))).status,
    ];
    const allowed = (letter: string): boolean => letters.includes(letter);
    expect([read === 200, search === 200, create === 201]).toEqual([allowed('r'), allowed('s'), allowed('c')]);
  });

  it.each([
    'patient/Observation.sr',
    'patient/Observation.dcr',
    'patient/Observation.',
    'patient/Observation',
    'patient/observation.rs',
    'patient/Observation.rs.rs',
    'Patient/Observation.rs',
    'patient/Observation.readwrite',
    'patient/*.rs?category=x',
    'patient/Observation.read?category=x',
    'patient/Observation.rs?category',
    'patient/Observation.rs?category=',
    'patient/Observation.rs?nonsense=x',
    'patient/Observation.rs?category=x&_count=1',
    'patient/Nonsense.rs',
    'user/User.rs',
    'system/Observation.rs',
    'everything',
  ])('%s is not granted, and widens nothing', async (bad) => {
    const { send, tokens } = await asApp(`patient/Encounter.rs ${bad}`);
    expect(tokens.body.scope).toBe('patient/Encounter.rs');
    expect((await send('GET', 'Observation')).status).toBe(403);
  });

  it('8 KB of scope are refused everywhere', async () => {
    const scope = 'x'.repeat(8192);
    const { answer } = await signInTo(server, doctor, app, { scope });
    expect(answer.status).toBe(400);
    const form = {
      grant_type: 'client_credentials',
      client_id: clinic.clientId,
      client_secret: clinic.clientSecret,
      scope,
    };
    const token: JsonAnswer = await postForm(server, '/oauth2/token', form);
    expect([token.status, token.body.error]).toEqual([400, 'invalid_scope']);
    expect((await postJson(server, '/auth/scope', { login: 'x', scope })).status).toBe(400);
  });
});

describe('S10: scopes, policy and tenant', () => {
  it('a scope opens nothing that the policy closes', async () => {
    const frontDesk = await personOf(server, clinic, { resourceType: 'AccessPolicy', resource: everything('Patient') });
    const { send } = await asApp('user/*.cruds', frontDesk);
    expect((await send('GET', 'Observation')).status).toBe(403);
    expect((await send('GET', `Observation/${vital}`)).status).toBe(403);
    expect((await send('GET', `Patient/${patient}`)).status).toBe(200);
  });

  it('.rs does not write, in a batch or a transaction either', async () => {
    const { send } = await asApp('user/Observation.rs');
    const resource = observation('vital-signs');
    expect((await send('POST', 'Observation', resource)).status).toBe(403);
    expect((await send('DELETE', `Observation/${vital}`)).status).toBe(403);
    for (const method of ['DELETE', 'PATCH']) {
      const patch = method === 'PATCH' ? [{ op: 'remove', path: '/note' }] : undefined;
      expect((await send(method, 'Observation?identifier=nobody', patch)).status).toBe(403);
    }
    expect(
      (
        await send('PATCH', `Observation/${vital}`, [{ op: 'test', path: '/status', value: 'final' }], {
          'content-type': 'application/json-patch+json',
        })
      ).status,
    ).toBe(403);
    const bundle = (type: 'batch' | 'transaction') => ({
      resourceType: 'Bundle',
      type,
      entry: [{ request: { method: 'POST', url: 'Observation' }, resource }],
    });
    const batch = await send('POST', '', bundle('batch'));
    expect(batch.body.entry?.[0]?.response?.status).toMatch(/^403/);
    expect((await send('POST', '', bundle('transaction'))).status).toBe(403);
  });

  it('a patch shows nothing to whom may only write', async () => {
    const { send } = await asApp('patient/Observation.u');
    const content = [{ op: 'test', path: '/status', value: 'final' }];
    const patch = await send('PATCH', `Observation/${laboratory}`, content, {
      'content-type': 'application/json-patch+json',
    });
    const data = Buffer.from(JSON.stringify(content)).toString('base64');
    const binary = { resourceType: 'Binary', contentType: 'application/json-patch+json', data };
    const entry = [{ request: { method: 'PATCH', url: `Observation/${laboratory}` }, resource: binary }];
    const bundles = await Promise.all(
      ['batch', 'transaction'].map((type) => send('POST', '', { resourceType: 'Bundle', type, entry })),
    );
    expect([patch, ...bundles].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(bundles.map(({ body }) => body.entry?.[0]?.response?.status?.slice(0, 3))).toEqual(['200', '200']);
    expect([patch, ...bundles].filter(({ text }) => text.includes('"laboratory"'))).toEqual([]);
  });

  it('a conditional create gives back nothing that could not be created or read, though the person wrote it', async () => {
    const own = await clinic.request<Observation>('POST', 'Observation', observation('laboratory'), {
      authorization: `Bearer ${await signIn(server, doctor)}`,
    });
    const criteria = `_id=${own.body.id}`;
    const tried = async (scope: string) => {
      const { send } = await asApp(scope);
      const alone = await send('POST', 'Observation', observation('vital-signs'), { 'if-none-exist': criteria });
      const request = { method: 'POST', url: 'Observation', ifNoneExist: criteria };
      const entry = [{ request, resource: observation('vital-signs') }];
      const together = await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
      expect(`${alone.text} ${together.text}`).not.toContain(own.body.id);
      return [alone.status, together.status];
    };
    expect(await tried(VITALS)).toEqual([403, 403]);
    expect(await tried(`${VITALS} patient/Observation.c`)).toEqual([201, 200]);
  });

  it('a user/ scope on one type loosens no patient/ scope on another', async () => {
    const other = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body.id as string;
    const theirs = await make({ ...observation('vital-signs'), subject: { reference: `Patient/${other}` } });
    const { send } = await asApp('user/Patient.rs patient/Observation.rs');
    expect((await send('GET', `Patient/${other}`)).status).toBe(200);
    expect((await send('GET', `Observation/${theirs}`)).status).toBe(404);
    expect(idsOf(await send('GET', 'Observation'))).not.toContain(theirs);
  });

  it('a token is worth nothing in another clinic', async () => {
    const elsewhere = await server.clinic('Elsewhere');
    const { id } = (await elsewhere.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body;
    const { send } = await asApp('user/*.cruds');
    expect((await send('GET', `Patient/${id}`)).status).toBe(404);
  });
});
