/**
 * @see https://hl7.org/fhir/R4/binary.html#rest
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 * @see security.md S76
 */
import { MedplumClient } from '@medplum/core';
import type { AccessPolicy, Binary, Bundle, DocumentReference, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { personOf, signIn, type TestPerson } from './person-testing.ts';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let patient: Patient;
let maria: TestPerson;
let bearer: string;

const BYTES = 'The quick brown fox jumps over the lazy dog';
const RULES = [{ resourceType: 'Patient' }, { resourceType: 'Binary' }, { resourceType: 'DocumentReference' }];
const medplum = { 'x-medplum': 'extended' };
const asMaria = () => ({ authorization: `Bearer ${bearer}`, ...medplum });

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  patient = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body;
  maria = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'staff', resource: RULES });
  bearer = await signIn(server, maria);
});
afterAll(() => server.close());

async function upload(headers: Record<string, string> = {}): Promise<Binary & { readonly id: string }> {
  const sent = { 'content-type': 'text/plain', 'x-security-context': `Patient/${patient.id}`, ...headers };
  const { body, status } = await clinic.request<Binary & { id: string }>('POST', 'Binary', BYTES, sent);
  expect(status).toBe(201);
  return body;
}

/** A chart entry with the Binary as its attachment, as Maria reads it. */
async function linkOf(binary: Binary): Promise<string> {
  const { body: stored } = await clinic.request<DocumentReference>('POST', 'DocumentReference', {
    resourceType: 'DocumentReference',
    status: 'current',
    subject: { reference: `Patient/${patient.id}` },
    content: [{ attachment: { contentType: 'text/plain', url: `Binary/${binary.id}` } }],
  });
  const path = `DocumentReference/${stored.id}`;
  const { body } = await clinic.request<DocumentReference>('GET', path, undefined, asMaria());
  return body.content[0]?.attachment.url ?? '';
}

const follow = (link: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> => {
  const { pathname, search } = new URL(link);
  return fetch(`${server.baseUrl}${pathname}${search}`, { method, headers });
};

describe('ranges of a Binary', () => {
  it('gives the part that is asked for, and says how much there is', async () => {
    const { id } = await upload();
    const whole = await clinic.request('GET', `Binary/${id}`, undefined, { accept: '*/*' });
    expect(whole.text).toBe(BYTES);
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    const part = await clinic.request('GET', `Binary/${id}`, undefined, { accept: '*/*', range: 'bytes=4-8' });
    expect([part.status, part.text]).toEqual([206, 'quick']);
    expect(part.headers.get('content-range')).toBe(`bytes 4-8/${BYTES.length}`);
    expect(part.headers.get('content-length')).toBe('5');
  });

  it('says 416 when nothing lies there', async () => {
    const { id } = await upload();
    const none = await clinic.request<OperationOutcome>('GET', `Binary/${id}`, undefined, {
      accept: '*/*',
      range: 'bytes=900-',
    });
    expect(none.status).toBe(416);
    expect(none.headers.get('content-range')).toBe(`bytes */${BYTES.length}`);
    expect(issuesOf(none.body)[0]?.[0]).toBe('range');
  });

  it('continues a download only while the version is the same', async () => {
    const { id } = await upload();
    const read = (headers: Record<string, string>) =>
      clinic.request('GET', `Binary/${id}`, undefined, { accept: '*/*', range: 'bytes=4-8', ...headers });
    const etag = (await read({})).headers.get('etag') ?? '';
    expect((await read({ 'if-range': etag })).status).toBe(206);
    expect((await read({ 'if-none-match': etag })).status).toBe(304);
    expect((await read({ 'if-modified-since': new Date(Date.now() + 60_000).toUTCString() })).status).toBe(304);
    await clinic.request('PUT', `Binary/${id}`, 'other', {
      'content-type': 'text/plain',
      'x-security-context': `Patient/${patient.id}`,
    });
    const changed = await read({ 'if-range': etag });
    expect([changed.status, changed.text]).toEqual([200, 'other']);
    const first = await clinic.request('GET', `Binary/${id}/_history/1`, undefined, { accept: '*/*' });
    expect([first.text, first.headers.get('etag')]).toEqual([BYTES, etag]);
    const resource = await clinic.request<Binary>('GET', `Binary/${id}?_format=json`, undefined, { accept: '*/*' });
    expect([resource.body.resourceType, resource.body.meta?.versionId]).toEqual(['Binary', '2']);
  });

  it('gives a large document byte by byte, and any large part of it', async () => {
    const text = Array.from({ length: 1_000_001 }, (_, i) => String.fromCharCode(32 + ((i * 31) % 91))).join('');
    const { body } = await clinic.request<Binary>('POST', 'Binary', {
      resourceType: 'Binary',
      contentType: 'text/plain',
      data: Buffer.from(text).toString('base64'),
    });
    const get = (headers = {}) => clinic.request('GET', `Binary/${body.id}`, undefined, { accept: '*/*', ...headers });
    const whole = await get();
    expect([whole.headers.get('content-length'), whole.text === text]).toEqual(['1000001', true]);
    const part = await get({ range: 'bytes=100-700000' });
    expect([part.headers.get('content-length'), part.text === text.slice(100, 700_001)]).toEqual(['699901', true]);
  });

  it('keeps JSON documents byte by byte', async () => {
    const json = '{ "a" : [1.0, 2] }\n';
    const { body } = await clinic.request<Binary>('POST', 'Binary', json, { 'content-type': 'application/json' });
    expect((await clinic.request('GET', `Binary/${body.id}`, undefined, { accept: '*/*' })).text).toBe(json);
  });
});

describe('links to a Binary', () => {
  it('stand in what Medplum clients read and search, and in nothing that others read', async () => {
    const link = await linkOf(await upload());
    expect(link).toMatch(/\/storage\/[^/]+\/1\?Expires=\d+&Key-Pair-Id=[^&]+&Signature=/);
    const path = `DocumentReference?subject=Patient/${patient.id}`;
    const urls = ({ entry = [] }: Bundle<DocumentReference>) =>
      entry.map(({ resource }) => resource?.content[0]?.attachment.url);
    const linked = await clinic.request<Bundle<DocumentReference>>('GET', path, undefined, asMaria());
    const plain = await clinic.request<Bundle<DocumentReference>>('GET', path);
    expect(urls(linked.body).every((url) => url?.includes('/storage/'))).toBe(true);
    expect(urls(plain.body).every((url) => url?.startsWith('Binary/'))).toBe(true);
  });

  it('give the bytes without a token, ranges and HEAD included, and leave an audit entry with the reader', async () => {
    const binary = await upload();
    const link = await linkOf(binary);
    const whole = await follow(link);
    expect([whole.status, await whole.text()]).toEqual([200, BYTES]);
    expect(whole.headers.get('cache-control')).toBe('no-store');
    expect(await (await follow(link, { range: 'bytes=-3' })).text()).toBe('dog');
    expect((await follow(link, {}, 'HEAD')).headers.get('content-length')).toBe(String(BYTES.length));
    expect((await follow(link, {}, 'PUT')).status).toBe(405);
    const entries = await server.database.query<{ agent: string }>({
      text: `SELECT agent FROM audit_entry WHERE type = 'Binary' AND id = $1 AND interaction = 'read'`,
      values: [binary.id],
    });
    expect(entries).toEqual([{ agent: maria.profile }, { agent: maria.profile }, { agent: maria.profile }]);
  });

  it('are bound to the version that was read', async () => {
    const binary = await upload();
    const link = await linkOf(binary);
    await clinic.request('PUT', `Binary/${binary.id}`, 'other', {
      'content-type': 'text/plain',
      'x-security-context': `Patient/${patient.id}`,
    });
    expect(await (await follow(link)).text()).toBe(BYTES);
    expect((await follow(link.replace(`${binary.id}/1`, `${binary.id}/2`))).status).toBe(403);
    await clinic.request('DELETE', `Binary/${binary.id}`);
    expect((await follow(link)).status).toBe(410);
  });

  it('are good for nobody else who shows credentials, and not after they were changed', async () => {
    const link = await linkOf(await upload());
    const others = `Basic ${Buffer.from(`${clinic.clientId}:${clinic.clientSecret}`).toString('base64')}`;
    expect((await follow(link, { authorization: others })).status).toBe(403);
    expect((await follow(link, { authorization: `Bearer ${bearer}` })).status).toBe(200);
    expect((await follow(link.replace('Signature=', 'Signature=A'))).status).toBe(403);
    expect((await follow(`${server.baseUrl}/storage/x/1`)).status).toBe(403);
  });

  it('are not given for a Binary that the reader may not see', async () => {
    const other = (await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' })).body;
    const hidden = await upload({ 'x-security-context': `Patient/${other.id}` });
    const own = { resourceType: 'Patient', criteria: `Patient?_id=${patient.id}` };
    const rules = [own, ...RULES.slice(1)];
    const policy: AccessPolicy = { resourceType: 'AccessPolicy', name: 'narrow', resource: rules };
    const narrow = await signIn(server, await personOf(server, clinic, policy));
    const { body: stored } = await clinic.request<DocumentReference>('POST', 'DocumentReference', {
      resourceType: 'DocumentReference',
      status: 'current',
      content: [{ attachment: { url: `Binary/${hidden.id}` } }],
    });
    const headers = { authorization: `Bearer ${narrow}`, ...medplum };
    const path = `DocumentReference/${stored.id}`;
    const { body } = await clinic.request<DocumentReference>('GET', path, undefined, headers);
    expect(body.content[0]?.attachment.url).toBe(`Binary/${hidden.id}`);
  });

  it('are stored as references again when a Medplum client writes back what it read', async () => {
    const binary = await upload();
    const client = new MedplumClient({ baseUrl: `${server.baseUrl}/` });
    client.setBasicAuth(clinic.clientId, clinic.clientSecret);
    const attachment = await client.createAttachment({ data: BYTES, contentType: 'text/plain', filename: 'a.txt' });
    expect(attachment.url).toContain('/storage/');
    const read = await client.createResource<Patient>({ resourceType: 'Patient', photo: [attachment] });
    const link = await linkOf(binary);
    const written = await client.updateResource<Patient>({ ...read, photo: [...(read.photo ?? []), { url: link }] });
    const { body } = await clinic.request<Patient>('GET', `Patient/${written.id}`);
    expect(body.photo?.map(({ url }) => url?.replace(/[^/]+$/, ''))).toEqual(['Binary/', 'Binary/']);
    expect(body.photo?.[1]?.url).toBe(`Binary/${binary.id}`);
  });

  it('end with the session and with the membership of their holder', async () => {
    const leaver = await personOf(server, clinic, { resourceType: 'AccessPolicy', name: 'leaver', resource: RULES });
    const binary = await upload();
    const linkFor = async (token: string): Promise<string> => {
      const headers = { authorization: `Bearer ${token}`, ...medplum, accept: 'application/fhir+json' };
      const { body } = await clinic.request<Binary & { url?: string }>('POST', 'Binary', BYTES, {
        ...headers,
        'content-type': 'text/plain',
      });
      return body.url ?? '';
    };
    const token = await signIn(server, leaver);
    const bySession = await linkFor(token);
    expect((await follow(bySession)).status).toBe(200);
    await fetch(`${server.baseUrl}/oauth2/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
    expect((await follow(bySession)).status).toBe(403);

    const byMembership = await linkFor(await signIn(server, leaver));
    expect((await follow(byMembership)).status).toBe(200);
    const repository = server.house.systemRepository(clinic.tenant);
    await repository.deleteResource('ProjectMembership', leaver.membership.id);
    expect((await follow(byMembership)).status).toBe(403);
    expect(binary.id).toBeDefined();
  });
});
