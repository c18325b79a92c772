import { randomUUID } from 'node:crypto';
import { createReference, type WithId } from '@medplum/core';
import type {
  ClientApplication,
  Patient,
  Practitioner,
  Project,
  ProjectMembership,
  Reference,
  RelatedPerson,
  User,
} from '@medplum/fhirtypes';
import type { AuthDependencies } from './auth-dependencies.ts';
import { REQUIRE_MFA } from './require-mfa.ts';
import { SECOND_APPROVER } from './second-approval.ts';
import { newSecret } from './secrets.ts';

/** Who a member is in the record. */
export type Profile = Practitioner | Patient | RelatedPerson;

/** A new project and its number. */
export interface NewClinic {
  readonly tenant: number;
  readonly project: WithId<Project>;
}

/** What a project is made from. */
export interface NewProject {
  readonly name: string;
  readonly owner?: WithId<User>;
  /** Must staff have a second factor? They must, unless this says no. */
  readonly requireMfa?: boolean;
  /** Must a second admin agree to what one changes of who may do what? He must, unless this says no. */
  readonly secondApprover?: boolean;
  /** Further settings, such as the clinic's look. */
  readonly settings?: NonNullable<Project['setting']>;
}

/** What a member may do, as on ProjectMembership. */
export type MemberRights = Pick<ProjectMembership, 'access' | 'accessPolicy' | 'active' | 'admin'>;

/**
 * Makes a project: its tenant, its Project resource, its entry in the platform's directory of projects, and the
 * server's own apps as clients.
 */
export async function createClinic(
  deps: AuthDependencies,
  { name, owner, requireMfa = true, secondApprover = true, settings = [] }: NewProject,
): Promise<NewClinic> {
  const id = randomUUID();
  const { tenant } = await deps.tenants.create(id, name);
  const resource: Project = {
    resourceType: 'Project',
    id,
    name,
    strictMode: true,
    setting: [
      { name: REQUIRE_MFA, valueBoolean: requireMfa },
      { name: SECOND_APPROVER, valueBoolean: secondApprover },
      ...settings,
    ],
    features: ['bots', 'cron', 'websocket-subscriptions', 'transaction-bundles'],
    ...(owner && { owner: createReference(owner) }),
  };
  const project = await deps.systemRepository(tenant).createResource(resource, { assignedId: true });
  await deps.systemRepository(0).createResource(resource, { assignedId: true });
  for (const app of deps.apps ?? []) {
    await registerApp(deps, tenant, app);
  }
  deps.log({ event: 'auth.project-created', tenant });
  return { tenant, project };
}

async function registerApp(deps: AuthDependencies, tenant: number, app: { name: string; path: string }): Promise<void> {
  const id = randomUUID();
  const address = `${deps.baseUrl}${app.path}`;
  const client: ClientApplication = {
    resourceType: 'ClientApplication',
    id,
    name: app.name,
    launchUri: `${address}?client_id=${id}`,
    redirectUris: [address],
  };
  await deps.systemRepository(tenant).createResource(client, { assignedId: true });
}

/** A client to make; the server chooses its secret. */
type NewClientApplication = Omit<ClientApplication, 'resourceType' | 'id' | 'secret'> & { readonly isPublic?: boolean };

/** Makes a client with a generated secret, or a public one, and its membership. The answer carries the secret. */
export async function createClient(
  deps: AuthDependencies,
  clinic: { readonly tenant: number; readonly project: Project },
  client: NewClientApplication,
  rights: MemberRights,
): Promise<WithId<ClientApplication>> {
  return (await createClientMember(deps, clinic, client, rights)).client;
}

/** The same, with the membership that was made. */
export async function createClientMember(
  deps: AuthDependencies,
  clinic: { readonly tenant: number; readonly project: Project },
  client: NewClientApplication,
  rights: MemberRights,
): Promise<{ readonly client: WithId<ClientApplication>; readonly membership: WithId<ProjectMembership> }> {
  const { isPublic, ...rest } = client;
  const repository = deps.systemRepository(clinic.tenant);
  const made = await repository.createResource<ClientApplication>({
    resourceType: 'ClientApplication',
    ...rest,
    ...(!isPublic && { secret: newSecret() }),
  });
  const reference = { reference: `ClientApplication/${made.id}`, display: made.name };
  const membership = await createMembership(deps, clinic, { user: reference, profile: reference, ...rights });
  return { client: made, membership };
}

/** Makes a membership. */
export function createMembership(
  deps: AuthDependencies,
  clinic: { readonly tenant: number; readonly project: Project },
  membership: MemberRights & Pick<ProjectMembership, 'user' | 'profile' | 'userName' | 'externalId' | 'invitedBy'>,
): Promise<WithId<ProjectMembership>> {
  return deps.systemRepository(clinic.tenant).createResource<ProjectMembership>({
    resourceType: 'ProjectMembership',
    project: { reference: `Project/${clinic.project.id}`, display: clinic.project.name },
    ...membership,
  });
}

/** A person's reference with a name to show. */
export function personReference(profile: WithId<Profile>): Reference<Profile> {
  const name = profile.name?.[0];
  const display = [...(name?.given ?? []), name?.family].filter(Boolean).join(' ');
  return { reference: `${profile.resourceType}/${profile.id}`, ...(display && { display }) };
}
