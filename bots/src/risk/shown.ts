import type { ShownElements } from '../kit/index.ts';
import { type RunDraft, sourcesOf } from './draft.ts';

/** Elements of each type that the facts in the prompt are read from; of other sources it shows nothing. */
const SHOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ['Observation', ['code', 'effectiveDateTime', 'valueQuantity', 'valueInteger', 'component']],
  ['QuestionnaireResponse', ['authored', 'item']],
  ['Appointment', ['status', 'start', 'end']],
  ['Encounter', ['status', 'period']],
  ['RiskAssessment', ['extension', 'occurrenceDateTime', 'prediction']],
]);

/** What the prompt about an assessment shows of each source, for the record of the model call. */
export function shownOf(draft: RunDraft): ShownElements[] {
  const previous = draft.assessment.change?.previous;
  return [...sourcesOf(draft), ...(previous ? [previous] : [])].flatMap((reference) => {
    const fields = SHOWN.get(reference.split('/')[0] ?? '');
    return fields ? [{ reference, fields }] : [];
  });
}
