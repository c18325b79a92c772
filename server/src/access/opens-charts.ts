import { documentCoding } from '@mindbridge/fhir-profiles';
import type { AccessGrant, AccessRule } from './access-grant.ts';
import { patientCompartmentTypes } from './patient-compartment.ts';

/** Types that lie in a patient's compartment and are no part of his chart: calendars, and who looked. */
const NO_CHART: ReadonlySet<string> = new Set(['AuditEvent', 'MeasureReport', 'Schedule']);

/** Prompts lie among the documents, and are nobody's. */
const PROMPTS = `DocumentReference?type=${documentCoding.prompt.system}|${documentCoding.prompt.code}`;

const opensRecords = ({ criteria }: AccessRule): boolean => criteria !== PROMPTS;

const known = new WeakMap<AccessGrant, boolean>();

/**
 * Does the caller's policy, whatever scopes narrow it to, open any record of a patient at all? Who keeps a clinic's
 * configuration has no business with exports, whole charts and GraphQL.
 */
export function opensCharts(grant: AccessGrant): boolean {
  let answer = known.get(grant);
  if (answer === undefined) {
    const [policy] = grant.ruleSets;
    answer =
      policy === undefined ||
      ['Patient', ...patientCompartmentTypes()].some(
        (type) => !NO_CHART.has(type) && policy.rulesFor(type, 'read').some(opensRecords),
      );
    known.set(grant, answer);
  }
  return answer;
}
