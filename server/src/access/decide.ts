import type { AccessGrant, AccessInteraction } from './access-grant.ts';

/** `none`: the whole type is closed; `filtered`: only resources that match a rule's criteria; `all`: every resource. */
export type Decision = 'none' | 'filtered' | 'all';

/** What a grant says about one interaction on one type, before any resource is looked at. */
export function decide(grant: AccessGrant, resourceType: string, interaction: AccessInteraction): Decision {
  let decision: Decision = 'all';
  for (const ruleSet of grant.ruleSets) {
    const rules = ruleSet.rulesFor(resourceType, interaction);
    if (rules.length === 0) {
      return 'none';
    }
    if (!rules.some((rule) => rule.criteria === undefined)) {
      decision = 'filtered';
    }
  }
  return decision;
}

/** The grant of somebody who acts with the rights of two: what both permit. The first one gives the tenant. */
export function intersect(first: AccessGrant, second: AccessGrant): AccessGrant {
  return {
    tenant: first.tenant,
    ruleSets: [...first.ruleSets, ...second.ruleSets],
    system: first.system && second.system,
    extendedMode: first.extendedMode && second.extendedMode,
  };
}
