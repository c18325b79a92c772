/** @see https://github.com/vermonster/fhir-kit-client */
import { Client } from 'fhir-kit-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from '../../server/src/testing.ts';

let server: TestServer;
let clinic: TestClinic;
let client: Client;

beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic('Conformance');
  client = new Client({ baseUrl: `${server.baseUrl}/fhir/R4` });
  const { clientId, clientSecret } = clinic;
  const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const answer = await fetch(`${server.baseUrl}/oauth2/token`, { method: 'POST', body: new URLSearchParams(fields) });
  client.bearerToken = ((await answer.json()) as { access_token: string }).access_token;
});
afterAll(() => server.close());

/** The parts of an answer that are looked at. */
interface Answer {
  readonly id?: string;
  readonly gender?: string;
  readonly total?: number;
  readonly entry?: readonly { readonly resource?: { readonly id?: string; readonly gender?: string } }[];
  readonly link?: readonly { readonly relation: string }[];
}
const answered = (resource: unknown): Answer => resource as Answer;
const patient = { resourceType: 'Patient', gender: 'female', name: [{ family: 'Kit' }] } as const;

describe('fhir-kit-client, unchanged', () => {
  it('reads the capabilities and the SMART endpoints', async () => {
    expect(await client.capabilityStatement()).toMatchObject({ fhirVersion: '4.0.1' });
    const { tokenUrl, authorizeUrl } = await client.smartAuthMetadata();
    expect([tokenUrl?.pathname, authorizeUrl?.pathname]).toEqual(['/oauth2/token', '/oauth2/authorize']);
  });

  it('creates, reads, updates, patches, deletes, and reads history', async () => {
    const { id = '' } = answered(await client.create({ resourceType: 'Patient', body: patient }));
    expect(answered(await client.read({ resourceType: 'Patient', id })).gender).toBe('female');
    await client.update({ resourceType: 'Patient', id, body: { ...patient, id, gender: 'other' } });
    const jsonPatch = [{ op: 'replace' as const, path: '/gender', value: 'unknown' }];
    await client.patch({ resourceType: 'Patient', id, jsonPatch });
    expect(answered(await client.vread({ resourceType: 'Patient', id, version: '2' })).gender).toBe('other');
    const history = answered(await client.history({ resourceType: 'Patient', id }));
    expect(history.entry?.map(({ resource }) => resource?.gender)).toEqual(['unknown', 'other', 'female']);
    await client.delete({ resourceType: 'Patient', id });
    await expect(client.read({ resourceType: 'Patient', id })).rejects.toMatchObject({ response: { status: 410 } });
  });

  it('searches by GET and POST, in a compartment, and follows pages', async () => {
    for (const family of ['One', 'Two', 'Three']) {
      await client.create({ resourceType: 'Patient', body: { ...patient, name: [{ family, given: ['Paged'] }] } });
    }
    const searchParams = { given: 'Paged', _count: 2, _total: 'accurate' };
    const first = await client.search({ resourceType: 'Patient', searchParams });
    expect([answered(first).total, answered(first).entry?.length]).toEqual([3, 2]);
    const second = await client.nextPage({ bundle: first as never });
    expect(answered(second).entry).toHaveLength(1);
    const posted = await client.search({ resourceType: 'Patient', searchParams, options: { postSearch: true } });
    expect(answered(posted).total).toBe(3);
    const id = answered(first).entry?.[0]?.resource?.id ?? '';
    const compartment = { resourceType: 'Patient', id };
    expect(answered(await client.compartmentSearch({ resourceType: 'Observation', compartment })).entry ?? []).toEqual(
      [],
    );
  });

  it('searches the system, reads its histories, and resolves references', async () => {
    const { id = '' } = answered(await client.create({ resourceType: 'Patient', body: patient }));
    const searchParams = { _type: 'Patient', _count: 1 };
    for (const options of [{}, { postSearch: true }]) {
      expect(answered(await client.systemSearch({ searchParams, options })).entry).toHaveLength(1);
    }
    expect(answered(await client.systemHistory()).entry?.[0]?.resource?.id).toBe(id);
    expect(answered(await client.typeHistory({ resourceType: 'Patient' })).entry?.[0]?.resource?.id).toBe(id);
    for (const reference of [`Patient/${id}`, `${client.baseUrl}/Patient/${id}`]) {
      expect(answered(await client.resolve({ reference })).id).toBe(id);
    }
    expect(await client.operation({ name: 'versions', method: 'GET' })).toMatchObject({ resourceType: 'Parameters' });
  });

  it('sends a batch and a transaction, and calls an operation', async () => {
    const entry = [{ resource: patient, request: { method: 'POST', url: 'Patient' } }];
    for (const type of ['batch', 'transaction'] as const) {
      const body = { resourceType: 'Bundle', type, entry } as never;
      expect(answered(await client[type]({ body })).entry).toHaveLength(1);
    }
    const outcome = await client.operation({
      name: 'validate',
      resourceType: 'Patient',
      method: 'POST',
      input: patient,
    });
    expect(outcome).toMatchObject({ resourceType: 'OperationOutcome' });
  });
});
