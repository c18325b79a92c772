/**
 * S66: what a search may cost, over a whole server.
 * @see https://hl7.org/fhir/R4/search.html
 */
import type { Bundle, OperationOutcome } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from './database/index.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

let server: TestServer;
let clinic: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  for (let n = 0; n < 3; n++) {
    await clinic.request('PUT', `Patient/p${n}`, {
      resourceType: 'Patient',
      id: `p${n}`,
      name: [{ family: `Fam${n}` }],
    });
  }
});
afterAll(() => server.close());

const repeated = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => text(n)).join('&');

async function refusal(query: string): Promise<string> {
  const { status, body, text } = await clinic.request<OperationOutcome>('GET', query);
  expect(status, text).toBe(400);
  return body.issue[0]?.details?.text ?? '';
}

describe('S66: a search is refused, capped or ended before it costs much', () => {
  test('S66: _count=1e9 is no number, 1000000000 is capped at 1,000', async () => {
    await refusal('Patient?_count=1e9');
    for (const count of ['1000000000', '999999999', '1001']) {
      const { status, body } = await clinic.request<Bundle>('GET', `Patient?_count=${count}`);
      expect(status).toBe(200);
      expect(body.entry).toHaveLength(3);
    }
    expect(await refusal('Patient?_offset=1000001')).toContain('10000');
  });

  test('S66: chains and _has follow three links, not four', async () => {
    const link = 'subject:Patient.link:Patient.link:Patient.';
    expect((await clinic.request('GET', `Observation?${link}family=x`)).status).toBe(200);
    expect(await refusal(`Observation?${link}link:Patient.family=x`)).toContain('3 links');
    const has = '_has:Observation:subject:has-member:Observation.has-member:Observation.has-member:Observation.';
    expect(await refusal(`Patient?${has}status=final`)).toContain('3 links');
  });

  test('S66: 20 includes, not 21', async () => {
    const include = (count: number) => repeated(count, () => '_include=Observation:subject');
    expect((await clinic.request('GET', `Observation?${include(20)}`)).status).toBe(200);
    expect(await refusal(`Observation?${include(21)}`)).toContain('20 includes');
  });

  test('S66: 500 alternatives, not 501', async () => {
    const values = (count: number) => Array.from({ length: count }, (_, n) => `v${n}`).join(',');
    expect((await clinic.request('GET', `Patient?family=${values(500)}`)).status).toBe(200);
    expect(await refusal(`Patient?family=${values(501)}`)).toContain('500 values');
  });

  test.each([
    'Patient?name:contains=a',
    'Patient?_content=a',
    'Patient?family:missing=true',
    'Patient?active:not=true',
  ])('S66: without an index it ends after two seconds with 400, which names the limit: %s', async (query) => {
    expect((await clinic.request('GET', query)).status).toBe(200);
    await server.database.query(sql`CREATE FUNCTION slow_read() RETURNS bool LANGUAGE sql VOLATILE AS
        'SELECT pg_sleep(30) IS NOT NULL'`);
    await server.database.query(sql`CREATE POLICY slow ON resource AS RESTRICTIVE FOR SELECT USING (slow_read())`);
    const started = performance.now();
    const { status, body } = await clinic.request<OperationOutcome>('GET', query);
    const elapsed = performance.now() - started;
    await server.database.query(sql`DROP POLICY slow ON resource`);
    await server.database.query(sql`DROP FUNCTION slow_read()`);
    expect(status).toBe(400);
    expect(body.issue[0]?.code).toBe('too-costly');
    expect(body.issue[0]?.details?.text).toContain('2000 ms');
    expect(elapsed).toBeLessThan(10_000);
  });
});
