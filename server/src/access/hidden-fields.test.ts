/** @see https://www.medplum.com/docs/access/access-policies */
import type { AccessPolicyResource, Encounter, Observation, Patient } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { AccessGrant } from './access-grant.ts';
import { compilePolicies } from './access-policy.ts';
import { intersect } from './decide.ts';
import { hiddenFields, redact } from './hidden-fields.ts';

function grantOf(...resource: AccessPolicyResource[]): AccessGrant {
  const policy = { resourceType: 'AccessPolicy', resource } as const;
  const ruleSet = compilePolicies([{ policy, parameters: {} }], { role: 'member', projectId: 'p' });
  return { tenant: 2, ruleSets: [ruleSet], system: false, extendedMode: false };
}

describe('hiddenFields', () => {
  it('hides what any rule hides that could show the resource', () => {
    const grant = grantOf(
      { resourceType: 'Patient', criteria: 'Patient?active=true', hiddenFields: ['name'] },
      { resourceType: 'Patient', hiddenFields: ['photo'] },
      { resourceType: 'Patient', hiddenFields: ['contact'] },
    );
    expect(hiddenFields(grant, 'Patient')).toEqual(['name', 'photo']);
  });

  it('hides for an intersection what either side hides', () => {
    const a = grantOf({ resourceType: 'Patient', hiddenFields: ['name'] });
    const b = grantOf({ resourceType: '*', hiddenFields: ['text'] });
    expect(hiddenFields(intersect(a, b), 'Patient')).toEqual(['name', 'text']);
  });
});

describe('redact', () => {
  const patient: Patient = { resourceType: 'Patient', birthDate: '1980-01-01', name: [{ family: 'A', given: ['B'] }] };

  it('takes out an element and its shadow, and leaves the original alone', () => {
    const shadowed = { ...patient, _birthDate: { id: 'x' } } as Patient;
    expect(redact(shadowed, ['birthDate'])).toEqual({ resourceType: 'Patient', name: patient.name });
    expect(shadowed.birthDate).toBe('1980-01-01');
  });

  it('takes out every form of a choice', () => {
    const observation = { resourceType: 'Observation', status: 'final', valueString: 'x', code: {} } as Observation;
    expect(redact(observation, ['value[x]'])).toEqual({ resourceType: 'Observation', status: 'final', code: {} });
  });

  it('walks through lists and leaves no empty objects', () => {
    const encounter = {
      resourceType: 'Encounter',
      status: 'planned',
      class: {},
      participant: [{ individual: { reference: 'Practitioner/1' }, period: {} }, { individual: { display: 'x' } }],
    } as Encounter;
    expect(redact(encounter, ['participant.individual']).participant).toEqual([{ period: {} }]);
  });

  it('gives the same object back when nothing is hidden', () => {
    expect(redact(patient, [])).toBe(patient);
  });
});
