import type { BundleEntry, Patient } from '@medplum/fhirtypes';
import { identifierSystem, profileUrl } from '@mindbridge/fhir-profiles';
import type { ClinicReferences } from './chart-context.ts';
import { seedEntry } from './seed-entry.ts';

const people = [
  ['R001', 'Marsh', 'Alan', 'male', '1961-05-19'],
  ['R002', 'Kovac', 'Tessa', 'female', '1988-09-02'],
  ['R003', 'Osei', 'Daniel', 'male', '1975-12-11'],
  ['R004', 'Ferreira', 'Lucia', 'female', '1994-03-27'],
  ['R005', 'Whelan', 'Joan', 'female', '1949-08-08'],
] as const;

/** The handful of patients of Riverside Family Clinic. */
export function riversidePatients(references: ClinicReferences): BundleEntry[] {
  return people.map(([number, family, given, gender, birthDate]) => {
    const patient: Patient = {
      resourceType: 'Patient',
      meta: {
        profile: [profileUrl.patient],
        accounts: [{ reference: references.caseManagers[0]?.reference }, { reference: references.team }],
      },
      identifier: [{ system: identifierSystem.patientNumber, value: number }],
      active: true,
      name: [{ use: 'official', family, given: [given] }],
      gender,
      birthDate,
      managingOrganization: { reference: references.organization },
    };
    return seedEntry(patient);
  });
}
