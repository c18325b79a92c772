import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OperationOutcome, Resource } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from '../../testing.ts';
import { finished, type ListedFile, linesOf } from '../testing.ts';

// https://github.com/smart-on-fhir/bulk-import/blob/master/import.md

let server: TestServer;
let from: TestClinic;
let into: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  from = await server.clinic('From');
  into = await server.clinic('Into');
});
afterAll(() => server.close());

const NDJSON = { 'content-type': 'application/fhir+ndjson' };
const PATIENTS = 60;
const PER_PATIENT = 20;

/** A chart like those of a generator: references, decimals, extensions, accounts, text beyond ASCII. */
function* chart(): Generator<Resource> {
  yield { resourceType: 'Organization', id: 'org', name: 'Haus Zürich', active: true };
  for (let p = 0; p < PATIENTS; p++) {
    const subject = { reference: `Patient/p${p}` };
    yield {
      resourceType: 'Patient',
      id: `p${p}`,
      meta: { accounts: [{ reference: 'Organization/org' }] },
      extension: [{ url: 'http://example.org/e', valueDecimal: 0.1 + p }],
      identifier: [{ system: 'http://example.org/mrn', value: `M${p}` }],
      name: [{ family: `Überlingen-${p}`, given: ['Ana', 'Ζωή'] }],
      birthDate: `19${10 + (p % 80)}-01-0${1 + (p % 9)}`,
    };
    for (let n = 0; n < PER_PATIENT; n++) {
      yield {
        resourceType: 'Observation',
        id: `ob-${p}-${n}`,
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }], text: '"quoted" \\ and \u2028' },
        subject,
        effectiveDateTime: `2026-01-01T0${n % 10}:00:00.123Z`,
        valueQuantity: { value: 120.5 + n, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' },
      };
    }
  }
}

/** One hash over all resources, in which only what the server stamps on a version does not count. */
function contentHash(lines: readonly string[]): string {
  const plain = lines.map((line) => {
    const { meta, ...resource } = JSON.parse(line) as Resource;
    const { versionId: _, lastUpdated: __, ...kept } = meta ?? {};
    return JSON.stringify({ ...resource, meta: kept });
  });
  return createHash('sha256').update(plain.sort().join('\n')).digest('hex');
}

async function exported(clinic: TestClinic): Promise<string[]> {
  const types = '_type=Organization,Patient,Observation';
  const manifest = await finished(await clinic.request('GET', `$export?${types}`), clinic);
  return linesOf(manifest.output, clinic);
}

async function outcomes(files: readonly ListedFile[], clinic: TestClinic): Promise<(string | undefined)[]> {
  const lines = await linesOf(files, clinic);
  return lines.map((line) => (JSON.parse(line) as OperationOutcome).issue[0]?.details?.text);
}

describe('$import', () => {
  test('what was exported comes back equal in an empty project', async () => {
    const written = [...chart()];
    const first = written.map((resource) => `${JSON.stringify(resource)}\n`).join('');
    const manifest = await finished(await from.request('POST', '$import', first, NDJSON), from);
    expect(await outcomes(manifest.error, from)).toEqual([]);
    expect(await outcomes(manifest.output, from)).toEqual([
      `${written.length} created, 0 updated, 0 unchanged, 0 refused`,
    ]);
    const out = await exported(from);
    expect(out).toHaveLength(written.length);
    expect(contentHash(out)).toBe(contentHash(written.map((resource) => JSON.stringify(resource))));
    await finished(await into.request('POST', '$import', `${out.join('\n')}\n`, NDJSON), into);
    const back = await exported(into);
    expect(contentHash(back)).toBe(contentHash(out));
    const again = await finished(await into.request('POST', '$import', out.join('\n'), NDJSON), into);
    expect(await outcomes(again.output, into)).toEqual([
      `0 created, 0 updated, ${written.length} unchanged, 0 refused`,
    ]);
  });

  test('names each refused line and keeps the others', async () => {
    const lines = [
      '{"resourceType":"Patient","id":"good-1"}',
      '{"resourceType":"Patient","id":',
      '',
      '{"resourceType":"Patient","id":"bad","birthDate":"soon"}',
      '{"resourceType":"ClientApplication","id":"c"}',
      '{"resourceType":"Patient","id":"good-2"}',
      '{"resourceType":"Patient"}',
    ];
    const manifest = await finished(await into.request('POST', '$import', lines.join('\n'), NDJSON), into);
    const texts = await outcomes(manifest.error, into);
    expect(texts.map((text) => /line \d+/.exec(text ?? '')?.[0]).sort()).toEqual(['line 2', 'line 4', 'line 5']);
    expect(await outcomes(manifest.output, into)).toEqual(['3 created, 0 updated, 0 unchanged, 3 refused']);
    expect((await into.request('GET', 'Patient/good-2')).status).toBe(200);
    expect((await into.request('GET', 'Patient/bad')).status).toBe(404);
  });

  test('takes inline files and allowed addresses, without our credentials', async () => {
    const seen: IncomingHttpHeaders[] = [];
    const source = createServer((request, response) => {
      seen.push(request.headers);
      response.end('{"resourceType":"Patient","id":"fetched"}\n');
    });
    await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(source.address() as AddressInfo).port}/patients.ndjson`;
    const data = Buffer.from('{"resourceType":"Patient","id":"inline"}').toString('base64');
    const content = { resourceType: 'Binary', contentType: 'application/fhir+ndjson', data };
    const input = (part: object[]) => ({ name: 'input', part: [{ name: 'type', valueCode: 'Patient' }, ...part] });
    const body = {
      resourceType: 'Parameters',
      parameter: [input([{ name: 'content', resource: content }]), input([{ name: 'url', valueUrl: url }])],
    };
    const manifest = await finished(await into.request('POST', '$import', body), into);
    source.close();
    expect(await outcomes(manifest.output, into)).toEqual(['2 created, 0 updated, 0 unchanged, 0 refused']);
    expect((await into.request('GET', 'Patient/fetched')).status).toBe(200);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.authorization).toBeUndefined();
  });

  test('refuses addresses that are not allowed, wrong bodies, and callers who may not choose ids', async () => {
    for (const url of [
      'https://example.com/x',
      'http://10.0.0.1/x',
      'http://127.0.0.1@example.com/',
      'file:///etc/passwd',
    ]) {
      const parameter = [{ name: 'input', part: [{ name: 'url', valueUrl: url }] }];
      expect((await into.request('POST', '$import', { resourceType: 'Parameters', parameter })).status, url).toBe(400);
    }
    expect((await into.request('POST', '$import', 'a,b', { 'content-type': 'text/csv' })).status).toBe(415);
    expect((await into.request('POST', '$import', {})).status).toBe(400);
    expect((await into.request('GET', '$import')).status).toBe(405);
    const policy = await into.request<Resource>('POST', 'AccessPolicy', {
      resourceType: 'AccessPolicy',
      name: 'all',
      resource: [{ resourceType: '*' }],
    });
    const limited = await limitedClient(`AccessPolicy/${policy.body.id}`);
    expect((await limited('$import', '{"resourceType":"Patient","id":"x"}')).status).toBe(403);
  });
});

/** A client of the clinic that a policy limits. */
async function limitedClient(policy: string): Promise<(path: string, body: string) => Promise<Response>> {
  const repository = server.house.systemRepository(into.tenant);
  const client = await repository.createResource({
    resourceType: 'ClientApplication',
    name: 'limited',
    secret: 's3cret',
  });
  const reference = { reference: `ClientApplication/${client.id}` };
  await repository.createResource({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${into.projectId}` },
    user: reference,
    profile: reference,
    accessPolicy: { reference: policy },
  });
  const authorization = `Basic ${Buffer.from(`${client.id}:s3cret`).toString('base64')}`;
  return (path, body) =>
    fetch(`${server.baseUrl}/fhir/R4/${path}`, { method: 'POST', headers: { authorization, ...NDJSON }, body });
}
