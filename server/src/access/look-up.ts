import type { AccessGrant, RuleSet } from './access-grant.ts';

const known = new WeakMap<AccessGrant, Map<string, AccessGrant>>();

/** Searching the type by the rules for changing it, where there are none for searching it. */
function changingAsSearch(ruleSet: RuleSet, resourceType: string): RuleSet {
  return {
    source: ruleSet.source,
    rulesFor(type, interaction) {
      const own = ruleSet.rulesFor(type, interaction);
      const isAsked = type === resourceType && interaction === 'search' && own.length === 0;
      return isAsked ? ruleSet.rulesFor(type, 'update') : own;
    },
  };
}

/**
 * The grant with which an interface that lists nothing finds what it wrote, by its identifier: it reaches what may be
 * changed, and nothing else.
 */
export function lookUpGrant(grant: AccessGrant, resourceType: string): AccessGrant {
  const byType = known.get(grant) ?? new Map<string, AccessGrant>();
  known.set(grant, byType);
  let found = byType.get(resourceType);
  if (!found) {
    found = { ...grant, ruleSets: grant.ruleSets.map((ruleSet) => changingAsSearch(ruleSet, resourceType)) };
    byType.set(resourceType, found);
  }
  return found;
}
