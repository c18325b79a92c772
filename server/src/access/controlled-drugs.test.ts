import type { MedicationRequest } from '@medplum/fhirtypes';
import { expect, test } from 'vitest';
import { ordersControlledDrug } from './controlled-drugs.ts';

const order = (more: Partial<MedicationRequest>): MedicationRequest => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  subject: { reference: 'Patient/1' },
  ...more,
});
const text = (name: string) => order({ medicationCodeableConcept: { text: name } });
const coded = (system: string, code: string) => order({ medicationCodeableConcept: { coding: [{ system, code }] } });
const never = () => Promise.resolve(undefined);

test.each([
  [true, text('Clonazepam 0.5 mg tablet')],
  [true, coded('http://www.nlm.nih.gov/research/umls/rxnorm', '6901')],
  [true, coded('http://www.whocc.no/atc', 'N05BA12')],
  [false, text('Sertraline 50 mg')],
  [false, coded('http://www.whocc.no/atc', 'N06AB06')],
  [false, { ...text('Clonazepam'), status: 'draft' }],
  [
    true,
    order({
      medicationReference: { reference: '#m' },
      contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'methadone' } }],
    }),
  ],
] as const)('needs a proof: %s (%#)', async (needed, after) => {
  expect(await ordersControlledDrug(undefined, after as MedicationRequest, never)).toBe(needed);
});

test('a Medication that is referred to is looked at; what leaves drug and dose alone needs nothing', async () => {
  const after = order({ medicationReference: { reference: 'Medication/m' } });
  const read = (id: string) =>
    Promise.resolve({ resourceType: 'Medication' as const, id, code: { text: 'Lorazepam' } });
  expect(await ordersControlledDrug(undefined, after, read)).toBe(true);
  expect(await ordersControlledDrug(after, { ...after, note: [{ text: 'x' }] }, read)).toBe(false);
  expect(await ordersControlledDrug(after, { ...after, dosageInstruction: [{ text: 'twice' }] }, read)).toBe(true);
  expect(await ordersControlledDrug(after, { ...after, status: 'stopped' }, read)).toBe(false);
});
