import type { WithId } from '@medplum/core';
import type { AccessPolicy, Project, ProjectMembership, Reference, RelatedPerson } from '@medplum/fhirtypes';
import type { AccessGrant, AccessRule, PolicyInput, PolicyParameters, RuleSet } from '../access/index.ts';
import {
  appsRuleSet,
  binaryContextRuleSet,
  compilePolicies,
  compileScopes,
  findingsRuleSet,
  patientCompartmentTypes,
  psychotherapyRuleSet,
  unsignedNotesRuleSet,
} from '../access/index.ts';
import { type Queryable, sql } from '../database/index.ts';
import { findByReference, findPolicies, storedResource } from './find-resource.ts';

/** A membership with everything that decides about its rights. */
export interface Member {
  readonly tenant: number;
  readonly project: WithId<Project>;
  readonly membership: WithId<ProjectMembership>;
  readonly policies: readonly PolicyInput[];
  /** Equal as long as nothing that decides about the rights has changed. */
  readonly fingerprint: string;
}

/** What the sign-in adds to the membership. */
export interface LaunchContext {
  readonly scope: string;
  readonly patient?: string;
  /** Does an app of others act? It sees what its scopes name and nothing else; this server's own apps have the person's rights. */
  readonly byOthers?: boolean;
}

interface MemberRow {
  readonly status: string;
  readonly project: string;
  readonly membership: string;
}

/** A policy that a membership names and that is not there (any more) closes everything; it must not open everything. */
const MISSING_POLICY: AccessPolicy = { resourceType: 'AccessPolicy', name: 'missing', resource: [] };

/** A date without a time lasts until its end. */
const lastInstant = (date: string): number => Date.parse(date) + (date.length === 10 ? 86_400_000 - 1 : 0);

/** Does somebody act for a patient at this moment? */
function isActing({ active, period }: RelatedPerson, now: number): boolean {
  const { start, end } = period ?? {};
  return active !== false && (!start || Date.parse(start) <= now) && (!end || lastInstant(end) >= now);
}

/** The patient whose record a profile stands for, and whether it does so now: a relative only in his time. */
async function patientOf(
  database: Queryable,
  tenant: number,
  profile: string,
): Promise<{ readonly patient?: string; readonly isOver?: boolean }> {
  if (profile.startsWith('Patient/')) {
    return { patient: profile };
  }
  if (!profile.startsWith('RelatedPerson/')) {
    return {};
  }
  const person = await findByReference<RelatedPerson>(database, tenant, profile);
  return person && isActing(person, Date.now()) ? { patient: person.patient.reference } : { isOver: true };
}

function parametersOf(
  access: NonNullable<ProjectMembership['access']>[number],
  builtIn: PolicyParameters,
): PolicyParameters {
  const own = (access.parameter ?? []).flatMap((parameter) => {
    const value = parameter.valueReference?.reference ?? parameter.valueString;
    return value === undefined ? [] : [[parameter.name, value] as const];
  });
  return { ...builtIn, ...Object.fromEntries(own) };
}

async function policiesOf(
  database: Queryable,
  tenant: number,
  membership: ProjectMembership,
  builtIn: PolicyParameters,
): Promise<PolicyInput[]> {
  const entries = [
    ...(membership.access ?? []),
    ...(membership.accessPolicy ? [{ policy: membership.accessPolicy }] : []),
  ];
  const idOf = (policy: Reference): string => policy.reference?.split('/')[1] ?? '';
  const found = await findPolicies(
    database,
    tenant,
    entries.map((entry) => idOf(entry.policy)),
  );
  return entries.map((entry) => ({
    policy: found.get(idOf(entry.policy)) ?? MISSING_POLICY,
    parameters: parametersOf(entry, builtIn),
  }));
}

/** Settings of a project whose values are parameters of its policies. */
const SETTING_PARAMETERS: ReadonlySet<string> = new Set(['nurse-medications']);

const settingParameters = ({ setting = [] }: Project): PolicyParameters =>
  Object.fromEntries(
    setting.flatMap(({ name, valueString }) =>
      valueString !== undefined && SETTING_PARAMETERS.has(name) ? [[name, valueString]] : [],
    ),
  );

/**
 * Loads a member by membership id; undefined when the membership, its project or its tenant is gone, disabled or
 * suspended, and when the time is over in which a relative acts for a patient. `patient` is the one of the launch, which comes before that of the profile.
 */
export async function loadMember(
  database: Queryable,
  tenant: number,
  membershipId: string,
  patient?: string,
): Promise<Member | undefined> {
  const [row] = await database.query<MemberRow>(
    sql`SELECT t.status, p.content AS project, m.content AS membership FROM tenant t
      JOIN resource p ON p.tenant = t.tenant AND p.type = 'Project' AND p.id = t.project_id AND NOT p.deleted
      JOIN resource m ON m.tenant = t.tenant AND m.type = 'ProjectMembership' AND m.id = ${membershipId} AND NOT m.deleted
      WHERE t.tenant = ${tenant}`,
  );
  if (row?.status !== 'active') {
    return undefined;
  }
  const project = storedResource<Project>(row.project);
  const membership = storedResource<ProjectMembership>(row.membership);
  if (membership.active === false || project.active === false) {
    return undefined;
  }
  const profile = membership.profile.reference ?? '';
  const own = await patientOf(database, tenant, profile);
  if (own.isOver) {
    return undefined;
  }
  const inContext = patient ? `Patient/${patient}` : own.patient;
  const policies = await policiesOf(database, tenant, membership, {
    ...settingParameters(project),
    profile,
    user: membership.user.reference ?? '',
    project: `Project/${project.id}`,
    ...(inContext && { patient: inContext }),
  });
  const versions = [membership, project, ...policies.map(({ policy }) => policy)].map(
    (resource) => `${resource.id}:${resource.meta?.versionId}`,
  );
  return { tenant, project, membership, policies, fingerprint: [tenant, ...versions, inContext].join(' ') };
}

/** Is this the project of the platform's operators? */
export function isPlatform(member: Pick<Member, 'tenant' | 'project'>): boolean {
  return member.tenant === 0 && member.project.superAdmin === true;
}

const MAX_GRANTS = 5000;

/** Compiles members to grants; equal members get the same grant object, so that what is derived from it can be kept. */
export function createGrants(): (member: Member, launch: LaunchContext) => AccessGrant {
  const known = new Map<string, AccessGrant>();
  return (member, launch) => {
    const key = `${member.fingerprint} ${launch.patient ?? ''} ${launch.byOthers === true} ${launch.scope}`;
    const found = known.get(key);
    if (found) {
      return found;
    }
    const grant = grantOf(member, launch);
    if (known.size >= MAX_GRANTS) {
      known.delete(known.keys().next().value as string);
    }
    known.set(key, grant);
    return grant;
  };
}

/**
 * What the scopes permit; undefined when the policies alone decide. An app of others that asks for no records gets none,
 * but the profile of the person whom it knows by `fhirUser` can be read with every token.
 * @see security.md S5, S10
 */
function scopeRules({ scope, patient, byOthers }: LaunchContext, profile: string): RuleSet | undefined {
  const scopes = compileScopes(scope, { patient, compartmentTypes: patientCompartmentTypes() });
  if (!scopes && !byOthers) {
    return undefined;
  }
  const own = ownProfileRule(profile);
  return {
    source: 'scope',
    rulesFor: (type, interaction) => [
      ...(scopes?.rulesFor(type, interaction) ?? []),
      ...(own.resourceType === type && interaction === 'read' ? [own] : []),
    ],
  };
}

function ownProfileRule(profile: string): AccessRule {
  const [resourceType = '', id] = profile.split('/');
  return {
    resourceType,
    interactions: new Set(['read']),
    criteria: `${resourceType}?_id=${id}`,
    hiddenFields: [],
    readonlyFields: [],
    writeConstraints: [],
  };
}

function grantOf(member: Member, launch: LaunchContext): AccessGrant {
  const admin = member.membership.admin === true;
  const role = isPlatform(member) ? 'super-admin' : admin ? 'admin' : 'member';
  const policy = compilePolicies(member.policies, { role, projectId: member.project.id });
  const scopes = scopeRules(launch, member.membership.profile.reference ?? '');
  const isOwnClient =
    member.membership.profile.reference?.startsWith('ClientApplication/') === true && member.policies.length === 0;
  return {
    tenant: member.tenant,
    ruleSets: [
      policy,
      ...(scopes ? [scopes] : []),
      ...(launch.byOthers ? [appsRuleSet] : []),
      unsignedNotesRuleSet(member.membership.profile.reference ?? ''),
      psychotherapyRuleSet(member.membership.profile.reference ?? ''),
      binaryContextRuleSet,
      findingsRuleSet,
    ],
    system: false,
    extendedMode: (admin || isOwnClient) && !scopes,
  };
}
