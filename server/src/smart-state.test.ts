/**
 * What apps keep, and how people find this server, over a whole server.
 * @see https://hl7.org/fhir/smart-app-launch/app-state.html
 * @see https://hl7.org/fhir/smart-app-launch/brands.html
 * @see security.md S18
 */
import type { Basic, Bundle, Organization, Patient, Project } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from './database/index.ts';
import { personOf, type TestPerson } from './person-testing.ts';
import { bearerOf, getJson, type JsonAnswer, type SmartApp, smartApp, smartTokens } from './smart-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

const CODE = 'https://app.example/state';
let server: TestServer;
let clinic: TestClinic;
let maria: TestPerson;
let app: SmartApp;
let patient: string;
let unseen: string;
let tokens: JsonAnswer;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('State');
  const make = async (gender: string) =>
    (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient', gender })).body.id as string;
  [patient, unseen] = [await make('female'), await make('male')];
  maria = await newPerson();
  app = await smartApp(server, clinic);
  tokens = await smartTokens(server, maria, app, { scope: 'user/Basic.cruds user/Patient.rs' });
});
afterAll(() => server.close());

const newPerson = () =>
  personOf(server, clinic, {
    resourceType: 'AccessPolicy',
    resource: [{ resourceType: 'Patient', criteria: 'Patient?gender=female' }],
  });
const basic = (more: Partial<Basic> = {}): Basic => ({
  resourceType: 'Basic',
  code: { coding: [{ system: CODE, code: 'preferences' }] },
  extension: [{ url: 'https://app.example/theme', valueString: 'dark, with large letters' }],
  ...more,
});

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, as = tokens) {
  const response = await fetch(`${server.baseUrl}/app-state/${path}`, {
    method,
    headers: { 'content-type': 'application/fhir+json', ...bearerOf(as), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text ? JSON.parse(text) : {}) as Basic & Pick<Bundle<Basic>, 'total' | 'entry'>,
  };
}
const ifMatch = (version: string) => ({ 'if-match': version });

describe('S18: app state', () => {
  it('is where discovery says, and is created, read, found, changed and removed', async () => {
    const discovery = (await getJson(server, '/.well-known/smart-configuration')).body;
    expect(discovery.associated_endpoints).toEqual([
      { url: `${String(discovery.issuer)}/app-state`, capabilities: ['smart-app-state'] },
    ]);
    const made = await send('POST', 'Basic', basic({ subject: { reference: `Patient/${patient}` } }));
    expect([made.status, made.headers.get('etag')]).toEqual([201, 'W/"1"']);
    const path = `Basic/${made.body.id}`;
    expect(made.headers.get('location')).toBe(`${String(discovery.issuer)}/app-state/${path}`);
    expect((await send('GET', path)).body).toMatchObject(basic());
    const query = new URLSearchParams({ code: `${CODE}|preferences`, subject: `Patient/${patient}` });
    expect((await send('GET', `Basic?${query}`)).body).toMatchObject({
      total: 1,
      entry: [{ resource: { id: made.body.id } }],
    });
    expect((await send('GET', `Basic?code=${CODE}|other`)).body.total).toBe(0);
    const changed = { ...made.body, extension: [{ url: 'https://app.example/theme', valueString: 'light' }] };
    const written = await send('PUT', path, changed, ifMatch('W/"1"'));
    expect([written.status, written.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expect(written.body.extension).toEqual(changed.extension);
    expect((await send('DELETE', path, undefined, ifMatch('W/"2"'))).status).toBe(204);
    expect((await send('GET', path)).status).toBe(404);
  });

  it('is written and removed only over the version that was read', async () => {
    const { body } = await send('POST', 'Basic', basic());
    const path = `Basic/${body.id}`;
    const attempts = [
      await send('PUT', path, body),
      await send('DELETE', path),
      await send('PUT', path, body, ifMatch('W/"7"')),
      await send('DELETE', path, undefined, ifMatch('W/"7"')),
      await send('PUT', path, body, ifMatch('*')),
    ];
    expect(attempts.map(({ status }) => status)).toEqual([412, 412, 412, 412, 412]);
    const racers = await Promise.all(Array.from({ length: 8 }, () => send('PUT', path, body, ifMatch('W/"1"'))));
    expect(racers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
  });

  it('keeps code and subject, and has 256 KB at most', async () => {
    const { body } = await send('POST', 'Basic', basic());
    const put = (changed: unknown) => send('PUT', `Basic/${body.id}`, changed, ifMatch('W/"1"'));
    expect((await put({ ...body, code: { coding: [{ system: CODE, code: 'other' }] } })).status).toBe(400);
    expect((await put({ ...body, subject: { reference: `Patient/${patient}` } })).status).toBe(400);
    const filled = (length: number) =>
      basic({ extension: [{ url: 'https://app.example/x', valueString: 'x'.repeat(length) }] });
    expect((await send('POST', 'Basic', filled(250_000))).status).toBe(201);
    expect((await send('POST', 'Basic', filled(262_144))).status).toBe(413);
    expect((await send('POST', 'Basic', filled(1_000_000))).status).toBe(413);
    expect((await send('POST', 'Basic', { resourceType: 'Basic', code: {} })).status).toBe(400);
  });

  it('is seen by its own app and person only, and nowhere among the records', async () => {
    const { body } = await send('POST', 'Basic', basic());
    const path = `Basic/${body.id}`;
    const scope = 'user/Basic.cruds';
    const others = [
      await smartTokens(server, maria, await smartApp(server, clinic), { scope }),
      await smartTokens(server, await newPerson(), app, { scope }),
    ];
    for (const other of others) {
      expect((await send('GET', path, undefined, {}, other)).status).toBe(404);
      expect((await send('PUT', path, body, ifMatch('W/"1"'), other)).status).toBe(404);
      expect((await send('DELETE', path, undefined, ifMatch('W/"1"'), other)).status).toBe(404);
      expect((await send('GET', 'Basic', undefined, {}, other)).body.total).toBe(0);
    }
    expect((await clinic.request<Bundle>('GET', 'Basic?_total=accurate')).body.total).toBe(0);
    expect((await fetch(`${server.baseUrl}/app-state/${path}`)).status).toBe(401);
    const rows = await server.database.query<{ content: string }>(sql`SELECT content FROM app_state`);
    expect(rows.map(({ content }) => content).join()).not.toContain('large letters');
  });

  it('may be about the patient in context, without a scope on Patient', async () => {
    const launched = await smartTokens(server, maria, app, { scope: 'launch/patient patient/Basic.cuds', patient });
    const about = (id: string) => basic({ subject: { reference: `Patient/${id}` } });
    expect((await send('POST', 'Basic', about(patient), {}, launched)).status).toBe(201);
    expect((await send('POST', 'Basic', about(unseen), {}, launched)).status).toBe(403);
  });

  it('keeps to the app’s scopes, and to patients whom the person may see', async () => {
    const about = (id: string) => basic({ subject: { reference: `Patient/${id}` } });
    expect((await send('POST', 'Basic', about(unseen))).status).toBe(400);
    expect((await send('POST', 'Basic', about('unknown'))).status).toBe(400);
    const readOnly = await smartTokens(server, maria, app, { scope: 'user/Basic.rs' });
    expect((await send('POST', 'Basic', basic(), {}, readOnly)).status).toBe(403);
    const none = await smartTokens(server, maria, app, { scope: 'openid' });
    expect((await send('GET', 'Basic', undefined, {}, none)).status).toBe(403);
    const narrow = await smartTokens(server, maria, app, { scope: `user/Basic.cruds?code=${CODE}|narrow` });
    expect((await send('POST', 'Basic', basic(), {}, narrow)).status).toBe(403);
    const fitting = basic({ code: { coding: [{ system: CODE, code: 'narrow' }] } });
    expect((await send('POST', 'Basic', fitting, {}, narrow)).status).toBe(201);
    expect((await send('GET', 'Basic', undefined, {}, narrow)).body.total).toBe(1);
    const one = await smartTokens(server, maria, app, { scope: 'patient/Basic.cruds patient/Patient.rs', patient });
    expect((await send('POST', 'Basic', about(patient), {}, one)).status).toBe(201);
    expect((await send('POST', 'Basic', basic(), {}, one)).status).toBe(403);
  });
});

describe('S18: the bundle of brands', () => {
  it('is for everybody, with a timestamp, an ETag, and one organization by the name that discovery gives', async () => {
    const repository = server.house.systemRepository(clinic.tenant);
    const project = await repository.readResource<Project>('Project', clinic.projectId);
    const fetchBrands = (headers: Record<string, string> = {}) =>
      getJson(server, '/.well-known/user-access-brands.json', { origin: 'https://any.example', ...headers });
    const before = await fetchBrands();
    expect(JSON.stringify(before.body)).not.toContain(clinic.projectId);
    await repository.updateResource<Project>({
      ...project,
      setting: [
        { name: 'brandPublished', valueBoolean: true },
        { name: 'brandName', valueString: 'Oakwood' },
        { name: 'brandLogo', valueString: 'https://oakwood.example/logo.svg' },
      ],
    });
    const discovery = (await getJson(server, '/.well-known/smart-configuration')).body;
    expect(new URL(String(discovery.user_access_brand_bundle)).pathname).toBe('/.well-known/user-access-brands.json');
    const { status, headers, body } = await fetchBrands();
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/".+"$/);
    expect(etag).not.toBe(before.headers.get('etag'));
    expect((await fetchBrands({ 'if-none-match': etag })).status).toBe(304);
    const bundle = body as unknown as Bundle;
    expect(bundle.timestamp).toMatch(/^\d{4}-/);
    const organizations = bundle.entry
      ?.map(({ resource }) => resource)
      .filter((one): one is Organization => one?.resourceType === 'Organization');
    const named = organizations?.filter(
      ({ identifier }) => JSON.stringify(identifier?.[0]) === JSON.stringify(discovery.user_access_brand_identifier),
    );
    expect(named).toHaveLength(1);
    expect(organizations?.map(({ name }) => name)).toContain('Oakwood');
  });
});
