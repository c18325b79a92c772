import { standardSystem } from '@mindbridge/fhir-profiles';

/** A diagnosis with the medication that this clinic usually gives for it. */
export interface Diagnosis {
  readonly code: string;
  readonly display: string;
  readonly medication: { readonly code: string; readonly display: string; readonly dose: string };
}

/** Diagnoses of an outpatient behavioural-health clinic (ICD-10-CM) and a medication each (RxNorm ingredient). */
export const diagnoses: readonly Diagnosis[] = [
  {
    code: 'F33.1',
    display: 'Major depressive disorder, recurrent, moderate',
    medication: { code: '36437', display: 'Sertraline', dose: '100 mg by mouth once daily' },
  },
  {
    code: 'F32.1',
    display: 'Major depressive disorder, single episode, moderate',
    medication: { code: '321988', display: 'Escitalopram', dose: '10 mg by mouth once daily' },
  },
  {
    code: 'F31.81',
    display: 'Bipolar II disorder',
    medication: { code: '28439', display: 'Lamotrigine', dose: '200 mg by mouth once daily' },
  },
  {
    code: 'F41.1',
    display: 'Generalized anxiety disorder',
    medication: { code: '72625', display: 'Duloxetine', dose: '60 mg by mouth once daily' },
  },
  {
    code: 'F43.10',
    display: 'Post-traumatic stress disorder, unspecified',
    medication: { code: '36437', display: 'Sertraline', dose: '150 mg by mouth once daily' },
  },
  {
    code: 'F25.0',
    display: 'Schizoaffective disorder, bipolar type',
    medication: { code: '35636', display: 'Risperidone', dose: '3 mg by mouth at bedtime' },
  },
  {
    code: 'F20.9',
    display: 'Schizophrenia, unspecified',
    medication: { code: '89013', display: 'Aripiprazole', dose: '15 mg by mouth once daily' },
  },
  {
    code: 'F40.10',
    display: 'Social phobia, unspecified',
    medication: { code: '32937', display: 'Paroxetine', dose: '20 mg by mouth once daily' },
  },
  {
    code: 'F42.2',
    display: 'Mixed obsessional thoughts and acts',
    medication: { code: '4493', display: 'Fluoxetine', dose: '40 mg by mouth once daily' },
  },
];

/** A diagnosis as a CodeableConcept. */
export function diagnosisConcept({ code, display }: Pick<Diagnosis, 'code' | 'display'>): {
  coding: { system: string; code: string; display: string }[];
  text: string;
} {
  return { coding: [{ system: standardSystem.icd10cm, code, display }], text: display };
}
