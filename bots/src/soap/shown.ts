import type { ShownElements } from '../kit/index.ts';

/** Elements of each type that the variables of the prompt show; of other sources they show nothing. */
const SHOWN: ReadonlyMap<string, readonly string[]> = new Map([
  ['DocumentReference', ['content']],
  ['Condition', ['code']],
  ['AllergyIntolerance', ['code']],
  ['MedicationRequest', ['medicationCodeableConcept', 'dosageInstruction']],
  ['Observation', ['code', 'valueQuantity', 'valueInteger', 'component']],
]);

/** What a prompt about a visit shows of each source, for the record of the model call. */
export function shownElements(sources: readonly string[]): ShownElements[] {
  return sources.flatMap((reference) => {
    const fields = SHOWN.get(reference.split('/')[0] ?? '');
    return fields ? [{ reference, fields }] : [];
  });
}
