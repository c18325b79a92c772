// Bad input of every kind against a whole server: refused with a reason, nothing written, nobody harmed.
import type { CapabilityStatement, CapabilityStatementRestResource, Patient } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from './database/index.ts';
import { type Answered, attack, faultOf } from './fuzzing/attack.ts';
import { badBodies } from './fuzzing/bad-bodies.ts';
import { badBundles } from './fuzzing/bad-bundles.ts';
import { badGraphql, badOperations, badPatches, badSignIns, type OperationShape } from './fuzzing/bad-operations.ts';
import { badHeaders, badPaths } from './fuzzing/bad-paths.ts';
import { badParameters, badSearches } from './fuzzing/bad-queries.ts';
import type { BadRequest } from './fuzzing/bad-request.ts';
import { createRandom, shuffled } from './fuzzing/random.ts';
import { settledHeap } from './fuzzing/settled-heap.ts';
import { wrongElements } from './fuzzing/wrong-elements.ts';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';

/** At least so many. */
const REQUESTS = 20_000;
const PARALLEL = 16;
/** Sent before the memory is measured, so that the caches of statements, types and documents have filled. */
const WARM_UP = 6_000;
/** By how much the memory may differ afterwards. */
const MEMORY_SHARE = 0.1;

let server: TestServer;
let clinic: TestClinic;
let patient: string;
let authorization: string;
let served: readonly CapabilityStatementRestResource[];
let operations: readonly OperationShape[];

beforeAll(async () => {
  server = await startTestServer({ LOG_LEVEL: 'debug', MAX_BODY_BYTES: String(8 * 1024 * 1024) });
  clinic = await server.clinic();
  const person: Patient = { resourceType: 'Patient', name: [{ family: 'Standing' }], gender: 'female' };
  patient = (await clinic.request<Patient>('POST', 'Patient', person)).body.id as string;
  const form = { grant_type: 'client_credentials', client_id: clinic.clientId, client_secret: clinic.clientSecret };
  const answer = await fetch(`${server.baseUrl}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { rest } = (await clinic.request<CapabilityStatement>('GET', 'metadata')).body;
  served = rest?.[0]?.resource ?? [];
  operations = [
    ...(rest?.[0]?.operation ?? []).map(({ name }) => ({ name: `$${name}` })),
    ...served.flatMap(({ type, operation }) => (operation ?? []).map(({ name }) => ({ name: `$${name}`, type }))),
  ];
  authorization = `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
});
afterAll(() => server.close());

/** Everything bad that is known here; the same every time. */
function corpus(): BadRequest[] {
  const random = createRandom(20_261_124);
  const { definitions } = server.house;
  const types = definitions.resourceTypes();
  const fixed: BadRequest[] = [
    ...types.flatMap((name) => {
      const elements = [...(definitions.type(name)?.properties.values() ?? [])];
      return wrongElements(random, { name, elements });
    }),
    ...badBodies(random, 1_200),
    ...badBundles(random, 400),
    ...badPaths(random, 2_500),
    ...badHeaders(random, 1_000),
    ...badPatches(random, patient, 700),
    ...badGraphql(random, 700),
    ...badSignIns(random, 300),
    ...badOperations(
      random,
      operations.filter(({ type }) => type === undefined),
      20,
    ),
    ...badOperations(random, operations, 1),
    ...badSearches(random, types, 2_500),
  ];
  const searches = served.flatMap(({ type, searchParam }) =>
    badParameters(random, { type, parameters: (searchParam ?? []).map(({ name }) => name as string) }, 2),
  );
  return shuffled(random, [...fixed, ...searches]);
}

async function run(requests: readonly BadRequest[]): Promise<{ faults: string[]; taken: Answered[]; times: number[] }> {
  const faults: string[] = [];
  const taken: Answered[] = [];
  const times: number[] = [];
  const target = { port: Number(new URL(server.baseUrl).port), authorization, parallel: PARALLEL };
  await attack(target, requests, (answered) => {
    times.push(answered.ms);
    const fault = faultOf(answered);
    if (fault !== undefined) {
      faults.push(fault);
    }
    if (answered.status > 0 && answered.status < 300 && !['GET', 'HEAD'].includes(answered.request.method)) {
      taken.push(answered);
    }
  });
  return { faults, taken, times };
}

async function countVersions(): Promise<number> {
  const rows = await server.database.query<{ n: string }>(
    sql`SELECT (SELECT count(*) FROM resource) + (SELECT count(*) FROM resource_history) AS n`,
  );
  return Number(rows[0]?.n);
}

describe('S64: bad input', () => {
  it('is refused with a reason, writes nothing, and leaves the server as it was', { timeout: 300_000 }, async () => {
    const requests = corpus();
    expect(requests.length).toBeGreaterThanOrEqual(REQUESTS);
    await run(requests.slice(0, WARM_UP));
    server.log.length = 0;
    const [versions, memory] = [await countVersions(), settledHeap()];
    const { faults, taken, times } = await run(requests);
    expect(faults.slice(0, 20)).toEqual([]);
    expect(server.log.filter((line) => line.includes('request-failed'))).toEqual([]);
    server.log.length = 0;
    const growth = settledHeap() / memory - 1;
    const p99 = times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
    const heap = `heap ${Math.round(memory / 2 ** 20)} MiB ${growth < 0 ? '' : '+'}${(growth * 100).toFixed(1)} %`;
    console.log(`${requests.length} bad requests: p99 ${Math.round(p99)} ms, ${heap}`);
    expect(Math.abs(growth)).toBeLessThan(MEMORY_SHARE);
    expect((await countVersions()) - versions).toBeLessThanOrEqual(taken.length);
    const standing = await clinic.request<Patient>('GET', `Patient/${patient}`);
    expect([standing.status, standing.body.meta?.versionId, standing.body.gender]).toEqual([200, '1', 'female']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('turns red when a handler throws', async () => {
    const { search } = server.house;
    const { forTenant } = search;
    const parse = (): never => {
      throw new TypeError('planted');
    };
    search.forTenant = (tenant) => ({ ...forTenant(tenant), parse });
    const { faults } = await run(corpus().slice(0, 400));
    search.forTenant = forTenant;
    expect(faults.some((fault) => fault.includes(' got 500 '))).toBe(true);
  });
});
