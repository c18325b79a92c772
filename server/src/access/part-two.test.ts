import type { Coding, Condition, Patient, Resource } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { labelPartTwo } from './part-two.ts';

const subject = { reference: 'Patient/p' };
const condition = (coding: Coding, security?: Coding[]): Condition => ({
  resourceType: 'Condition',
  subject,
  code: { coding: [coding] },
  ...(security && { meta: { security } }),
});
const labels = (resource: Resource) => resource.meta?.security?.map((label) => label.code) ?? [];
const label = (after: Resource, before?: Resource) => labelPartTwo(before, after, () => ({ applies: true }));
const icd10 = (code: string) => ({ system: 'http://hl7.org/fhir/sid/icd-10-cm', code });

test('S48: codes of substance use in four systems, wherever they stand', async () => {
  for (const coding of [
    icd10('F11.20'),
    icd10('O99.320'),
    { system: 'http://snomed.info/sct', code: '75544000' },
    { system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '6813' },
    { system: 'http://www.whocc.no/atc', code: 'N07BC01' },
  ]) {
    expect(labels(await label(condition(coding)))).toEqual(['42CFRPart2', 'ETH', 'R']);
  }
  const observation: Resource = {
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'x' },
    component: [{ code: { text: 'x' }, valueCodeableConcept: { coding: [icd10('F10.10')] } }],
  };
  expect(labels(await label(observation))).toContain('42CFRPart2');
});

test('S48: other codes, the same code in another system, and tobacco are not labelled', async () => {
  for (const coding of [icd10('F32.1'), icd10('F17.210'), { system: 'http://example.org', code: 'F11.20' }]) {
    const written = condition(coding);
    expect(await label(written)).toBe(written);
  }
  expect(labels(await labelPartTwo(undefined, condition(icd10('F11.20')), () => ({ applies: false })))).toEqual([]);
});

test('S48: no client takes the label away, nor loses labels of his own', async () => {
  const own = { system: 'http://example.org', code: 'own' };
  const labelled = await label(condition(icd10('F11.20'), [own]));
  expect(labels(labelled)).toEqual(['own', '42CFRPart2', 'ETH', 'R']);
  expect(labels(await label(condition(icd10('F32.1')), labelled))).toEqual(['42CFRPart2', 'ETH', 'R']);
});

test('a Patient is never labelled: nobody could find him', async () => {
  const patient: Patient = { resourceType: 'Patient', extension: [{ url: 'x', valueCoding: icd10('F11.20') }] };
  expect(await label(patient)).toBe(patient);
});
