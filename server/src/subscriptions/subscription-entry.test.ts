import { describe, expect, it } from 'vitest';
import { subscriptionEntry } from './subscription-entry.ts';

const BASES = ['https://medplum.com/fhir/StructureDefinition', 'https://www.medplum.com/fhir/StructureDefinition'];

function entryOf(extension: readonly object[]) {
  const channel = { type: 'rest-hook', endpoint: 'https://receiver.example/' };
  const body = { resourceType: 'Subscription', id: 's', status: 'active', criteria: 'Patient', channel, extension };
  const kept = { type: 'Subscription', id: 's', version: 1, lastUpdated: new Date(), deleted: false };
  return subscriptionEntry(2, { ...kept, author: 'Practitioner/p', json: JSON.stringify(body) });
}

describe('subscriptionEntry', () => {
  it.each(BASES)('reads the extensions of Medplum under %s', (base) => {
    const entry = entryOf([
      { url: `${base}/subscription-secret`, valueString: 'shh' },
      { url: `${base}/subscription-supported-interaction`, valueCode: 'create' },
      { url: `${base}/subscription-max-attempts`, valueInteger: 3 },
      { url: `${base}/fhir-path-criteria-expression`, valueString: '%current.active' },
    ]);
    expect(entry).toMatchObject({ secret: 'shh', maxAttempts: 3, expression: '%current.active' });
    expect([...(entry?.interactions ?? [])]).toEqual(['create']);
  });

  it('reads none of another house', () => {
    const entry = entryOf([
      { url: 'https://medplum.com.evil/fhir/StructureDefinition/subscription-secret', valueString: 'x' },
    ]);
    expect(entry?.secret).toBeUndefined();
  });
});
