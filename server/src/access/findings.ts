import type { RuleSet } from './access-grant.ts';
import { ALL_INTERACTIONS, plainRule } from './rule-set.ts';

const ANY = [plainRule('*', ALL_INTERACTIONS)];

const rule = plainRule('DetectedIssue', ALL_INTERACTIONS);

/** What findings are about: notes, and orders. Named one by one, for a finding on a finding would ask for itself. */
const IMPLICATED = ['Composition', 'DocumentReference', 'MedicationRequest', 'Procedure', 'ServiceRequest'];

/** A finding on nothing in particular, or on something that the caller can find. */
const FINDINGS = [
  { ...rule, criteria: 'DetectedIssue?implicated:missing=true' },
  ...IMPLICATED.map((type) => ({
    ...rule,
    criteria: `DetectedIssue?implicated:${type}._lastUpdated=gt1900-01-01`,
    linksFollowPolicy: true,
  })),
];

/** Beside every policy: a finding on a note is there for those who may read the note, and for nobody else. */
export const findingsRuleSet: RuleSet = {
  source: 'findings-on-notes',
  rulesFor: (resourceType, interaction) =>
    resourceType === 'DetectedIssue' && interaction !== 'create' ? FINDINGS : ANY,
};
