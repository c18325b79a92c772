import type { AccessGrant, AccessInteraction } from './access-grant.ts';

/** Whose part of records that the server itself keeps a caller may see: everybody's, nobody's, or of these patients (ids). */
export type PatientReach = 'all' | 'none' | ReadonlySet<string>;

const PATIENT = /^(?:Patient\/)?([A-Za-z0-9\-.]{1,64})$/;

/** The patients that criteria stand for, when they say nothing but that. */
function patientsIn(criteria: string): readonly string[] {
  const params = [...new URLSearchParams(criteria.slice(criteria.indexOf('?') + 1))];
  const [name, value] = params.length === 1 ? (params[0] as [string, string]) : [];
  if (name !== '_compartment' && name !== 'patient') {
    return [];
  }
  return (value ?? '').split(',').flatMap((one) => PATIENT.exec(one)?.[1] ?? []);
}

/**
 * How far a grant reaches over a type whose instances are not stored as resources, so that its criteria cannot be
 * searched with: only `_compartment` and `patient` are understood, any other criteria open nothing.
 */
export function patientReach(grant: AccessGrant, resourceType: string, interaction: AccessInteraction): PatientReach {
  let reach: PatientReach = 'all';
  for (const ruleSet of grant.ruleSets) {
    const rules = ruleSet.rulesFor(resourceType, interaction);
    if (rules.length === 0) {
      return 'none';
    }
    if (rules.some((rule) => rule.criteria === undefined)) {
      continue;
    }
    const own = new Set(rules.flatMap((rule) => patientsIn(rule.criteria ?? '')));
    const before: PatientReach = reach;
    reach = before === 'all' ? own : new Set([...own].filter((id) => (before as ReadonlySet<string>).has(id)));
  }
  return reach;
}
