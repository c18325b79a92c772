// https://hl7.org/fhir/R4/search.html#modifiers: a clinic's own value sets and code systems in :in, :not-in, :above, :below
import type { Bundle, CodeSystem, Observation, ValueSet } from '@medplum/fhirtypes';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

const SYSTEM = 'urn:test:mood';
const VALUE_SET = 'urn:test:low-mood';

let server: TestServer;
let clinic: TestClinic;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  const system: CodeSystem = {
    resourceType: 'CodeSystem',
    url: SYSTEM,
    status: 'active',
    content: 'complete',
    concept: [{ code: 'low', concept: [{ code: 'very-low' }] }, { code: 'high' }],
  };
  const valueSet: ValueSet = {
    resourceType: 'ValueSet',
    url: VALUE_SET,
    status: 'active',
    compose: { include: [{ system: SYSTEM, filter: [{ property: 'concept', op: 'is-a', value: 'low' }] }] },
  };
  await clinic.request('POST', 'CodeSystem', system);
  await clinic.request('POST', 'ValueSet', valueSet);
  for (const code of ['low', 'very-low', 'high']) {
    const observation: Observation = {
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: SYSTEM, code }] },
    };
    await clinic.request('POST', 'Observation', observation);
  }
});
afterAll(() => server.close());

const codes = async (query: string): Promise<(string | undefined)[] | undefined> =>
  (await clinic.request<Bundle<Observation>>('GET', `Observation?${query}`)).body.entry
    ?.map(({ resource }) => resource?.code.coding?.[0]?.code)
    .sort();

it('finds by a value set that the clinic wrote', async () => {
  expect(await codes(`code:in=${VALUE_SET}`)).toEqual(['low', 'very-low']);
  expect(await codes(`code:not-in=${VALUE_SET}`)).toEqual(['high']);
});

it('finds above and below a code of a system that the clinic wrote', async () => {
  expect(await codes(`code:below=${SYSTEM}|low`)).toEqual(['low', 'very-low']);
  expect(await codes(`code:above=${SYSTEM}|very-low`)).toEqual(['low', 'very-low']);
});

it('does not know the value set of another clinic', async () => {
  const other = await server.clinic('Other');
  expect((await other.request('GET', `Observation?code:in=${VALUE_SET}`)).status).toBe(400);
});
