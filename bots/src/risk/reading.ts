import type {
  Observation,
  QuestionnaireResponse,
  QuestionnaireResponseItem,
  QuestionnaireResponseItemAnswer,
} from '@medplum/fhirtypes';
import { fhirInterval, versionedReference } from '../kit/index.ts';

/** One number that the chart holds, with its instant (ms) and the version that carries it. */
export interface Reading {
  readonly value: number;
  readonly at: number;
  readonly basis: string;
}

const NOT_DONE = new Set(['entered-in-error', 'cancelled', 'registered']);

/** Does the Observation state a result? Entered in error, cancelled and still without a result do not. */
export function isStated(observation: Observation): boolean {
  return !NOT_DONE.has(observation.status ?? '');
}

/** Instant (ms) at which an Observation was true: its effective time, else when it was issued; an interval counts by its end. */
export function observedAt(observation: Observation, now: number, timeZone: string): number | undefined {
  const text =
    observation.effectiveDateTime ??
    observation.effectiveInstant ??
    observation.effectivePeriod?.end ??
    observation.effectivePeriod?.start ??
    observation.issued;
  return latestInstant(text, now, timeZone);
}

/** Latest instant (ms) that a FHIR time can mean and that has already happened; undefined for the future and for no time. */
export function latestInstant(text: string | undefined, now: number, timeZone: string): number | undefined {
  const interval = fhirInterval(text, timeZone);
  return interval && interval.start <= now + CLOCK_SKEW ? Math.min(interval.end - 1, now) : undefined;
}

/** Clocks of devices and servers differ a little: what lies up to five minutes ahead has happened now. */
const CLOCK_SKEW = 5 * 60_000;

/** An answer as a number: an integer, a quantity, yes/no, or a LOINC answer of the PHQ and GAD scales and of yes/no. */
export function answerNumber(value: {
  readonly valueInteger?: number;
  readonly valueDecimal?: number;
  readonly valueBoolean?: boolean;
  readonly valueQuantity?: { readonly value?: number };
  readonly valueCoding?: AnswerCoding;
  readonly valueCodeableConcept?: { readonly coding?: readonly AnswerCoding[] };
}): number | undefined {
  const direct = value.valueInteger ?? value.valueDecimal ?? value.valueQuantity?.value;
  if (direct !== undefined) {
    return direct;
  }
  if (value.valueBoolean !== undefined) {
    return value.valueBoolean ? 1 : 0;
  }
  const codings = value.valueCoding ? [value.valueCoding] : (value.valueCodeableConcept?.coding ?? []);
  return codings.map(codingNumber).find((number) => number !== undefined);
}

interface AnswerCoding {
  readonly code?: string;
  readonly extension?: readonly { readonly url: string; readonly valueDecimal?: number }[];
}

const ORDINAL = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';

/** LOINC answers: "Not at all" … "Nearly every day", yes and no. @see https://loinc.org/LL358-3 */
const LOINC_ANSWERS: Readonly<Record<string, number>> = {
  'LA6568-5': 0,
  'LA6569-3': 1,
  'LA6570-1': 2,
  'LA6571-9': 3,
  'LA32-8': 0,
  'LA33-6': 1,
};

function codingNumber(coding: AnswerCoding): number | undefined {
  return coding.extension?.find((each) => each.url === ORDINAL)?.valueDecimal ?? LOINC_ANSWERS[coding.code ?? ''];
}

/** Every answer of a QuestionnaireResponse by link id, nested items included. */
export function answersByLink(response: QuestionnaireResponse): Map<string, QuestionnaireResponseItemAnswer> {
  const answers = new Map<string, QuestionnaireResponseItemAnswer>();
  const walk = (items: readonly QuestionnaireResponseItem[] | undefined): void => {
    for (const item of items ?? []) {
      const first = item.answer?.[0];
      if (item.linkId && first) {
        answers.set(item.linkId.replace(/^.*\//, ''), first);
      }
      walk(item.item);
      for (const answer of item.answer ?? []) {
        walk(answer.item);
      }
    }
  };
  walk(response.item);
  return answers;
}

/**
 * The latest reading; of several at one instant the one that is worse for the patient, then the one whose basis sorts
 * first, so that the order of the chart does not matter.
 */
export function latestReading(readings: readonly Reading[], worse: 'high' | 'low'): Reading | undefined {
  const sign = worse === 'high' ? -1 : 1;
  return [...readings].sort(
    (a, b) => b.at - a.at || sign * (a.value - b.value) || (a.basis < b.basis ? -1 : a.basis > b.basis ? 1 : 0),
  )[0];
}

/** Versioned reference of a resource read; `Type/unknown` for one without an id, which only a contained one can be. */
export function basisOf(resource: Parameters<typeof versionedReference>[0]): string {
  return versionedReference(resource) ?? `${resource.resourceType}/unknown`;
}
