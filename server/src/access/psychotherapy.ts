import type { AccessInteraction, AccessRule, RuleSet } from './access-grant.ts';
import { ALL_INTERACTIONS, plainRule } from './rule-set.ts';

/** Interactions that show a note, or change it. */
const SHOWING: readonly AccessInteraction[] = ['read', 'vread', 'history', 'search', 'update', 'delete'];
const ANY = [plainRule('*', ALL_INTERACTIONS)];

function rulesOn(type: string, profile: string): readonly AccessRule[] {
  return ['_security:not=PSYTHPN', `author=${profile}`].map((criteria) => ({
    ...plainRule(type, SHOWING),
    criteria: `${type}?${criteria}`,
  }));
}

/**
 * Beside every policy: notes of psychotherapy and substance use counselling are there for their author, and for nobody else.
 * @see https://www.ecfr.gov/current/title-45/section-164.501
 */
export function psychotherapyRuleSet(profile: string): RuleSet {
  const rules = new Map(['Composition', 'DocumentReference'].map((type) => [type, rulesOn(type, profile)]));
  return {
    source: 'psychotherapy-notes',
    rulesFor: (type, interaction) => (interaction === 'create' ? ANY : (rules.get(type) ?? ANY)),
  };
}
