import { evalFhirPathTyped, type TypedValue, toTypedValue } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import { FhirError, forbidden, hasSafePatterns, type Issue } from '../fhir/index.ts';
import type { AccessGrant, AccessInteraction, AccessRule, RuleSet } from './access-grant.ts';
import { clonePath, elementAt, restorePath } from './element-paths.ts';
import { hiddenFields, preserveHidden } from './hidden-fields.ts';

/** One create (no `before`) or update under a grant. */
export interface WriteCheck<T extends Resource = Resource> {
  readonly grant: AccessGrant;
  /** Reference of the acting profile, `%profile` in constraints. */
  readonly profile: string;
  readonly before?: T;
  readonly after: T;
  /** Does a resource match criteria? Undefined when that cannot be told from the resource alone; then every rule in question must agree. */
  readonly matches?: (resource: Resource, criteria: string) => boolean | undefined;
}

const NOTHING: TypedValue = { type: 'undefined', value: undefined };

/**
 * What the policy's write rules make of a new version: elements the caller cannot see stay as they were, readonly ones
 * must be unchanged (or left out, then they are restored), and a constraint must hold.
 * @returns the resource to store
 * @throws FhirError 403 naming the readonly elements, or saying that no rule's constraint holds.
 */
export function checkWrite<T extends Resource>(check: WriteCheck<T>): T {
  let after = check.after;
  for (const ruleSet of check.grant.ruleSets) {
    after = checkRuleSet(ruleSet, { ...check, after });
  }
  const hidden = hiddenFields(check.grant, after.resourceType);
  return check.before ? preserveHidden(check.before, after, hidden) : withoutFields(after, hidden);
}

/** A creator cannot set what he could not see afterwards. */
function withoutFields<T extends Resource>(after: T, fields: readonly string[]): T {
  return preserveHidden(undefined, after, fields);
}

function checkRuleSet<T extends Resource>(ruleSet: RuleSet, check: WriteCheck<T>): T {
  const interaction: AccessInteraction = check.before ? 'update' : 'create';
  const rules = deciding(ruleSet.rulesFor(check.after.resourceType, interaction), check);
  if (!rules.every((rule) => rule.writeConstraints.every((constraint) => holds(constraint, check)))) {
    const text = `Your access policy does not permit this ${interaction} of ${check.after.resourceType}`;
    throw forbidden('write-constraint', text);
  }
  return keepReadonly([...new Set(rules.flatMap((rule) => rule.readonlyFields))], check);
}

/** The rules that may be the one which permits the write: in order, up to the first that surely is. */
function deciding(rules: readonly AccessRule[], check: WriteCheck): AccessRule[] {
  const found: AccessRule[] = [];
  for (const rule of rules) {
    const verdict = covers(rule, check);
    if (verdict !== false) {
      found.push(rule);
    }
    if (verdict === true) {
      break;
    }
  }
  return found;
}

function covers(rule: AccessRule, check: WriteCheck): boolean | undefined {
  const { criteria } = rule;
  if (criteria === undefined) {
    return true;
  }
  const verdicts = [check.before, check.after].map((resource) => !resource || check.matches?.(resource, criteria));
  return verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
}

function holds(constraint: string, check: WriteCheck): boolean {
  if (!hasSafePatterns(constraint)) {
    return false;
  }
  const result = evalFhirPathTyped(constraint, [toTypedValue(check.after)], {
    '%before': check.before ? toTypedValue(check.before) : NOTHING,
    '%after': toTypedValue(check.after),
    '%profile': toTypedValue(check.profile),
  });
  return result.length === 1 && result[0]?.value === true;
}

/** @throws FhirError 403 with one issue for each readonly element that would change. */
function keepReadonly<T extends Resource>(fields: readonly string[], check: WriteCheck<T>): T {
  let after = check.after;
  const issues: Issue[] = [];
  for (const field of fields) {
    const wanted = elementAt(after, field);
    if (!check.before ? wanted.length === 0 : same(elementAt(check.before, field), wanted)) {
      continue;
    }
    if (check.before && wanted.length === 0) {
      after = clonePath(after, field);
      restorePath(check.before, after, field);
      continue;
    }
    issues.push({
      severity: 'error',
      code: 'forbidden',
      key: 'readonly-element',
      text: `Your access policy makes ${after.resourceType}.${field} read-only`,
      expression: `${after.resourceType}.${field}`,
    });
  }
  if (issues.length > 0) {
    throw new FhirError(403, issues);
  }
  return after;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b);
}

/** JSON with keys in order, so that the order of members does not count as a change. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
