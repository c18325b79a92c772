import { setTimeout } from 'node:timers/promises';
import type { AccessPolicy, ClientApplication, OperationOutcome } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issuesOf, startTestServer, type TestClinic, type TestServer } from '../../testing.ts';
import { addMember } from '../../testing-member.ts';
import { below, finished, type ListedFile, linesOf } from '../testing.ts';

// https://hl7.org/fhir/uv/bulkdata/STU2/export.html

let server: TestServer;
let clinic: TestClinic;
let other: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Exporting');
  other = await server.clinic('Other');
});
afterAll(() => server.close());

async function lines(files: readonly ListedFile[]): Promise<Record<string, unknown>[]> {
  return (await linesOf(files, clinic)).map((text) => JSON.parse(text) as Record<string, unknown>);
}

async function put(type: string, id: string, rest: object, by = clinic): Promise<void> {
  const answer = await by.request('PUT', `${type}/${id}`, { resourceType: type, id, ...rest });
  expect([200, 201], answer.text).toContain(answer.status);
}

const observation = (patient: string) => ({
  status: 'final',
  code: { text: 'x' },
  subject: { reference: `Patient/${patient}` },
});

describe('$export', () => {
  test('system: everything of this clinic and nothing of another, one type per file', async () => {
    await put('Patient', 'p1', { name: [{ family: 'One' }] });
    await put('Patient', 'p2', { name: [{ family: 'Two' }] });
    await put('Organization', 'o1', { name: 'House' });
    await put('Observation', 'ob1', observation('p1'));
    await put('Patient', 'foreign', { name: [{ family: 'Foreign' }] }, other);
    const manifest = await finished(
      await clinic.request('GET', '$export', undefined, { prefer: 'respond-async' }),
      clinic,
    );
    expect(manifest.requiresAccessToken).toBe(true);
    expect(manifest.request).toMatch(/\/fhir\/R4\/\$export$/);
    expect(manifest.error).toEqual([]);
    const types = manifest.output.map((file) => file.type);
    expect(types).toContain('Organization');
    expect(types).not.toContain('ClientApplication');
    for (const file of manifest.output) {
      const found = await lines([file]);
      expect(new Set(found.map((line) => line.resourceType))).toEqual(new Set([file.type]));
    }
    const patients = await lines(manifest.output.filter((file) => file.type === 'Patient'));
    expect(patients.map((line) => line.id).sort()).toEqual(['p1', 'p2']);
  });

  test('Patient level leaves out what is in no compartment; patient names whose', async () => {
    const manifest = await finished(await clinic.request('GET', 'Patient/$export'), clinic);
    expect(manifest.output.map((file) => file.type).sort()).toEqual(['Observation', 'Patient']);
    const one = await finished(await clinic.request('GET', 'Patient/$export?patient=Patient/p2'), clinic);
    expect((await lines(one.output)).map((line) => line.id)).toEqual(['p2']);
  });

  test('Group level: members only; a Group of another clinic is 404', async () => {
    await put('Group', 'g1', { type: 'person', actual: true, member: [{ entity: { reference: 'Patient/p1' } }] });
    const manifest = await finished(await clinic.request('GET', 'Group/g1/$export'), clinic);
    expect((await lines(manifest.output)).map((line) => line.id).sort()).toEqual(['g1', 'ob1', 'p1']);
    expect((await other.request('GET', 'Group/g1/$export')).status).toBe(404);
  });

  test('_type, _typeFilter, _elements and POST', async () => {
    await put('Observation', 'ob2', { ...observation('p1'), status: 'amended' });
    const manifest = await finished(
      await clinic.request('POST', '$export', {
        resourceType: 'Parameters',
        parameter: [
          { name: '_type', valueString: 'Patient,Observation' },
          { name: '_typeFilter', valueString: 'Observation?status=amended' },
          { name: '_elements', valueString: 'Patient.name' },
          { name: '_outputFormat', valueString: 'ndjson' },
        ],
      }),
      clinic,
    );
    const all = await lines(manifest.output);
    expect(all.filter((line) => line.resourceType === 'Observation').map((line) => line.id)).toEqual(['ob2']);
    const patient = all.find((line) => line.id === 'p1');
    expect(Object.keys(patient ?? {}).sort()).toEqual(['id', 'meta', 'name', 'resourceType']);
    expect(patient).toMatchObject({ meta: { tag: [{ code: 'SUBSETTED' }] } });
  });

  test('_since gives what changed, and what was deleted', async () => {
    const since = new Date().toISOString();
    await setTimeout(5);
    await put('Patient', 'p3', { name: [{ family: 'Three' }] });
    await clinic.request('DELETE', 'Observation/ob2');
    const manifest = await finished(
      await clinic.request('GET', `Patient/$export?_since=${encodeURIComponent(since)}`),
      clinic,
    );
    expect((await lines(manifest.output)).map((line) => line.id)).toEqual(['p3']);
    expect(await lines(manifest.deleted)).toMatchObject([
      { type: 'transaction', entry: [{ request: { method: 'DELETE', url: 'Observation/ob2' } }] },
    ]);
  });

  test('the state at the transaction time, whatever is written meanwhile', async () => {
    const kickOff = await clinic.request<OperationOutcome>('GET', '$export?_type=Patient');
    await put('Patient', 'p1', { name: [{ family: 'Later' }] });
    await put('Patient', 'p9', { name: [{ family: 'After' }] });
    await clinic.request('DELETE', 'Patient/p2');
    const manifest = await finished(kickOff, clinic);
    const found = await lines(manifest.output);
    expect(found.map((line) => line.id).sort()).toEqual(['p1', 'p2', 'p3']);
    expect(found.find((line) => line.id === 'p1')).toMatchObject({ name: [{ family: 'One' }] });
  });

  test('refuses what it does not know; lenient notes it in an error file', async () => {
    const refused = await clinic.request<OperationOutcome>('GET', '$export?_type=Patient&flavour=x');
    expect(refused.status).toBe(400);
    expect(issuesOf(refused.body)).toEqual([['export-parameter', 'flavour']]);
    for (const query of [
      '_outputFormat=csv',
      '_type=Nonsense',
      '_type=ClientApplication',
      '_since=yesterday',
      '_typeFilter=Patient?x=1',
    ]) {
      expect((await clinic.request('GET', `$export?${query}`)).status, query).toBe(400);
    }
    const lenient = { prefer: 'respond-async, handling=lenient' };
    const manifest = await finished(
      await clinic.request('GET', '$export?_type=Patient&flavour=x', undefined, lenient),
      clinic,
    );
    expect(await lines(manifest.error)).toMatchObject([{ resourceType: 'OperationOutcome' }]);
    expect(manifest.output).toHaveLength(1);
  });

  test('exists for its client alone; DELETE lets it go', async () => {
    const kickOff = await clinic.request<OperationOutcome>('GET', '$export?_type=Patient');
    const status = below(kickOff.headers.get('content-location'));
    const second = await clinic.request('GET', '$export?_type=Patient');
    expect(second.status).toBe(429);
    expect(second.headers.get('retry-after')).toBeTruthy();
    const manifest = await finished(kickOff, clinic);
    const file = below(manifest.output[0]?.url ?? null);
    expect((await other.request('GET', status)).status).toBe(404);
    expect((await other.request('GET', file)).status).toBe(404);
    expect((await other.request('DELETE', status)).status).toBe(404);
    expect((await fetch(`${server.baseUrl}/fhir/R4/${file}`)).status).toBe(401);
    expect((await fetch(`${server.baseUrl}/fhir/R4/${status}`)).status).toBe(401);
    expect((await clinic.request('DELETE', status)).status).toBe(202);
    const after = await clinic.request<OperationOutcome>('GET', status);
    expect(after.status).toBe(404);
    expect(after.body.resourceType).toBe('OperationOutcome');
    expect((await clinic.request('GET', file)).status).toBe(404);
  });

  test('asking too often is 429 with Retry-After', async () => {
    const kickOff = await clinic.request<OperationOutcome>('GET', '$export?_type=Patient');
    const status = below(kickOff.headers.get('content-location'));
    const answers = await Promise.all(Array.from({ length: 20 }, () => clinic.request('GET', status)));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.headers.get('retry-after')).toBe('10');
    await clinic.request('DELETE', status);
  });

  test('the audit of a download names the patients of the file', async () => {
    const manifest = await finished(await clinic.request('GET', 'Patient/$export?_type=Observation'), clinic);
    await lines(manifest.output);
    const [entry] = await server.database.query<{ entries: number; patient: string; interaction: string }>({
      text: `SELECT interaction, entries, patient FROM audit_entry WHERE interaction = '$job-file' ORDER BY seq DESC LIMIT 1`,
      values: [],
    });
    expect(entry).toEqual({ interaction: '$job-file', entries: 1, patient: 'p1' });
  });

  test('files made under other rights are not given out', async () => {
    const member = await addMember(server, clinic, [{ resourceType: 'Patient' }, { resourceType: 'Observation' }]);
    const kickOff = await member.request('GET', 'Patient/$export?_type=Patient,Observation');
    const manifest = await finished(kickOff, { ...clinic, request: member.request });
    const file = below(manifest.output[0]?.url ?? null);
    expect((await member.request('GET', file)).status).toBe(200);
    const repository = server.house.systemRepository(clinic.tenant);
    const policy = await repository.readResource<AccessPolicy>('AccessPolicy', member.policyId);
    await repository.updateResource<AccessPolicy>({ ...policy, resource: [{ resourceType: 'Patient' }] });
    const refused = await member.request<OperationOutcome>('GET', file);
    expect([refused.status, issuesOf(refused.body)[0]?.[0]]).toEqual([403, 'job-rights-changed']);
  });

  test('a job whose client has been switched off stops', async () => {
    const member = await addMember(server, clinic, [{ resourceType: 'Patient' }]);
    const query = (text: string, values: unknown[] = []) => server.database.query({ text, values });
    await query(`ALTER TABLE job ALTER COLUMN not_before SET DEFAULT now() + interval '1 hour'`);
    const kickOff = await member.request('GET', 'Patient/$export?_type=Patient');
    const id = below(kickOff.headers.get('content-location')).split('/').at(-1);
    await query('ALTER TABLE job ALTER COLUMN not_before SET DEFAULT now()');
    const repository = server.house.systemRepository(clinic.tenant);
    const client = await repository.readResource<ClientApplication>('ClientApplication', member.clientId);
    await repository.updateResource<ClientApplication>({ ...client, status: 'off' });
    await query('UPDATE job SET not_before = now() WHERE id = $1', [id]);
    const stateOf = async (): Promise<{ state: string; failure: OperationOutcome } | undefined> => {
      const text = 'SELECT state, failure FROM job WHERE id = $1';
      return (await server.database.query<{ state: string; failure: OperationOutcome }>({ text, values: [id] }))[0];
    };
    while ((await stateOf())?.state !== 'failed') {
      expect((await stateOf())?.state).not.toBe('completed');
      await setTimeout(100);
    }
    expect(issuesOf((await stateOf())?.failure as OperationOutcome)[0]?.[0]).toBe('job-rights-ended');
  });
});
