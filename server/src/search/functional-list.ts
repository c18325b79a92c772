import { invalid } from '../fhir/index.ts';
import type { Criterion } from './query.ts';

type Parameters = Readonly<Record<string, string>>;

const PROBLEMS: Parameters = {
  'clinical-status': 'active,recurrence,relapse',
  'verification-status:not': 'refuted,entered-in-error',
};
const ALLERGIES: Parameters = {
  'clinical-status': 'active',
  'verification-status:not': 'refuted,entered-in-error',
};
const TAKEN: Parameters = { status: 'active' };

/** What is on a list that no List keeps, by the type of its items: as parameters of a search for them. */
const LISTS: Readonly<Record<string, Readonly<Record<string, Parameters>>>> = {
  '$current-problems': { Condition: PROBLEMS },
  '$current-allergies': { AllergyIntolerance: ALLERGIES },
  '$current-drug-allergies': { AllergyIntolerance: { ...ALLERGIES, category: 'medication' } },
  '$current-medications': { MedicationRequest: TAKEN, MedicationStatement: TAKEN },
};

/**
 * A functional list such as `$current-problems`: what is current by its own status.
 * @throws FhirError 400 for a list that has no such name, or none of items of the type.
 * @see https://hl7.org/fhir/R4/lifecycle.html#lists
 */
export function functionalList(
  type: string,
  name: string,
  criterionOf: (parameter: string, value: string) => Criterion,
): Criterion {
  const list = Object.hasOwn(LISTS, name) ? LISTS[name] : undefined;
  if (!list) {
    throw invalid('search-list', `'_list' needs the id of a List or one of ${Object.keys(LISTS).join(', ')}`);
  }
  const parameters = Object.hasOwn(list, type) ? list[type] : undefined;
  if (!parameters) {
    throw invalid('search-list', `'${name}' is a list of ${Object.keys(list).join(' and ')}`);
  }
  return { kind: 'and', criteria: Object.entries(parameters).map(([code, value]) => criterionOf(code, value)) };
}
