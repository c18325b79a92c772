import type { RuleSet } from './access-grant.ts';
import { ALL_INTERACTIONS, plainRule } from './rule-set.ts';

const ANY = [plainRule('*', ALL_INTERACTIONS)];

const rule = plainRule('Binary', ALL_INTERACTIONS);

/** A Binary without a security context, or one whose context the caller can find. */
const BINARY = [
  { ...rule, criteria: 'Binary?security-context:missing=true' },
  { ...rule, criteria: 'Binary?security-context._lastUpdated=gt1900-01-01', linksFollowPolicy: true },
];

/**
 * Beside every policy: a Binary with a security context is there for those who may read that resource, and for nobody
 * else.
 * @see https://hl7.org/fhir/R4/binary.html#security
 */
export const binaryContextRuleSet: RuleSet = {
  source: 'binary-security-context',
  rulesFor: (resourceType) => (resourceType === 'Binary' ? BINARY : ANY),
};
