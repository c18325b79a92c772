/** @see https://www.medplum.com/docs/access/access-policies */
import type { AccessPolicyResource, DocumentReference, Patient, Resource } from '@medplum/fhirtypes';
import { describe, expect, it } from 'vitest';
import type { AccessGrant } from './access-grant.ts';
import { compilePolicies } from './access-policy.ts';
import { checkWrite } from './check-write.ts';

const PROFILE = 'Practitioner/maria';

function grantOf(...resource: AccessPolicyResource[]): AccessGrant {
  const policy = { resourceType: 'AccessPolicy', resource } as const;
  const parameters = { profile: PROFILE };
  const ruleSet = compilePolicies([{ policy, parameters }], { role: 'member', projectId: 'p' });
  return { tenant: 2, ruleSets: [ruleSet], system: false, extendedMode: false };
}
const note = (docStatus: DocumentReference['docStatus'], author = PROFILE): DocumentReference => ({
  resourceType: 'DocumentReference',
  status: 'current',
  docStatus,
  author: [{ reference: author }],
  content: [],
});
const patient: Patient = {
  resourceType: 'Patient',
  id: '1',
  birthDate: '1980-01-01',
  name: [{ family: 'A' }],
  active: true,
};

describe('checkWrite, constraints', () => {
  const grant = grantOf({
    resourceType: 'DocumentReference',
    writeConstraint: [
      { language: 'text/fhirpath', expression: "%before.exists() implies %before.docStatus != 'final'" },
      { language: 'text/fhirpath', expression: '%after.author.reference = %profile' },
    ],
  });

  it('permits what every constraint permits', () => {
    expect(checkWrite({ grant, profile: PROFILE, before: note('preliminary'), after: note('final') })).toEqual(
      note('final'),
    );
    expect(checkWrite({ grant, profile: PROFILE, after: note('preliminary') })).toEqual(note('preliminary'));
  });

  it('refuses a change of what is signed', () => {
    expect(() => checkWrite({ grant, profile: PROFILE, before: note('final'), after: note('amended') })).toThrow(
      'does not permit this update',
    );
  });

  it('refuses a create in the name of another', () => {
    expect(() => checkWrite({ grant, profile: PROFILE, after: note('preliminary', 'Practitioner/x') })).toThrow();
  });

  it('takes the first rule that matches', () => {
    const never = { language: 'text/fhirpath', expression: 'false' } as const;
    const two = grantOf(
      { resourceType: 'Patient', criteria: 'Patient?active=false', writeConstraint: [never] },
      { resourceType: 'Patient' },
    );
    const matches = (resource: Resource): boolean => (resource as Patient).active === false;
    expect(checkWrite({ grant: two, profile: PROFILE, after: patient, matches })).toBe(patient);
    expect(() => checkWrite({ grant: two, profile: PROFILE, after: { ...patient, active: false }, matches })).toThrow();
    expect(() => checkWrite({ grant: two, profile: PROFILE, after: patient })).toThrow();
  });
});

describe('checkWrite, readonly and hidden elements', () => {
  const grant = grantOf({
    resourceType: 'Patient',
    readonlyFields: ['birthDate'],
    hiddenFields: ['name', 'contact.name'],
  });
  const update = (after: Patient, before: Patient = patient): Patient =>
    checkWrite({ grant, profile: PROFILE, before, after });

  it('refuses a change of a readonly element, naming it', () => {
    expect(() => update({ ...patient, birthDate: '1999-01-01' })).toThrow('Patient.birthDate read-only');
  });

  it('restores a readonly element that was left out', () => {
    const { birthDate: _, ...rest } = patient;
    expect(update(rest).birthDate).toBe('1980-01-01');
  });

  it('keeps a hidden element as it was, whatever the write says', () => {
    expect(update({ ...patient, name: [{ family: 'B' }] }).name).toEqual([{ family: 'A' }]);
    const { name: _, ...rest } = patient;
    expect(update(rest).name).toEqual([{ family: 'A' }]);
  });

  it('keeps hidden parts inside lists', () => {
    const before: Patient = { ...patient, contact: [{ name: { text: 'Ann' }, gender: 'female' }] };
    expect(update({ ...before, contact: [{ gender: 'male' }] }, before).contact).toEqual([
      { name: { text: 'Ann' }, gender: 'male' },
    ]);
  });

  it('lets a creator set neither', () => {
    const created = checkWrite({
      grant,
      profile: PROFILE,
      after: { resourceType: 'Patient', name: [{ family: 'X' }] },
    });
    expect(created).toEqual({ resourceType: 'Patient' });
    expect(() => checkWrite({ grant, profile: PROFILE, after: patient })).toThrow('birthDate');
  });

  it('gives the same object back when no rule is concerned', () => {
    expect(checkWrite({ grant: { ...grant, ruleSets: [] }, profile: PROFILE, before: patient, after: patient })).toBe(
      patient,
    );
  });
});
