import type { AccessGrant, AccessRule, RuleSet } from './access-grant.ts';
import { patientCompartmentTypes } from './patient-compartment.ts';
import { plainRule } from './rule-set.ts';

/** What is never opened in an emergency: who looked, what was billed, and where access itself is steered. */
const CLOSED: ReadonlySet<string> = new Set([
  ...['Account', 'AuditEvent', 'ChargeItem', 'Claim', 'ClaimResponse', 'ExplanationOfBenefit', 'Invoice'],
  ...['Person', 'Basic'],
]);

const opened = new WeakMap<AccessGrant, Map<string, AccessGrant>>();

function emergencyRule(resourceType: string, patient: string): AccessRule {
  const criteria =
    resourceType === 'Patient'
      ? `Patient?_id=${patient}`
      : `${resourceType}?_compartment=Patient/${patient}&_security:not=PSYTHPN`;
  return { ...plainRule(resourceType, ['read', 'vread', 'history', 'search']), criteria };
}

/** The policy, and beside it the records of these patients: without its panel and its labels, never psychotherapy notes. */
function withPatients(policy: RuleSet, patients: readonly string[]): RuleSet {
  const clinical = patientCompartmentTypes();
  return {
    source: `${policy.source} break-glass`,
    rulesFor(resourceType, interaction) {
      const own = policy.rulesFor(resourceType, interaction);
      const isClinical = (clinical.has(resourceType) || resourceType === 'Patient') && !CLOSED.has(resourceType);
      const isRead = interaction !== 'create' && interaction !== 'update' && interaction !== 'delete';
      return isClinical && isRead ? [...patients.map((id) => emergencyRule(resourceType, id)), ...own] : own;
    },
  };
}

/** The grant of somebody with emergency access to patients. Scopes and what holds beside every policy still narrow it. */
export function breakGlassGrant(grant: AccessGrant, patients: readonly string[]): AccessGrant {
  const [policy, ...others] = grant.ruleSets;
  if (!policy || patients.length === 0) {
    return grant;
  }
  const key = [...patients].sort().join(' ');
  const byPatients = opened.get(grant) ?? new Map<string, AccessGrant>();
  opened.set(grant, byPatients);
  let found = byPatients.get(key);
  if (!found) {
    found = { ...grant, ruleSets: [withPatients(policy, patients), ...others] };
    byPatients.set(key, found);
  }
  return found;
}
