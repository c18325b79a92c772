// https://hl7.org/fhir/R4/http.html, RFC 9110
import { connect } from 'node:net';
import type { OperationOutcome, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let url: string;

beforeAll(async () => {
  server = await startTestServer({ MAX_BODY_BYTES: '100000' });
  clinic = await server.clinic();
  url = `Patient/${(await clinic.request<{ id: string }>('POST', 'Patient', { resourceType: 'Patient' })).body.id}`;
});
afterAll(() => server.close());

const keyOf = (outcome: OperationOutcome): string | undefined => issuesOf(outcome)[0]?.[0];
const post = (type: string) =>
  clinic.request<OperationOutcome>('POST', 'Patient', '{"resourceType":"Patient"}', { 'content-type': type });

describe('what is spoken', () => {
  it('is FHIR JSON of R4, by Accept and by _format', async () => {
    const get = (accept: string, query = '') =>
      clinic.request<OperationOutcome>('GET', `${url}${query}`, undefined, { accept });
    const fine = [
      '*/*',
      'application/json',
      'application/fhir+json; fhirVersion=4.0',
      'application/xml;q=0.9, */*;q=0.1',
    ];
    expect(await Promise.all(fine.map(async (accept) => (await get(accept)).status))).toEqual([200, 200, 200, 200]);
    const foreign = [
      'application/fhir+xml',
      'application/fhir+ndjson',
      'application/fhir+json;q=0',
      'application/fhir+json; fhirVersion=3.0',
    ];
    const refused = await Promise.all(foreign.map((accept) => get(accept)));
    expect(refused.map(({ status, body }) => [status, keyOf(body)])).toEqual(
      foreign.map(() => [406, 'not-acceptable']),
    );
    expect((await get('application/fhir+xml', '?_format=json')).status).toBe(200);
    expect((await get('*/*', '?_format=xml')).status).toBe(406);
    expect((await get('application/fhir+xml', '/$everything')).status).toBe(406);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await clinic.request('POST', 'Patient/_search', '_format=xml', form)).status).toBe(406);
  });

  it('is taken in UTF-8 and R4 alone', async () => {
    expect((await post('application/fhir+json; charset=UTF-8; fhirVersion=4.0')).status).toBe(201);
    for (const type of [
      'application/fhir+xml',
      'text/plain',
      'application/json; charset=iso-8859-1',
      'application/json; fhirVersion=5.0',
    ]) {
      expect([type, (await post(type)).status]).toEqual([type, 415]);
    }
    const form = await post('application/x-www-form-urlencoded');
    expect(form.status).toBe(415);
    const merge = { 'content-type': 'application/merge-patch+json' };
    expect((await clinic.request('PATCH', url, { active: true }, merge)).status).toBe(415);
    const search = await clinic.request('POST', 'Patient/_search', '{}', { 'content-type': 'application/json' });
    expect(search.status).toBe(415);
  });

  it('has line breaks where _pretty asks for them', async () => {
    expect((await clinic.request('GET', `${url}?_pretty=true`)).text).toContain('\n  "resourceType": "Patient"');
  });
});

describe('conditions', () => {
  it('of reads and writes take the star', async () => {
    const seen = await clinic.request('GET', url, undefined, { 'if-none-match': '*' });
    expect(seen.status).toBe(304);
    const { body } = await clinic.request<Patient>('GET', url);
    expect((await clinic.request('PUT', url, body, { 'if-match': '*' })).status).toBe(200);
    const absent = { resourceType: 'Patient', id: 'absent' };
    expect((await clinic.request('PUT', 'Patient/absent', absent, { 'if-match': '*' })).status).toBe(412);
  });
});

describe('methods', () => {
  it('are told by 405 and by OPTIONS', async () => {
    const wrong = await clinic.request<OperationOutcome>('POST', url, {});
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'HEAD, GET, PUT, PATCH, DELETE']);
    const options = await clinic.request('OPTIONS', url);
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'HEAD, GET, PUT, PATCH, DELETE']);
    const operation = await clinic.request('DELETE', `${url}/$everything`);
    expect([operation.status, operation.headers.get('allow')]).toEqual([405, 'HEAD, GET, POST']);
    const audit = await clinic.request('DELETE', 'AuditEvent/1');
    expect([audit.status, audit.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('HEAD answers as GET does, without a body', async () => {
    const [head, get] = [await clinic.request('HEAD', url), await clinic.request('GET', url)];
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', get.headers.get('etag')]);
    expect(head.headers.get('content-length')).toBe(String(get.text.length));
    const everything = await clinic.request('HEAD', `${url}/$everything`);
    expect([everything.status, everything.text]).toEqual([200, '']);
  });

  it('PUT with If-None-Match: * only creates', async () => {
    const { body } = await clinic.request<Patient>('GET', url);
    const only = { 'if-none-match': '*' };
    const refused = await clinic.request<OperationOutcome>('PUT', url, { ...body, active: true }, only);
    expect([refused.status, keyOf(refused.body)]).toEqual([412, 'already-there']);
    const created = { resourceType: 'Patient', id: 'only-once' };
    expect((await clinic.request('PUT', 'Patient/only-once', created, only)).status).toBe(201);
    expect((await clinic.request('PUT', 'Patient/only-once', created, only)).status).toBe(412);
  });
});

describe('a refusal', () => {
  it('says what was found where there is no such URL or operation', async () => {
    const asked = ['Dragon', 'a/b/c/d/e', `${url}/$dragon`, '$everything'];
    const answers = await Promise.all(asked.map((path) => clinic.request<OperationOutcome>('GET', path)));
    expect(answers.map(({ status, body }) => [status, keyOf(body)])).toEqual([
      [404, 'unknown-resource-type'],
      [404, 'unknown-url'],
      [404, 'unknown-operation'],
      [404, 'unknown-operation'],
    ]);
    expect(answers[3]?.body.issue[0]?.details?.text).toContain('an instance of Patient');
  });
});

describe('what Medplum has and this server has not', () => {
  it('is refused by name, with what there is in its place', async () => {
    const doors = ['admin/super/reindex', 'email/v1/send', 'keyvalue/v1/a', 'auth/google', 'cds-services/x', 'mcp'];
    for (const door of doors) {
      const answer = await fetch(`${server.baseUrl}/${door}`, { method: 'POST' });
      const outcome = (await answer.json()) as OperationOutcome;
      expect([door, answer.status, keyOf(outcome)]).toEqual([door, 404, 'not-offered']);
    }
  });
});

describe('$versions', () => {
  const url = () => `${server.baseUrl}/fhir/R4/$versions`;

  it('names the version of FHIR to everybody, as Parameters or as plain JSON', async () => {
    expect(await (await fetch(url())).json()).toMatchObject({ resourceType: 'Parameters' });
    const json = { accept: 'application/json' };
    const plain = { versions: ['4.0'], default: '4.0' };
    expect(await (await fetch(url(), { headers: json })).json()).toEqual(plain);
    expect((await clinic.request('GET', '$versions', undefined, json)).body).toEqual(plain);
    expect((await clinic.request('GET', '$versions')).body).toMatchObject({ resourceType: 'Parameters' });
  });
});

describe('every answer', () => {
  it('carries the headers of safety, https where the server is reached by it', async () => {
    for (const path of ['/fhir/R4/metadata', '/healthcheck', '/auth/nothing', '/fhir/R4/Patient']) {
      const { headers } = await fetch(`${server.baseUrl}${path}`);
      expect([path, headers.get('x-content-type-options'), headers.get('referrer-policy')]).toEqual([
        path,
        'nosniff',
        'no-referrer',
      ]);
      expect([path, headers.get('content-security-policy')]).toEqual([
        path,
        "default-src 'none'; frame-ancestors 'none'",
      ]);
      expect(headers.get('strict-transport-security')).toBeNull();
    }
  });
});

/** Sends a head and chunks that never end; gives what came back once the server has hung up. */
function uploadWithoutEnd(head: string, chunks: number): Promise<string> {
  const socket = connect(Number(new URL(server.baseUrl).port), '127.0.0.1');
  const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
  let answer = '';
  socket.on('data', (data) => {
    answer += data.toString();
  });
  socket.on('error', () => undefined);
  socket.write(`${head}Host: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
  socket.write(chunk.repeat(chunks));
  return new Promise((resolve) => {
    socket.once('close', () => resolve(answer));
  });
}

describe('an upload that is refused before its end', () => {
  it('is answered, and its connection ended', async () => {
    const key = Buffer.from(`${clinic.clientId}:${clinic.clientSecret}`).toString('base64');
    const large = await uploadWithoutEnd(`POST /fhir/R4/Patient HTTP/1.1\r\nAuthorization: Basic ${key}\r\n`, 4);
    expect(large).toMatch(/^HTTP\/1\.1 413 /);
    expect(large).toContain('Connection: close');
    expect(large).toContain('"code":"body-size"');
    expect(await uploadWithoutEnd('POST /fhir/R4/Patient HTTP/1.1\r\n', 1)).toMatch(/^HTTP\/1\.1 401 /);
    expect(await uploadWithoutEnd('POST /auth/login HTTP/1.1\r\n', 40)).toMatch(/^HTTP\/1\.1 413 /);
  });
});
