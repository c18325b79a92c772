import type { AccessGrant, AccessRule, RuleSet } from './access-grant.ts';
import { patientCompartmentTypes } from './patient-compartment.ts';

/** What is never opened in an emergency: who looked, what was billed, and where access itself is steered. */
const CLOSED: ReadonlySet<string> = new Set([
  ...['Account', 'AuditEvent', 'ChargeItem', 'Claim', 'ClaimResponse', 'ExplanationOfBenefit', 'Invoice'],
  ...['Person', 'Basic'],
]);

const opened = new WeakMap<AccessGrant, Map<string, AccessGrant>>();

/** What an emergency takes away from the criteria of a rule: whose patients they are, and the label of 42 CFR Part 2. */
const TAKEN_AWAY = /^(?:_compartment=|_security:not=42CFRPart2$)/;

/** A rule as it stands for one patient in an emergency; what else it asks for, such as a signature, it goes on asking. */
function emergencyRule(rule: AccessRule, patient: string): AccessRule {
  const type = rule.resourceType;
  const params = (rule.criteria?.slice(type.length + 1) ?? '').split('&');
  const kept = params.filter((param) => param !== '' && !TAKEN_AWAY.test(param));
  const whose = type === 'Patient' ? `_id=${patient}` : `_compartment=Patient/${patient}`;
  return { ...rule, criteria: `${type}?${[whose, ...kept].join('&')}` };
}

/** The policy, and beside it its own rows for these patients, without its panel and its labels. */
function withPatients(policy: RuleSet, patients: readonly string[]): RuleSet {
  const clinical = patientCompartmentTypes();
  return {
    source: `${policy.source} break-glass`,
    rulesFor(resourceType, interaction) {
      const own = policy.rulesFor(resourceType, interaction);
      const isClinical = (clinical.has(resourceType) || resourceType === 'Patient') && !CLOSED.has(resourceType);
      const isRead = interaction === 'read' || interaction === 'search';
      return isClinical && isRead
        ? [...patients.flatMap((id) => own.map((rule) => emergencyRule(rule, id))), ...own]
        : own;
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
