import type { BundleEntry, CareTeam, Condition, MedicationStatement, Patient, Reference } from '@medplum/fhirtypes';
import { extensionUrl, identifierSystem, profileUrl, snomedCoding, standardSystem } from '@mindbridge/fhir-profiles';
import type { ChartContext, ClinicReferences } from './chart-context.ts';
import type { ClinicDay } from './clinic-day.ts';
import { diagnoses, diagnosisConcept } from './conditions.ts';
import { observationEntries } from './observations.ts';
import type { PatientPlan } from './patient-plan.ts';
import { prng } from './prng.ts';
import { entryReference, seedEntry, seedIdentifier } from './seed-entry.ts';
import { visitEntries } from './visits.ts';

function numberIdentifier(number: string): { system: string; value: string } {
  return { system: identifierSystem.patientNumber, value: number };
}

/** The `urn:uuid` that stands for a patient, by number, inside a transaction. */
export function patientUrn(number: string): string {
  return entryReference('Patient', numberIdentifier(number)).reference;
}

function patientResource({ plan, references, caseManager, physician }: ChartContext): Patient {
  const digits = plan.number.slice(1);
  return {
    resourceType: 'Patient',
    meta: {
      profile: [profileUrl.patient],
      accounts: [{ reference: caseManager.reference }, { reference: references.team }],
    },
    extension: [{ url: extensionUrl.ssn, valueString: `900-10-0${digits}` }],
    identifier: [numberIdentifier(plan.number)],
    active: true,
    name: [{ use: 'official', family: plan.family, given: [plan.given] }],
    telecom: [{ system: 'phone', value: plan.phone, use: 'mobile' }],
    gender: plan.gender,
    birthDate: plan.birthDate,
    address: [
      {
        use: 'home',
        line: [plan.address.line],
        city: plan.address.city,
        state: 'OH',
        postalCode: plan.address.postalCode,
        country: 'US',
      },
    ],
    communication: [
      {
        language: { coding: [{ system: 'urn:ietf:bcp:47', code: 'en-US', display: 'English (United States)' }] },
        preferred: true,
      },
    ],
    generalPractitioner: [{ reference: physician.reference, display: physician.display }],
    managingOrganization: { reference: references.organization },
  };
}

function careTeam({ plan, references, patient, caseManager, physician }: ChartContext): CareTeam {
  const role = (coding: { system: string; code: string; display: string }) => [
    { coding: [coding], text: coding.display },
  ];
  return {
    resourceType: 'CareTeam',
    identifier: [seedIdentifier(`${plan.number}-care-team`)],
    status: 'active',
    name: 'Outpatient care team',
    subject: patient,
    participant: [
      { role: role(snomedCoding.caseManager), member: caseManager as Reference<never> },
      {
        role: role({ system: standardSystem.snomed, code: '309343006', display: 'Physician' }),
        member: physician as Reference<never>,
      },
    ],
    managingOrganization: [{ reference: references.team }],
  };
}

function treatment({ plan, patient, physician }: ChartContext): [Condition, MedicationStatement] {
  const random = prng(`${plan.number} diagnosis`);
  const diagnosis = random.pick(diagnoses);
  const onset = `${random.integer(2012, 2024)}-${String(random.integer(1, 12)).padStart(2, '0')}`;
  const clinical = 'http://terminology.hl7.org/CodeSystem/condition-clinical';
  const verification = 'http://terminology.hl7.org/CodeSystem/condition-ver-status';
  const category = 'http://terminology.hl7.org/CodeSystem/condition-category';
  const { medication } = diagnosis;
  return [
    {
      resourceType: 'Condition',
      identifier: [seedIdentifier(`${plan.number}-condition`)],
      clinicalStatus: { coding: [{ system: clinical, code: 'active' }] },
      verificationStatus: { coding: [{ system: verification, code: 'confirmed' }] },
      category: [{ coding: [{ system: category, code: 'problem-list-item', display: 'Problem List Item' }] }],
      code: diagnosisConcept(diagnosis),
      subject: patient,
      onsetDateTime: onset,
      asserter: physician as Reference<never>,
    },
    {
      resourceType: 'MedicationStatement',
      identifier: [seedIdentifier(`${plan.number}-medication`)],
      status: 'active',
      medicationCodeableConcept: {
        coding: [{ system: standardSystem.rxnorm, code: medication.code, display: medication.display }],
        text: medication.display,
      },
      subject: patient,
      effectivePeriod: { start: onset },
      dosage: [{ text: medication.dose }],
    },
  ];
}

/** All entries of one patient's chart, the patient first. Dates are relative to the clinic's day; nothing states a score or a band. */
export function chartEntries(plan: PatientPlan, clinic: ClinicDay, references: ClinicReferences): BundleEntry[] {
  const physicians = references.physicians;
  const caseManager = references.caseManagers[plan.caseManager];
  const physician = physicians[Number(plan.number.slice(1)) % physicians.length];
  if (!caseManager || !physician) {
    throw new Error(`${plan.number} has no case manager or physician`);
  }
  const patient = entryReference('Patient', numberIdentifier(plan.number));
  const context: ChartContext = { plan, clinic, references, patient, caseManager, physician };
  return [
    seedEntry(patientResource(context)),
    seedEntry(careTeam(context)),
    ...treatment(context).map(seedEntry),
    ...visitEntries(context),
    ...observationEntries(context),
  ];
}
