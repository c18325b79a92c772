import type { AccessInteraction, AccessRule, RuleSet } from './access-grant.ts';

/** Every interaction a rule can stand on. */
export const ALL_INTERACTIONS: readonly AccessInteraction[] = [
  'create',
  'read',
  'vread',
  'history',
  'search',
  'update',
  'delete',
];

/** The interactions of a `readonly` rule. */
export const READ_INTERACTIONS: readonly AccessInteraction[] = ['read', 'vread', 'history', 'search'];

/** The interactions that change something. */
export const WRITE_INTERACTIONS: ReadonlySet<AccessInteraction> = new Set(['create', 'update', 'delete']);

/** A rule without conditions. */
export function plainRule(resourceType: string, interactions: readonly AccessInteraction[]): AccessRule {
  return {
    resourceType,
    interactions: new Set(interactions),
    hiddenFields: [],
    readonlyFields: [],
    writeConstraints: [],
  };
}

/** Rewrites a rule on `*` as the rule on one type that it stands for. */
function onType(rule: AccessRule, resourceType: string): AccessRule {
  if (rule.resourceType === resourceType) {
    return rule;
  }
  const criteria = rule.criteria && `${resourceType}${rule.criteria.slice(rule.criteria.indexOf('?'))}`;
  return { ...rule, resourceType, criteria };
}

/**
 * A RuleSet over an ordered list of rules. Answers are kept, so that asking again is one Map look-up.
 * `covers` says whether a rule on `*` reaches a type.
 */
export function ruleSetOf(
  source: string,
  rules: readonly AccessRule[],
  covers: (resourceType: string) => boolean,
): RuleSet {
  const answers = new Map<string, readonly AccessRule[]>();
  return {
    source,
    rulesFor(resourceType, interaction) {
      const key = `${interaction} ${resourceType}`;
      let found = answers.get(key);
      if (!found) {
        found = rules
          .filter((rule) => rule.interactions.has(interaction))
          .filter((rule) => rule.resourceType === resourceType || (rule.resourceType === '*' && covers(resourceType)))
          .map((rule) => onType(rule, resourceType));
        if (answers.size < 4096) {
          answers.set(key, found);
        }
      }
      return found;
    },
  };
}
