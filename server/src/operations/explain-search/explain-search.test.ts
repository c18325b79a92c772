import type { OperationOutcome, Parameters, Practitioner } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from '../../testing.ts';
import { addMember } from '../../testing-member.ts';

let server: TestServer;
let clinic: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
});
afterAll(() => server.close());

const partsOf = ({ parameter }: Parameters, at: number) => parameter?.[at]?.part ?? [];

describe('$explain-search', () => {
  it('names the walk, the index and the cost of a search on a type, and carries no value', async () => {
    const { status, body, text } = await clinic.request<Parameters>('GET', 'Patient/$explain-search?name=Zebrowski');
    expect(status, text).toBe(200);
    const names = new Set(partsOf(body, 0).map(({ name }) => name));
    expect([...names]).toEqual(expect.arrayContaining(['type', 'walk', 'index', 'cost', 'sql', 'plan']));
    const sql = partsOf(body, 0).find(({ name }) => name === 'sql')?.valueString;
    expect(sql).toContain('SELECT');
    expect(sql).not.toContain('ebrowski');
  });

  it('says of a shape without an index what has none, how long it may run, and what would help', async () => {
    const unserved = async (query: string) => {
      const { body } = await clinic.request<Parameters>('GET', `Patient/$explain-search?${query}`);
      return Object.fromEntries(partsOf(body, 0).map((part) => [part.name, part.valueString ?? part.valueInteger]));
    };
    const contains = await unserved('name:contains=ebr&birthdate:missing=true');
    expect(contains['budget-ms']).toBe(2000);
    expect(contains.unindexed).toContain('missing');
    expect(contains.hint).toContain('patient');
    expect((await unserved('_content=x')).unindexed).toContain('_content');
    const served = await unserved('identifier=1');
    expect([served.unindexed, served.hint, served['budget-ms']]).toEqual([undefined, undefined, 2000]);
  });

  it('explains a search on the system by type', async () => {
    const path = '$explain-search?_type=Patient,Observation&_lastUpdated=gt2020';
    const { body } = await clinic.request<Parameters>('GET', path);
    expect(body.parameter?.map((_, at) => partsOf(body, at)[0]?.valueCode).sort()).toEqual(['Observation', 'Patient']);
  });

  it('refuses a search that is not understood', async () => {
    const { status } = await clinic.request<OperationOutcome>('GET', 'Patient/$explain-search?nonsense=1');
    expect(status).toBe(400);
    const deep = 'subject:Patient.link:Patient.link:Patient.link:Patient.family=x';
    const refused = await clinic.request<OperationOutcome>('GET', `Observation/$explain-search?${deep}`);
    expect(refused.body.issue[0]?.details?.text).toContain('at most 3 links');
  });

  it('refuses those who are no administrators', async () => {
    const { body } = await clinic.request<Practitioner>('POST', 'Practitioner', { resourceType: 'Practitioner' });
    const profile = { reference: `Practitioner/${body.id}` };
    const nurse = await addMember(server, clinic, [{ resourceType: 'Patient' }], { profile });
    expect((await nurse.request('GET', 'Patient')).status).toBe(200);
    expect((await nurse.request('GET', 'Patient/$explain-search?name=x')).status).toBe(403);
  });
});
