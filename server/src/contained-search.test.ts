/**
 * `_contained` and `_containedType` over a whole server.
 * @see https://hl7.org/fhir/R4/search.html#contained
 */
import type { Bundle, OperationOutcome } from '@medplum/fhirtypes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestClinic, type TestServer } from './testing.ts';
import { addMember } from './testing-member.ts';

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
const medication = (id: string, code: string) => ({
  resourceType: 'Medication',
  id,
  code: { coding: [{ system: RXNORM, code }] },
});
const request = (id: string, contained: { id: string }[]) => ({
  resourceType: 'MedicationRequest',
  id,
  status: 'active',
  intent: 'order',
  contained,
  medicationReference: { reference: '#m1' },
  supportingInformation: contained.map(({ id }) => ({ reference: `#${id}` })),
  subject: { reference: 'Patient/p' },
});

let server: TestServer;
let clinic: TestClinic;
beforeAll(async () => {
  server = await startTestServer();
  clinic = await server.clinic();
  await clinic.request('PUT', 'Medication/alone', medication('alone', '313782'));
  await clinic.request('PUT', 'MedicationRequest/r1', request('r1', [medication('m1', '313782')]));
  const two = [medication('m1', '1'), medication('m2', '313782'), medication('m3', '313782')];
  await clinic.request('PUT', 'MedicationRequest/r2', request('r2', two));
});
afterAll(() => server.close());

async function found(query: string, by: Pick<TestClinic, 'request'> = clinic): Promise<string[]> {
  const { status, body, text } = await by.request<Bundle>('GET', `Medication?code=${RXNORM}|313782&${query}`);
  expect(status, text).toBe(200);
  return (body.entry ?? []).map(({ fullUrl, resource }) => `${resource?.resourceType} ${fullUrl?.split('/R4/')[1]}`);
}

describe('_contained', () => {
  it('is false unless asked for', async () => {
    expect(await found('_count=5')).toEqual(['Medication Medication/alone']);
    expect(await found('_contained=false')).toEqual(['Medication Medication/alone']);
  });

  it('true finds what contains a match, or the match itself', async () => {
    const containers = ['MedicationRequest MedicationRequest/r1', 'MedicationRequest MedicationRequest/r2'];
    expect(await found('_contained=true')).toEqual(containers);
    expect(await found('_contained=true&_containedType=contained')).toEqual([
      'Medication MedicationRequest/r1#m1',
      'Medication MedicationRequest/r2#m2',
      'Medication MedicationRequest/r2#m3',
    ]);
  });

  it('both finds ordinary matches first, page after page', async () => {
    const pages: string[] = [];
    let next: string | undefined = `Medication?code=${RXNORM}|313782&_contained=both&_containedType=contained&_count=1`;
    while (next !== undefined) {
      const body: Bundle = (await clinic.request<Bundle>('GET', next)).body;
      pages.push(...(body.entry ?? []).map(({ fullUrl }) => fullUrl?.split('/R4/')[1] as string));
      next = body.link?.find(({ relation }) => relation === 'next')?.url?.split('/R4/')[1];
    }
    expect(pages).toEqual([
      'Medication/alone',
      'MedicationRequest/r1#m1',
      'MedicationRequest/r2#m2',
      'MedicationRequest/r2#m3',
    ]);
  });

  it('counts what it finds', async () => {
    const { body } = await clinic.request<Bundle>('GET', 'Medication?_contained=both&_summary=count');
    expect(body.total).toBe(5);
  });

  it('shows nothing of containers that the caller may not see, or whose contained resources are hidden', async () => {
    const blind = await addMember(server, clinic, [{ resourceType: 'Medication' }]);
    expect(await found('_contained=both', blind)).toEqual(['Medication Medication/alone']);
    const entries = [
      { resourceType: 'Medication' },
      { resourceType: 'MedicationRequest', hiddenFields: ['contained'] },
    ];
    const redacted = await addMember(server, clinic, entries);
    expect(await found('_contained=both', redacted)).toEqual(['Medication Medication/alone']);
  });

  it('refuses what one resource cannot tell', async () => {
    const { status, body } = await clinic.request<OperationOutcome>(
      'GET',
      'Observation?_contained=true&subject:Patient.name=x',
    );
    expect(status).toBe(400);
    expect(body.issue[0]?.details?.text).toContain('_contained');
  });
});

describe('search in a compartment by POST', () => {
  it('takes its parameters from a form', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status, body, text } = await clinic.request<Bundle>(
      'POST',
      'Patient/p/MedicationRequest/_search',
      'status=active&_sort=_id',
      form,
    );
    expect(status, text).toBe(200);
    expect(body.entry?.map(({ resource }) => resource?.id)).toEqual(['r1', 'r2']);
  });
});
