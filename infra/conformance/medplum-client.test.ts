/** @see https://www.medplum.com/docs/sdk/core.medplumclient */
import { MedplumClient } from '@medplum/core';
import type { Observation, Patient, Subscription } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../server/src/testing.ts';

let server: TestServer;
let client: MedplumClient;
let patient: Patient & { readonly id: string };

beforeAll(async () => {
  server = await startTestServer();
  const clinic = await server.clinic('Conformance');
  client = new MedplumClient({ baseUrl: `${server.baseUrl}/`, cacheTime: 0 });
  await client.startClientLogin(clinic.clientId, clinic.clientSecret);
  patient = await client.createResource<Patient>({ resourceType: 'Patient', name: [{ family: 'Lund' }] });
});
afterAll(() => server.close());

const observation = (more: Partial<Observation> = {}): Observation => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }] },
  subject: { reference: `Patient/${patient.id}` },
  ...more,
});

describe('MedplumClient, unchanged', () => {
  it('creates, reads, updates, patches, deletes, and reads history', async () => {
    const made = await client.createResource(observation());
    expect((await client.readResource('Observation', made.id)).status).toBe('final');
    await client.updateResource({ ...made, status: 'amended' });
    await client.patchResource('Observation', made.id, [{ op: 'replace', path: '/status', value: 'corrected' }]);
    const history = await client.readHistory('Observation', made.id);
    expect(history.entry?.map(({ resource }) => resource?.status)).toEqual(['corrected', 'amended', 'final']);
    expect((await client.readVersion('Observation', made.id, '1')).status).toBe('final');
    await client.deleteResource('Observation', made.id);
    await expect(client.readResource('Observation', made.id)).rejects.toThrow();
  });

  it('searches, follows pages, and creates only what is not there', async () => {
    for (const value of [60, 70, 80]) {
      await client.createResource(observation({ valueQuantity: { value } }));
    }
    const query = { subject: `Patient/${patient.id}`, _count: '2', _sort: '-_lastUpdated' };
    const pages: number[] = [];
    for await (const page of client.searchResourcePages('Observation', query)) {
      pages.push(page.length);
    }
    expect(pages).toEqual([2, 1]);
    expect((await client.searchOne('Patient', 'family=Lund'))?.id).toBe(patient.id);
    const again = await client.createResourceIfNoneExist<Patient>({ resourceType: 'Patient' }, 'family=Lund');
    expect(again.id).toBe(patient.id);
    expect((await client.readPatientEverything(patient.id)).entry).toHaveLength(4);
  });

  it('sends a transaction and a batch', async () => {
    const entry = [
      { fullUrl: 'urn:uuid:8d4d3b0a-3c55-4b73-8e43-5b0f3a4f7a10', resource: { resourceType: 'Patient' } as Patient },
      { resource: observation({ subject: { reference: 'urn:uuid:8d4d3b0a-3c55-4b73-8e43-5b0f3a4f7a10' } }) },
    ].map((one) => ({ ...one, request: { method: 'POST' as const, url: one.resource.resourceType } }));
    const transaction = await client.executeBatch({ resourceType: 'Bundle', type: 'transaction', entry });
    expect(transaction.entry?.map(({ response }) => response?.status)).toEqual(['201 Created', '201 Created']);
    const request = { method: 'GET' as const, url: `Patient/${patient.id}` };
    const batch = await client.executeBatch({ resourceType: 'Bundle', type: 'batch', entry: [{ request }] });
    expect(batch.entry?.[0]?.resource).toMatchObject({ id: patient.id });
  });

  it('asks by GraphQL', async () => {
    const { data } = await client.graphql(`{ Patient(id: "${patient.id}") { id name { family } } }`);
    expect(data).toEqual({ Patient: { id: patient.id, name: [{ family: 'Lund' }] } });
  });

  it('keeps a Binary and downloads it by the link of an attachment', async () => {
    const attachment = await client.createAttachment({ data: 'Hello', contentType: 'text/plain', filename: 'a.txt' });
    expect(await (await client.download(attachment.url ?? '')).text()).toBe('Hello');
  });

  it('expands a value set and validates', async () => {
    const url = 'http://mindbridge.test/ValueSet/moods';
    await client.createResource({
      resourceType: 'ValueSet',
      status: 'active',
      url,
      compose: { include: [{ system: 'http://mindbridge.test/moods', concept: [{ code: 'calm', display: 'Calm' }] }] },
    });
    const { expansion } = await client.valueSetExpand({ url, filter: 'cal' });
    expect(expansion?.contains?.map(({ code }) => code)).toEqual(['calm']);
    const outcome = await client.validateResource(observation());
    expect(outcome.issue.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('hears of changes over its websocket', async () => {
    const heard = new Promise<string | undefined>((resolve, reject) => {
      const emitter = client.subscribeToCriteria('Communication');
      emitter.addEventListener('error', ({ payload }) => reject(payload));
      emitter.addEventListener('connect', () => {
        void client.createResource({ resourceType: 'Communication', status: 'completed' });
      });
      emitter.addEventListener('message', ({ payload }) => resolve(payload.entry?.[1]?.resource?.resourceType));
    });
    expect(await heard).toBe('Communication');
    const { entry = [] } = await client.search('Subscription', 'criteria=Communication');
    expect(entry.map(({ resource }) => (resource as Subscription).channel.type)).toEqual(['websocket']);
    client.unsubscribeFromCriteria('Communication');
  });
});
