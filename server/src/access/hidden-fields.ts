import type { Resource } from '@medplum/fhirtypes';
import type { AccessGrant, AccessInteraction, AccessRule, RuleSet } from './access-grant.ts';
import { clonePath, removePath, restorePath } from './element-paths.ts';

/** Looked at in this order: the first interaction that a RuleSet permits says what it hides. */
const SHOWN_BY: readonly AccessInteraction[] = ['read', 'search', 'vread', 'history', 'update', 'create'];

const NONE: readonly string[] = [];
const known = new WeakMap<AccessGrant, Map<string, readonly string[]>>();

/** The rules that can be the one that shows a resource: all with criteria, up to the first without. */
function candidates(rules: readonly AccessRule[]): readonly AccessRule[] {
  const plain = rules.findIndex((rule) => rule.criteria === undefined);
  return plain < 0 ? rules : rules.slice(0, plain + 1);
}

function hiddenBy(ruleSet: RuleSet, resourceType: string): string[] {
  for (const interaction of SHOWN_BY) {
    const rules = ruleSet.rulesFor(resourceType, interaction);
    if (rules.length > 0) {
      return candidates(rules).flatMap((rule) => rule.hiddenFields);
    }
  }
  return [];
}

/**
 * Elements of a type that never reach this caller. Where several rules could show a resource, the fields of all of them
 * are hidden, so that the answer does not depend on which one matched.
 */
export function hiddenFields(grant: AccessGrant, resourceType: string): readonly string[] {
  if (grant.ruleSets.length === 0) {
    return NONE;
  }
  let byType = known.get(grant);
  if (!byType) {
    byType = new Map();
    known.set(grant, byType);
  }
  let fields = byType.get(resourceType);
  if (!fields) {
    fields = [...new Set(grant.ruleSets.flatMap((ruleSet) => hiddenBy(ruleSet, resourceType)))];
    byType.set(resourceType, fields);
  }
  return fields;
}

/** The resource without the fields; the same object when there is nothing to take away. */
export function redact<T extends Resource>(resource: T, fields: readonly string[]): T {
  if (fields.length === 0) {
    return resource;
  }
  let result: T = resource;
  for (const field of fields) {
    result = clonePath(result, field);
    removePath(result, field);
  }
  return result;
}

/** A write by somebody who cannot see the fields: whatever it says about them, they stay as they were. */
export function preserveHidden<T extends Resource>(before: T | undefined, after: T, fields: readonly string[]): T {
  let result = after;
  for (const field of fields) {
    result = clonePath(result, field);
    restorePath(before, result, field);
  }
  return result;
}
