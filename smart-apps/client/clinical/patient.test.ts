import { identifierSystem } from '@mindbridge/fhir-profiles';
import { expect, it } from 'vitest';
import { displayName, patientCard, referencedId, spokenName } from './patient.ts';

it('works on the emptiest valid Patient', () => {
  expect(patientCard({ resourceType: 'Patient' })).toEqual({
    id: '',
    name: 'Unnamed patient',
    number: undefined,
    birthDate: undefined,
    gender: undefined,
    phone: undefined,
    email: undefined,
    caseManagers: [],
  });
});

it('reads name, number, phone and case managers', () => {
  const card = patientCard({
    resourceType: 'Patient',
    id: '4',
    meta: { accounts: [{ reference: 'Practitioner/maria' }, { reference: 'Organization/team' }] },
    identifier: [
      { system: 'urn:other', value: 'X' },
      { system: identifierSystem.patientNumber, value: 'P004' },
    ],
    name: [
      { use: 'nickname', given: ['Bob'] },
      { use: 'official', family: 'Davis', given: ['Robert'] },
    ],
    telecom: [{ system: 'phone' }, { system: 'phone', value: '+1 555' }],
  });
  expect(card).toMatchObject({ name: 'Davis Robert', number: 'P004', phone: '+1 555', caseManagers: ['maria'] });
});

it('says names in both orders, and falls back to the text', () => {
  expect(spokenName([{ family: 'Lopez', given: ['Maria'] }])).toBe('Maria Lopez');
  expect(displayName([{ text: 'Cher' }])).toBe('Cher');
  expect(spokenName(undefined)).toBe('');
});

it('reads ids from relative, absolute and versioned references of the right type only', () => {
  expect(referencedId('Practitioner/1', 'Practitioner')).toBe('1');
  expect(referencedId('http://x/fhir/R4/Practitioner/1/_history/2', 'Practitioner')).toBe('1');
  expect(referencedId('Organization/1', 'Practitioner')).toBeUndefined();
  expect(referencedId(undefined, 'Practitioner')).toBeUndefined();
});
