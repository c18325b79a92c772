/**
 * What an app gets with its token, launched from an EHR and standing alone, over a whole server.
 * @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html
 * @see security.md S5, S6, S7, S11, S15
 */
import type { Encounter, Patient, Practitioner } from '@medplum/fhirtypes';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from './database/index.ts';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import {
  bearerOf,
  exchangeCode,
  getJson,
  postForm,
  postJson,
  type SmartApp,
  signInTo,
  smartApp,
  smartTokens,
} from './smart-testing.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

const launchUri = 'https://app.example/launch';
const EHR_SCOPE = 'openid fhirUser launch patient/Observation.rs';
let server: TestServer;
let clinic: TestClinic;
let maria: TestPerson;
let app: SmartApp;
let patient: string;
let encounter: string;
let unseen: string;
let token: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Launch');
  const make = async (gender: string) =>
    (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient', gender })).body.id as string;
  patient = await make('female');
  unseen = await make('male');
  encounter = (
    await clinic.request<Encounter>('POST', 'Encounter', {
      resourceType: 'Encounter',
      status: 'in-progress',
      class: { code: 'AMB', display: 'ambulatory' },
      subject: { reference: `Patient/${patient}` },
      period: { start: '2026-11-24' },
    })
  ).body.id as string;
  maria = await personOf(server, clinic, {
    resourceType: 'AccessPolicy',
    resource: [
      { resourceType: 'Patient', criteria: 'Patient?gender=female' },
      { resourceType: 'Encounter' },
      { resourceType: 'Observation' },
      { resourceType: 'Practitioner' },
      { resourceType: 'SmartAppLaunch' },
    ],
  });
  app = await smartApp(server, clinic, { launchUri });
  token = await signIn(server, maria);
});
afterAll(() => server.close());

const launch = (more: Record<string, unknown> = {}, as = token) =>
  postJson(server, '/auth/launch', { client: app.id, patient, encounter, ...more }, { authorization: `Bearer ${as}` });
const launched = async (handle: unknown, more: { app?: SmartApp; person?: TestPerson } = {}) =>
  signInTo(server, more.person ?? maria, more.app ?? app, { scope: EHR_SCOPE, launch: String(handle) });
const tokensOf = async (handle: unknown) =>
  smartTokens(server, maria, app, { scope: EHR_SCOPE, launch: String(handle) });

describe('S5: the token response', () => {
  it('is a Bearer answer that no cache keeps, for an hour at most, with the granted scope', async () => {
    const scope = 'openid fhirUser patient/Observation.rs patient/Nonsense.xyz';
    const { status, headers, body } = await smartTokens(server, maria, app, { scope, patient });
    expect(status).toBe(200);
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'openid fhirUser patient/Observation.rs' });
    expect(body.expires_in).toBeLessThanOrEqual(3600);
  });

  it('has an id_token only for openid: RS256, nonce echoed, fhirUser that this very token reads', async () => {
    const asked = { scope: 'openid fhirUser patient/Observation.rs', patient, nonce: 'n-0S6_WzA2Mj' };
    const tokens = await smartTokens(server, maria, app, asked);
    const jwks = createRemoteJWKSet(new URL(`${server.baseUrl}/.well-known/jwks.json`));
    const discovery = await getJson(server, '/.well-known/openid-configuration');
    const { payload, protectedHeader } = await jwtVerify(String(tokens.body.id_token), jwks, {
      issuer: String(discovery.body.issuer),
      audience: app.id,
    });
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      nonce: asked.nonce,
      sub: expect.stringMatching(/^.{1,255}$/),
      exp: expect.any(Number),
      iat: expect.any(Number),
    });
    const path = new URL(String(payload.fhirUser)).pathname;
    const user = await getJson(server, path, bearerOf(tokens));
    expect(user.body).toMatchObject({ resourceType: 'Practitioner', id: maria.profile.split('/')[1] });
    const without = await smartTokens(server, maria, app, { scope: 'patient/Observation.rs', patient });
    expect(without.body).not.toHaveProperty('id_token');
  });

  it('has a refresh token only with offline_access or online_access', async () => {
    const has = async (scope: string) =>
      'refresh_token' in (await smartTokens(server, maria, app, { scope, patient })).body;
    expect(await has('patient/Observation.rs')).toBe(false);
    expect(await has('patient/Observation.rs offline_access')).toBe(true);
    expect(await has('patient/Observation.rs online_access')).toBe(true);
  });
});

describe('S6: EHR launch', () => {
  it('gives every part of the context exactly as launched', async () => {
    const identifier = { system: 'urn:example', value: '7' };
    const made = await launch({
      intent: 'reconcile-medications',
      needPatientBanner: true,
      fhirContext: [
        { reference: 'ImagingStudy/i1' },
        { canonical: 'http://example.org/Questionnaire/q|1' },
        { identifier, type: 'ServiceRequest' },
        { reference: 'Patient/other', role: 'http://example.org/role' },
        { reference: 'Patient/plain' },
        { reference: 'Encounter/e', role: 'launch' },
      ],
    });
    const { body } = await tokensOf(made.body.launch);
    expect(body).toMatchObject({
      patient,
      encounter,
      intent: 'reconcile-medications',
      need_patient_banner: true,
      tenant: clinic.projectId,
      fhirContext: [
        { reference: 'ImagingStudy/i1' },
        { canonical: 'http://example.org/Questionnaire/q|1' },
        { identifier, type: 'ServiceRequest' },
        { reference: 'Patient/other', role: 'http://example.org/role' },
      ],
    });
    expect((body.fhirContext as unknown[]).length).toBe(4);
    const style = await fetch(`${server.baseUrl}${new URL(String(body.smart_style_url)).pathname}`);
    expect(style.headers.get('content-type')).toContain('json');
  });

  it('shows no banner of the app’s own where the EHR has one, and says so', async () => {
    const { body } = await tokensOf((await launch()).body.launch);
    expect(body.need_patient_banner).toBe(false);
    expect(body).not.toHaveProperty('intent');
    expect(body).not.toHaveProperty('fhirContext');
  });

  it('is not made with an encounter of somebody else', async () => {
    const other = await clinic.request<Encounter>('POST', 'Encounter', {
      resourceType: 'Encounter',
      status: 'finished',
      class: { code: 'AMB' },
      subject: { reference: `Patient/${unseen}` },
    });
    expect((await launch({ encounter: other.body.id })).status).toBe(400);
    expect((await launch({ patient: undefined })).status).toBe(201);
  });

  it('never yields a token for patient/ scopes without a patient', async () => {
    const { body } = await launch({ patient: undefined, encounter: undefined });
    expect((await launched(body.launch)).answer.status).toBe(400);
  });
});

describe('S6: standalone launch', () => {
  it('asks for a patient and then one of that patient’s encounters, both within the person’s own policy', async () => {
    const scope = 'launch/patient launch/encounter patient/Encounter.rs';
    const first = await signInTo(server, maria, app, { scope });
    const { login } = first.answer.body;
    expect(first.answer.body).toEqual({ login, patientNeeded: true });
    expect((await postJson(server, '/auth/encounters', { login })).status).toBe(400);
    expect((await postJson(server, '/auth/patient', { login, patient: unseen })).status).toBe(400);
    const elsewhere = await clinic.request<Encounter>('POST', 'Encounter', {
      resourceType: 'Encounter',
      status: 'finished',
      class: { code: 'AMB' },
    });
    const unfit = { login, patient, encounter: elsewhere.body.id };
    expect((await postJson(server, '/auth/patient', unfit)).status).toBe(400);
    const chosen = await postJson(server, '/auth/patient', { login, patient });
    expect(chosen.body).toEqual({ login, encounterNeeded: true });
    expect((await postJson(server, '/auth/encounter', { login, encounter: elsewhere.body.id })).status).toBe(400);
    expect((await postJson(server, '/auth/encounters', { login })).body).toEqual({
      encounters: [{ id: encounter, status: 'in-progress', type: 'ambulatory', period: { start: '2026-11-24' } }],
    });
    expect((await postJson(server, '/auth/encounter', { login, encounter: 'unknown' })).status).toBe(400);
    const consent = await postJson(server, '/auth/encounter', { login, encounter });
    expect(consent.body).toMatchObject({ consent: { client: { id: app.id }, scope, offline: false } });
    const done = await postJson(server, '/auth/scope', { login, scope });
    const tokens = await exchangeCode(server, app, done.body.code, first.verifier);
    expect(tokens.body).toMatchObject({ patient, encounter, need_patient_banner: true });
  });

  it('gives no code when the person refuses', async () => {
    const { answer, verifier } = await signInTo(server, maria, app, { scope: 'launch/patient patient/*.rs' });
    const { login } = answer.body;
    expect((await postJson(server, '/auth/deny', { login })).status).toBe(200);
    expect((await postJson(server, '/auth/patient', { login, patient })).status).toBe(400);
    expect((await exchangeCode(server, app, undefined, verifier)).status).toBe(400);
  });
});

describe('S7: launch handles', () => {
  it('have 128 random bits and more, go to the registered address, and name the one FHIR base', async () => {
    const made = await launch();
    expect(made.status).toBe(201);
    expect(String(made.body.launch)).toMatch(/^[0-9a-f]{48}$/);
    const url = new URL(String(made.body.url));
    expect(`${url.origin}${url.pathname}`).toBe(launchUri);
    const discovery = await getJson(server, '/.well-known/smart-configuration');
    expect(url.searchParams.get('iss')).toBe(`${String(discovery.body.issuer)}/fhir/R4`);
    expect(url.searchParams.get('launch')).toBe(made.body.launch);
  });

  it('are not made for apps without a launch address, of other clinics or off, nor for records out of sight', async () => {
    const other = await server.clinic('Elsewhere');
    const bad = [
      await launch({ client: (await smartApp(server, clinic)).id }),
      await launch({ client: (await smartApp(server, other, { launchUri })).id }),
      await launch({ client: (await smartApp(server, clinic, { launchUri, status: 'off' })).id }),
      await launch({ client: 'unknown' }),
      await launch({ patient: unseen }),
      await launch({ patient: 'unknown' }),
    ];
    expect(bad.map(({ status }) => status)).toEqual(Array(6).fill(400));
    expect(JSON.stringify(bad[4]?.body)).toBe(JSON.stringify(bad[5]?.body));
  });

  it('serve once, for five minutes, one app and one person', async () => {
    const used = (await launch()).body.launch;
    expect((await launched(used)).answer.status).toBe(200);
    const stale = (await launch()).body.launch;
    await server.database.query(
      sql`UPDATE resource SET last_updated = now() - interval '5 minutes 1 second' WHERE id = ${stale}`,
    );
    const otherApp = await smartApp(server, clinic, { launchUri });
    const somebody = await personOf(server, clinic, {
      resourceType: 'AccessPolicy',
      resource: [{ resourceType: 'Patient' }, { resourceType: 'SmartAppLaunch' }],
    });
    const refused = [
      await launched(used),
      await launched(stale),
      await launched((await launch()).body.launch, { app: otherApp }),
      await launched((await launch()).body.launch, { person: somebody }),
      await launched('0'.repeat(48)),
    ];
    expect(refused.map(({ answer }) => answer.status)).toEqual(Array(5).fill(400));
    expect(new Set(refused.map(({ answer }) => JSON.stringify(answer.body))).size).toBe(1);
    expect(refused.some(({ answer }) => 'code' in answer.body)).toBe(false);
  });
});

describe('S15: introspection', () => {
  it('tells every field of the context that was given', async () => {
    const made = await launch({ intent: 'order', fhirContext: [{ reference: 'ImagingStudy/i1' }] });
    const tokens = await tokensOf(made.body.launch);
    const credentials = `Basic ${Buffer.from(`${clinic.clientId}:${clinic.clientSecret}`).toString('base64')}`;
    const ask = (value: unknown, headers: Record<string, string> = { authorization: credentials }) =>
      postForm(server, '/oauth2/introspect', { token: String(value) }, headers);
    const { body } = await ask(tokens.body.access_token);
    const {
      access_token: _,
      token_type: __,
      expires_in: ___,
      id_token: ____,
      project,
      profile,
      ...given
    } = tokens.body;
    expect(body).toMatchObject({ active: true, client_id: app.id, ...given });
    expect(body).toMatchObject({ exp: expect.any(Number), iss: expect.any(String), sub: expect.any(String) });
    expect(body.fhirUser).toBe(`${String(body.iss)}/fhir/R4/${maria.profile}`);
    expect([typeof project, typeof profile]).toEqual(['object', 'object']);
    expect((await ask(tokens.body.access_token, {})).status).toBe(401);
    const foreign = await server.clinic('Foreign');
    const theirs = `Basic ${Buffer.from(`${foreign.clientId}:${foreign.clientSecret}`).toString('base64')}`;
    for (const [value, headers] of [
      [tokens.body.access_token, { authorization: theirs }],
      ['rubbish', { authorization: credentials }],
    ] as const) {
      expect((await ask(value, headers)).body).toEqual({ active: false });
    }
  });
});

describe('an app of others that asks for no records', () => {
  it('knows who the person is, and reads nothing else', async () => {
    const tokens = await smartTokens(server, maria, app, { scope: 'openid fhirUser profile' });
    const read = async (path: string) => (await getJson(server, `/fhir/R4/${path}`, bearerOf(tokens))).status;
    expect(await read(maria.profile)).toBe(200);
    expect([await read(`Patient/${patient}`), await read('Patient'), await read('Practitioner')]).toEqual([
      403, 403, 403,
    ]);
    const { id } = await server.house
      .systemRepository(clinic.tenant)
      .createResource<Practitioner>({ resourceType: 'Practitioner' });
    expect(await read(`Practitioner/${id}`)).toBe(404);
  });
});
