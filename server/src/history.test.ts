// https://hl7.org/fhir/R4/http.html#history
import type { Bundle, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
let path: string;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const { body } = await clinic.request<Patient>('POST', 'Patient', { resourceType: 'Patient' });
  path = `Patient/${body.id}`;
  for (const gender of ['female', 'other', 'unknown'] as const) {
    await clinic.request('PUT', path, { ...body, gender });
  }
});
afterAll(() => server.close());

const page = async (query: string) => (await clinic.request<Bundle>('GET', `${path}/_history?${query}`)).body;
const versions = (bundle: Bundle) => bundle.entry?.map((entry) => entry.resource?.meta?.versionId);

describe('the history of a resource', () => {
  it('takes _at as the span that it is written for', async () => {
    const now = new Date().toISOString();
    expect(versions(await page(`_at=${now.slice(0, 4)}`))).toEqual(['4', '3', '2', '1']);
    expect(versions(await page(`_at=${now}`))).toEqual(['4']);
    expect(versions(await page('_at=2020-01'))).toBeUndefined();
  });

  it('leafs by _offset, and goes on from there by its links', async () => {
    const second = await page('_count=1&_offset=1');
    expect(versions(second)).toEqual(['3']);
    const next = second.link?.find((link) => link.relation === 'next')?.url ?? '';
    expect(versions((await clinic.request<Bundle>('GET', next.slice(next.indexOf(path)))).body)).toEqual(['2']);
  });

  it('is empty where no entries are wanted', async () => {
    const none = await page('_count=0');
    expect([none.entry, none.link?.map((link) => link.relation)]).toEqual([undefined, ['self']]);
    expect((await clinic.request('GET', 'Patient/nobody/_history?_count=0')).status).toBe(404);
  });

  it('names a parameter that it does not have, unless asked to be lenient', async () => {
    const refused = await clinic.request<OperationOutcome>('GET', `${path}/_history?nonsense=1`);
    expect([refused.status, refused.body.issue[0]?.details?.text]).toEqual([
      400,
      'A history has no parameter nonsense',
    ]);
    const lenient = await clinic.request('GET', `${path}/_history?nonsense=1`, undefined, {
      Prefer: 'handling=lenient',
    });
    expect(lenient.status).toBe(200);
    expect((await clinic.request('GET', `${path}/_history?_at=ge2026`)).status).toBe(400);
  });
});
