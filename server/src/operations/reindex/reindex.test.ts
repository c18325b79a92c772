import type { Bundle, OperationOutcome } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from '../../testing.ts';
import { finished, linesOf } from '../testing.ts';

let server: TestServer;
let clinic: TestClinic;
let other: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  other = await server.clinic('Other');
});
afterAll(() => server.close());

async function found(query: string, by = clinic): Promise<(string | undefined)[]> {
  const { body } = await by.request<Bundle>('GET', query);
  return (body.entry ?? []).map((entry) => entry.resource?.id);
}

async function summaryOf(kickOff: Parameters<typeof finished>[0]): Promise<string | undefined> {
  const manifest = await finished(kickOff, clinic);
  const [line = ''] = await linesOf(manifest.output, clinic);
  return (JSON.parse(line) as OperationOutcome).issue[0]?.details?.text;
}

test('puts right what is missing or wrong in the index, and nothing else', async () => {
  for (const by of [clinic, other]) {
    for (const [id, family] of [
      ['a', 'Alder'],
      ['b', 'Birch'],
    ]) {
      const body = { resourceType: 'Patient', id, name: [{ family }], gender: 'other', birthDate: '1990-01-01' };
      expect((await by.request('PUT', `Patient/${id}`, body)).status).toBe(201);
    }
  }
  await clinic.request('DELETE', 'Patient/b');
  const sql = (text: string) => server.database.query({ text, values: [clinic.tenant] });
  await sql(`DELETE FROM index_token WHERE tenant = $1 AND code = 'other'`);
  await sql(`UPDATE index_string SET value = 'oak', exact = 'Oak' WHERE tenant = $1 AND value = 'alder'`);
  await sql(`INSERT INTO index_date (tenant, rid, param, low, high) SELECT $1, r.rid, i.param, 0, 1 FROM resource r, index_date i
    WHERE r.tenant = $1 AND r.id = 'b' AND i.tenant = $1 GROUP BY r.rid, i.param`);
  expect(await found('Patient?gender=other')).toEqual([]);
  expect(await found('Patient?family=oak')).toEqual(['a']);
  expect(await summaryOf(await clinic.request('POST', 'Patient/$reindex'))).not.toContain(' 0 removed');
  expect(await found('Patient?gender=other')).toEqual(['a']);
  expect(await found('Patient?family=oak')).toEqual([]);
  expect(await found('Patient?family=alder')).toEqual(['a']);
  expect(await summaryOf(await clinic.request('POST', '$reindex?type=Patient'))).toBe(
    '2 resources, 0 rows added, 0 removed',
  );
  expect((await found('Patient?gender=other', other)).sort()).toEqual(['a', 'b']);
});

test('every type of a clinic: what writes left needs no repair', async () => {
  const outcome = await summaryOf(await clinic.request('POST', '$reindex'));
  expect(outcome).toContain('0 rows added, 0 removed');
});

test('refuses unknown types', async () => {
  expect((await clinic.request('POST', '$reindex?type=Nonsense')).status).toBe(400);
  expect((await clinic.request('POST', '$reindex?flavour=x')).status).toBe(400);
});
