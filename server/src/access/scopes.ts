import type { AccessInteraction, AccessRule, RuleSet } from './access-grant.ts';
import { ADMIN_TYPES, PLATFORM_TYPES } from './reserved-types.ts';

/** One SMART scope on resources, taken apart. */
export interface ResourceScope {
  readonly level: 'patient' | 'user' | 'system';
  readonly resourceType: string;
  /** Some of `cruds`, in that order. */
  readonly permissions: string;
  /** Search constraint after `?`, as written. */
  readonly query?: string;
}

/** Scopes that ask for identity, context or life time, not for resources. */
export const OTHER_SCOPES: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'fhirUser',
  'launch',
  'launch/patient',
  'launch/encounter',
  'offline_access',
  'online_access',
]);

const RESOURCE_SCOPE = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]+)\.(\*|read|write|c?r?u?d?s?)(?:\?(.+))?$/;
/** `name=value`, one or several: a constraint without a value would constrain nothing. */
const CONSTRAINT = /^[^&=]+=[^&=]+(?:&[^&=]+=[^&=]+)*$/;
const V1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };

/**
 * Takes a resource scope apart, SMART v1 (`.read`) and v2 (`.rs?category=…`). Undefined for what is malformed or out of
 * order: such a scope is not granted.
 * @see https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html#scopes-for-requesting-fhir-resources
 */
export function parseResourceScope(scope: string): ResourceScope | undefined {
  const match = RESOURCE_SCOPE.exec(scope);
  const [, level, resourceType, suffix, query] = match ?? [];
  if (!level || !resourceType || !suffix || PLATFORM_TYPES.has(resourceType)) {
    return undefined;
  }
  if (query !== undefined && (V1[suffix] !== undefined || resourceType === '*' || !CONSTRAINT.test(query))) {
    return undefined;
  }
  return {
    level: level as ResourceScope['level'],
    resourceType,
    permissions: V1[suffix] ?? suffix,
    ...(query !== undefined && { query }),
  };
}

/** The scopes of a request that are known and well formed, in their order and once each; the others are not granted. */
export function knownScopes(scope: string): string[] {
  const parts = scope.split(' ').filter((part) => part !== '');
  return [...new Set(parts)].filter((part) => OTHER_SCOPES.has(part) || parseResourceScope(part));
}

/** Does a scope grant nothing that another one would not? A wildcard takes in every type, a search constraint only itself. */
export function isScopeWithin(scope: string, wide: string): boolean {
  if (scope === wide) {
    return true;
  }
  const [narrow, broad] = [parseResourceScope(scope), parseResourceScope(wide)];
  return (
    narrow !== undefined &&
    broad !== undefined &&
    narrow.level === broad.level &&
    (narrow.resourceType === broad.resourceType || (broad.resourceType === '*' && openTo(narrow.resourceType))) &&
    [...narrow.permissions].every((letter) => broad.permissions.includes(letter)) &&
    (broad.query === undefined || broad.query === narrow.query)
  );
}

/** Does the scope ask for records (and so need `aud` and, for `patient/`, a patient)? */
export function resourceScopes(scope: string): ResourceScope[] {
  return scope.split(' ').flatMap((part) => parseResourceScope(part) ?? []);
}

const INTERACTIONS: Readonly<Record<string, readonly AccessInteraction[]>> = {
  c: ['create'],
  r: ['read', 'vread', 'history'],
  u: ['update'],
  d: ['delete'],
  s: ['search'],
};

/** What scopes are compiled against. */
export interface ScopeContext {
  /** Patient of the launch; without it `patient/` scopes grant nothing. */
  readonly patient?: string;
  /** Types that lie in a patient's compartment; others are open to `patient/` scopes without that condition. */
  readonly compartmentTypes: ReadonlySet<string>;
}

function conditionOf(scope: ResourceScope, type: string, context: ScopeContext): string | undefined {
  const parts = [
    ...(scope.level === 'patient' && (context.compartmentTypes.has(type) || type === 'Patient')
      ? [`_compartment=Patient/${context.patient}`]
      : []),
    ...(scope.query ? [scope.query] : []),
  ];
  return parts.length > 0 ? `${type}?${parts.join('&')}` : undefined;
}

function ruleOn(type: string, scope: ResourceScope, context: ScopeContext): AccessRule {
  const criteria = conditionOf(scope, type, context);
  return {
    resourceType: type,
    interactions: new Set([...scope.permissions].flatMap((letter) => INTERACTIONS[letter] ?? [])),
    ...(criteria && { criteria }),
    hiddenFields: [],
    readonlyFields: [],
    writeConstraints: [],
  };
}

/** Does `*` in a scope reach this type? */
function openTo(type: string): boolean {
  return !PLATFORM_TYPES.has(type) && !ADMIN_TYPES.has(type);
}

/**
 * Compiles granted scopes into a RuleSet that a policy is intersected with; undefined when no scope speaks of resources,
 * for then the policy alone decides.
 */
export function compileScopes(scope: string, context: ScopeContext): RuleSet | undefined {
  const scopes = resourceScopes(scope);
  if (scopes.length === 0) {
    return undefined;
  }
  const effective = scopes.filter((entry) => entry.level !== 'patient' || context.patient);
  const byType = new Map<string, readonly AccessRule[]>();
  const rulesOn = (type: string): readonly AccessRule[] => {
    let rules = byType.get(type);
    if (!rules) {
      rules = effective
        .filter((entry) => entry.resourceType === type || (entry.resourceType === '*' && openTo(type)))
        .map((entry) => ruleOn(type, entry, context));
      byType.set(type, rules);
    }
    return rules;
  };
  return {
    source: 'scope',
    rulesFor: (type, interaction) => rulesOn(type).filter((rule) => rule.interactions.has(interaction)),
  };
}
