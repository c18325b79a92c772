import type { AccessPolicy, AccessPolicyResource } from '@medplum/fhirtypes';
import type { AccessRule, RuleSet } from './access-grant.ts';
import { criteriaWith, expressionWith, type PolicyParameters } from './policy-parameters.ts';
import { ADMIN_TYPES, PLATFORM_TYPES, SERVER_WRITTEN_TYPES } from './reserved-types.ts';
import { ALL_INTERACTIONS, plainRule, READ_INTERACTIONS, ruleSetOf, WRITE_INTERACTIONS } from './rule-set.ts';

/** One AccessPolicy with the values of its `%parameters`. */
export interface PolicyInput {
  readonly policy: AccessPolicy;
  readonly parameters: PolicyParameters;
}

function interactionsOf(entry: AccessPolicyResource, admin: boolean): AccessRule['interactions'] {
  const listed = entry.interaction ?? (entry.readonly ? READ_INTERACTIONS : ALL_INTERACTIONS);
  const type = entry.resourceType;
  if (SERVER_WRITTEN_TYPES.has(type) || (ADMIN_TYPES.has(type) && !admin)) {
    return new Set(listed.filter((interaction) => !WRITE_INTERACTIONS.has(interaction)));
  }
  return new Set(type === 'ProjectMembership' ? listed.filter((interaction) => interaction !== 'create') : listed);
}

/** Who a member is can never be changed: only the invitation says it. */
const FIXED_IDENTITY = ['project', 'user', 'profile'];

function readonlyFieldsOf(entry: AccessPolicyResource): readonly string[] {
  const own = entry.readonlyFields ?? [];
  return entry.resourceType === 'ProjectMembership' ? [...new Set([...own, ...FIXED_IDENTITY])] : own;
}

function criteriaOf(entry: AccessPolicyResource): string | undefined {
  const compartment = entry.compartment?.reference;
  if (!compartment) {
    return entry.criteria;
  }
  const base = entry.criteria ?? `${entry.resourceType}?`;
  return `${base}${base.endsWith('?') ? '' : '&'}_compartment=${compartment}`;
}

function ruleOf(entry: AccessPolicyResource, parameters: PolicyParameters, admin: boolean): AccessRule | undefined {
  const written = criteriaOf(entry);
  const criteria = written && criteriaWith(written, parameters);
  if ((written && criteria === undefined) || PLATFORM_TYPES.has(entry.resourceType)) {
    return undefined;
  }
  return {
    resourceType: entry.resourceType,
    interactions: interactionsOf(entry, admin),
    ...(criteria && { criteria }),
    hiddenFields: entry.hiddenFields ?? [],
    readonlyFields: readonlyFieldsOf(entry),
    writeConstraints: (entry.writeConstraint ?? []).flatMap((constraint) =>
      constraint.expression ? [expressionWith(constraint.expression, parameters)] : [],
    ),
  };
}

/** Does a rule on `*` reach this type? Never the platform's own types, nor those that steer access. */
function covers(resourceType: string): boolean {
  return !PLATFORM_TYPES.has(resourceType) && !ADMIN_TYPES.has(resourceType);
}

/** What a project admin may do besides his policies: keep the clients, bots, policies and members of his project. */
function adminRules(projectId: string): AccessRule[] {
  return [
    { ...plainRule('Project', READ_INTERACTIONS), criteria: `Project?_id=${projectId}` },
    plainRule('AccessPolicy', ALL_INTERACTIONS),
    plainRule('Bot', ALL_INTERACTIONS),
    plainRule('ClientApplication', ALL_INTERACTIONS),
    {
      ...plainRule('ProjectMembership', [...READ_INTERACTIONS, 'update', 'delete']),
      readonlyFields: FIXED_IDENTITY,
    },
  ];
}

/** What a member without a policy may do: everything in his own project that is not reserved to its admins. */
function unrestrictedRules(projectId: string, isAdmin: boolean): AccessRule[] {
  const hiddenFields = isAdmin ? [] : ['secret'];
  return [
    plainRule('*', ALL_INTERACTIONS),
    { ...plainRule('Project', ['read', 'search']), criteria: `Project?_id=${projectId}`, hiddenFields },
    plainRule('ClientApplication', ['read', 'search']),
    plainRule('Bot', READ_INTERACTIONS),
  ].map((rule) =>
    rule.resourceType === 'ClientApplication'
      ? { ...rule, hiddenFields: ['secret', 'retiringSecret', 'identityProvider'] }
      : rule,
  );
}

/** What the platform's operators may do: keep projects, users and clients, and see no record of any patient. */
function operatorRules(): AccessRule[] {
  return [
    { ...plainRule('Project', READ_INTERACTIONS), hiddenFields: ['secret'] },
    { ...plainRule('User', READ_INTERACTIONS), hiddenFields: ['passwordHash', 'mfaSecret'] },
    {
      ...plainRule('ProjectMembership', [...READ_INTERACTIONS, 'update', 'delete']),
      readonlyFields: FIXED_IDENTITY,
    },
    plainRule('ClientApplication', ALL_INTERACTIONS),
    plainRule('AccessPolicy', ALL_INTERACTIONS),
    plainRule('Practitioner', ALL_INTERACTIONS),
  ];
}

/** Whose policies are compiled. */
export interface PolicyHolder {
  readonly role: 'member' | 'admin' | 'super-admin';
  /** FHIR id of the own Project. */
  readonly projectId: string;
}

/**
 * Compiles the policies of a membership, in their order, into one RuleSet. No policy at all means everything within the
 * project (the meaning Medplum gives to owners and clients without a policy); an admin also keeps the project itself.
 * @see https://www.medplum.com/docs/access/access-policies
 */
export function compilePolicies(inputs: readonly PolicyInput[], holder: PolicyHolder): RuleSet {
  if (holder.role === 'super-admin') {
    return ruleSetOf('platform', operatorRules(), covers);
  }
  const isAdmin = holder.role === 'admin';
  const rules =
    inputs.length === 0
      ? unrestrictedRules(holder.projectId, isAdmin)
      : inputs.flatMap(({ policy, parameters }) =>
          (policy.resource ?? []).flatMap((entry) => ruleOf(entry, parameters, isAdmin) ?? []),
        );
  const source = inputs.map(({ policy }) => `AccessPolicy/${policy.name ?? policy.id ?? ''}`).join(' ') || 'membership';
  return ruleSetOf(source, isAdmin ? [...rules, ...adminRules(holder.projectId)] : rules, covers);
}

/** The policies as one AccessPolicy with parameters filled in: what `auth/me` shows to a client. */
export function mergedPolicy(inputs: readonly PolicyInput[]): AccessPolicy | undefined {
  const first = inputs[0];
  if (!first) {
    return undefined;
  }
  const resource = inputs.flatMap(({ policy, parameters }) =>
    (policy.resource ?? []).flatMap((entry) => {
      const criteria = entry.criteria && criteriaWith(entry.criteria, parameters);
      return entry.criteria && criteria === undefined ? [] : [{ ...entry, ...(criteria && { criteria }) }];
    }),
  );
  return { resourceType: 'AccessPolicy', ...(first.policy.name && { name: first.policy.name }), resource };
}
