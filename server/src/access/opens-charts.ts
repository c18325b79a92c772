import type { AccessGrant } from './access-grant.ts';
import { patientCompartmentTypes } from './patient-compartment.ts';

/** Types that lie in a patient's compartment and are no part of his chart: calendars, and who looked. */
const NO_CHART: ReadonlySet<string> = new Set(['AuditEvent', 'MeasureReport', 'Schedule']);

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
        (type) => !NO_CHART.has(type) && policy.rulesFor(type, 'read').length > 0,
      );
    known.set(grant, answer);
  }
  return answer;
}
