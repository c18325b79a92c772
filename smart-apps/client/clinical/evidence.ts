import type { CodeableConcept, Observation, Resource } from '@medplum/fhirtypes';

/** One record behind a factor, in a line. */
export interface Evidence {
  readonly what: string;
  readonly value?: string;
  /** Instant or day of the fact itself, not of its recording. */
  readonly when?: string;
}

function words(concept: CodeableConcept | undefined): string | undefined {
  return concept?.text ?? concept?.coding?.find((coding) => coding.display)?.display ?? concept?.coding?.[0]?.code;
}

function observationValue(observation: Observation): string | undefined {
  const quantity = observation.valueQuantity;
  if (quantity?.value !== undefined) {
    const unit = quantity.unit ?? quantity.code ?? '';
    return `${quantity.value} ${unit.startsWith('{') ? '' : unit}`.trim();
  }
  const number = observation.valueInteger;
  if (number !== undefined) {
    return String(number);
  }
  const yesNo = observation.valueBoolean === undefined ? undefined : observation.valueBoolean ? 'yes' : 'no';
  return observation.valueString ?? words(observation.valueCodeableConcept) ?? yesNo;
}

const APPOINTMENT_WORDS: Readonly<Record<string, string>> = {
  noshow: 'Missed appointment',
  fulfilled: 'Appointment kept',
  booked: 'Appointment booked',
  cancelled: 'Appointment cancelled',
};

/** Says what a resource states, in one line. Total: an empty resource is named by its type. */
export function evidence(resource: Resource): Evidence {
  switch (resource.resourceType) {
    case 'Observation':
      return {
        what: words(resource.code) ?? 'Observation',
        value: observationValue(resource),
        when: resource.effectiveDateTime ?? resource.effectivePeriod?.end ?? resource.issued,
      };
    case 'Appointment':
      return {
        what: APPOINTMENT_WORDS[resource.status ?? ''] ?? 'Appointment',
        value: resource.description ?? words(resource.appointmentType),
        when: resource.start,
      };
    case 'Encounter':
      return {
        what: resource.status === 'finished' ? 'Visit' : 'Encounter',
        value: words(resource.type?.[0]) ?? resource.class?.display,
        when: resource.period?.end ?? resource.period?.start,
      };
    case 'QuestionnaireResponse':
      return { what: 'Questionnaire', when: resource.authored };
    default:
      return { what: resource.resourceType, when: resource.meta?.lastUpdated };
  }
}
