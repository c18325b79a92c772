import type { CodeableConcept, Observation, ObservationComponent, QuestionnaireResponse } from '@medplum/fhirtypes';
import { codeSystemUrl, loincCoding, standardSystem } from '@mindbridge/fhir-profiles';
import { hasCode } from '../kit/index.ts';
import { answerNumber, answersByLink, basisOf, isStated, latestInstant, observedAt, type Reading } from './reading.ts';

/** Readings of the three instruments, in no order. */
export interface InstrumentReadings {
  readonly phq9: readonly Reading[];
  readonly phq9Item9: readonly Reading[];
  readonly gad7: readonly Reading[];
  /** C-SSRS screener items 1 to 6, as 0 or 1. */
  readonly cssrsItems: readonly (readonly Reading[])[];
}

/** When and where an answer was given. */
interface Asked {
  readonly at: number;
  readonly basis: string;
}

type Answer = Parameters<typeof answerNumber>[0];

/** LOINC items of the PHQ-9 and GAD-7 in their order. @see https://loinc.org/44249-1 @see https://loinc.org/69737-5 */
const PHQ9_ITEMS = ['44250-9', '44255-8', '44259-0', '44254-1', '44251-7', '44258-2', '44252-5', '44253-3', '44260-8'];
const GAD7_ITEMS = ['69725-0', '68509-9', '69733-4', '69734-2', '69735-9', '69689-8', '69736-7'];
const CSSRS_ITEMS = [1, 2, 3, 4, 5, 6] as const;

/** Collects the readings of PHQ-9, GAD-7 and C-SSRS from Observations and QuestionnaireResponses. Total on the emptiest of both. */
export function instrumentReadings(
  observations: readonly Observation[],
  responses: readonly QuestionnaireResponse[],
  now: number,
  timeZone: string,
): InstrumentReadings {
  const collected = { phq9: [], phq9Item9: [], gad7: [], cssrsItems: CSSRS_ITEMS.map(() => []) };
  const sink: Sink = collected;
  for (const observation of observations.filter(isStated)) {
    const at = observedAt(observation, now, timeZone);
    if (at !== undefined) {
      fromObservation(observation, { at, basis: basisOf(observation) }, sink);
    }
  }
  for (const response of responses) {
    const at = isFinished(response) ? latestInstant(response.authored, now, timeZone) : undefined;
    if (at !== undefined) {
      fromResponse(response, { at, basis: basisOf(response) }, sink);
    }
  }
  return collected;
}

interface Sink {
  readonly phq9: Reading[];
  readonly phq9Item9: Reading[];
  readonly gad7: Reading[];
  readonly cssrsItems: Reading[][];
}

function isFinished(response: QuestionnaireResponse): boolean {
  return response.status === 'completed' || response.status === 'amended';
}

function fromObservation(observation: Observation, asked: Asked, sink: Sink): void {
  const parts: readonly (Observation | ObservationComponent)[] = [observation, ...(observation.component ?? [])];
  for (const part of parts) {
    add(sink.phq9, asked, part, part.code, loincCoding.phq9Total.code, 27);
    add(sink.phq9Item9, asked, part, part.code, loincCoding.phq9Item9.code, 3);
    add(sink.gad7, asked, part, part.code, loincCoding.gad7Total.code, 21);
  }
  const answers = CSSRS_ITEMS.map((item) => {
    const part = parts.find((each) => hasCode(each.code, codeSystemUrl.observation, `cssrs-item-${item}`));
    return part && answerNumber(part);
  });
  const highest = hasCode(observation.code, standardSystem.loinc, loincCoding.cssrs.code)
    ? answerNumber(observation)
    : undefined;
  addCssrs(sink, asked, answers, highest);
}

function add(
  into: Reading[],
  asked: Asked,
  answer: Answer,
  code: CodeableConcept | undefined,
  loinc: string,
  maximum: number,
): void {
  if (hasCode(code, standardSystem.loinc, loinc)) {
    push(into, asked, answerNumber(answer), maximum);
  }
}

function push(into: Reading[], asked: Asked, value: number | undefined, maximum: number): void {
  if (value !== undefined && value >= 0 && value <= maximum) {
    into.push({ value, ...asked });
  }
}

/** Answers of one administration. By the screener's own rule a "no" to item 2 skips items 3 to 5: they count as "no". */
function addCssrs(
  sink: Sink,
  asked: Asked,
  answers: readonly (number | undefined)[],
  highest: number | undefined,
): void {
  const skips = answers[1] === 0;
  CSSRS_ITEMS.forEach((item, i) => {
    const skipped = skips && item >= 3 && item <= 5 ? 0 : undefined;
    const told = highest === undefined ? undefined : Number(highest === item);
    const answer = answers[i] ?? skipped ?? told;
    if (answer !== undefined) {
      sink.cssrsItems[i]?.push({ value: answer > 0 ? 1 : 0, ...asked });
    }
  });
}

function fromResponse(response: QuestionnaireResponse, asked: Asked, sink: Sink): void {
  const answers = answersByLink(response);
  const number = (link: string): number | undefined => {
    const answer = answers.get(link);
    return answer && answerNumber(answer);
  };
  push(sink.phq9, asked, number(loincCoding.phq9Total.code) ?? sumOf(PHQ9_ITEMS, number), 27);
  push(sink.phq9Item9, asked, number(loincCoding.phq9Item9.code), 3);
  push(sink.gad7, asked, number(loincCoding.gad7Total.code) ?? sumOf(GAD7_ITEMS, number), 21);
  addCssrs(
    sink,
    asked,
    CSSRS_ITEMS.map((item) => number(`cssrs-item-${item}`)),
    number(loincCoding.cssrs.code),
  );
}

/** Sum of all items; undefined unless every item is answered. */
function sumOf(items: readonly string[], number: (link: string) => number | undefined): number | undefined {
  const values = items.map(number);
  return values.every((value) => value !== undefined) ? values.reduce((sum, value) => sum + value, 0) : undefined;
}
