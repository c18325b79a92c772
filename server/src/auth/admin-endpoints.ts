import type { Bot, ProjectMembership } from '@medplum/fhirtypes';
import { z } from 'zod';
import { assertNoSelfGrant } from '../access/index.ts';
import { forbidden, notFound } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { inlineJwks } from './client-keys.ts';
import { createClientMember, createMembership } from './clinic.ts';
import { findById } from './find-resource.ts';
import { checkAdmin, checkPolicies, checkUnlimited, namesPolicy, RIGHTS, rightsOf } from './member-rights.ts';
import type { AdminRequest } from './project-admin.ts';
import { activateLater, mustWait } from './second-approval.ts';
import { requireRecentStepUp } from './step-up.ts';

/** Forms of Medplum's app and its command line send what was left empty; FHIR has no empty strings. */
function withoutEmpty(body: unknown): unknown {
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return isObject ? Object.fromEntries(Object.entries(body).filter(([, value]) => value !== '')) : body;
}

const CLIENT = RIGHTS.extend({
  name: z.string().min(1).max(200),
  description: z.string().max(2000).optional(),
  redirectUri: z.url().optional(),
  redirectUris: z.array(z.url()).optional(),
  launchUri: z.url().optional(),
  jwksUri: z.url({ protocol: /^https?$/ }).optional(),
  /** A key set given here and now, instead of an address. */
  jwks: z.object({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })).min(1) }).optional(),
  /** What a client with keys may ask for by itself, such as `system/Observation.rs`. */
  defaultScope: z.array(z.string().max(512)).max(200).optional(),
  allowedOrigin: z.array(z.string().max(256)).max(50).optional(),
  /** A client that cannot keep a secret: it gets none and leans on PKCE. */
  public: z.boolean().optional(),
});

/** `POST admin/projects/:id/client`. */
export const NEW_CLIENT = z.preprocess(withoutEmpty, CLIENT);

/**
 * Makes a client. Without a policy it has the full rights of the project, as Medplum's do: it becomes an admin.
 * @throws FhirError 400 for an unknown policy.
 */
export async function newClient(deps: AuthDependencies, admin: AdminRequest, request: z.infer<typeof NEW_CLIENT>) {
  const { accessPolicy, access, admin: isAdmin, public: isPublic, jwks, ...rest } = request;
  const client = { ...rest, ...(jwks && { jwksUri: inlineJwks(jwks) }) };
  const hasKeys = client.jwksUri !== undefined;
  const rights = rightsOf({ accessPolicy, access, admin: isAdmin });
  await checkPolicies(deps, admin.tenant, rights);
  const isUnlimited = !namesPolicy(rights) && !isPublic;
  if (isUnlimited) {
    checkUnlimited(admin.state, rights);
  }
  const waits = isUnlimited || namesPolicy(rights) ? await mustWait(deps, admin.state) : false;
  const made = await createClientMember(
    deps,
    admin,
    { ...client, isPublic: isPublic || hasKeys },
    { ...(isUnlimited ? { admin: true } : rights), ...(waits && { active: false }) },
  );
  if (waits) {
    await activateLater(deps, admin, made.membership);
  }
  return made.client;
}

const BOT = RIGHTS.omit({ admin: true }).extend({
  name: z.string().min(1).max(200),
  description: z.string().max(2000).optional(),
  runtimeVersion: z.enum(['awslambda', 'vmcontext', 'fission']).optional(),
});

/** `POST admin/projects/:id/bot`. @see `medplum bot create` of Medplum's command line */
export const NEW_BOT = z.preprocess(withoutEmpty, BOT);

/** Makes a bot and its membership. @throws FhirError 400 for an unknown policy. */
export async function newBot(deps: AuthDependencies, admin: AdminRequest, request: z.infer<typeof NEW_BOT>) {
  const { accessPolicy, access, ...bot } = request;
  const rights = rightsOf({ accessPolicy, access });
  checkUnlimited(admin.state, rights);
  await checkPolicies(deps, admin.tenant, rights);
  const made = await deps.systemRepository(admin.tenant).createResource<Bot>({
    resourceType: 'Bot',
    runtimeVersion: 'vmcontext',
    ...bot,
  });
  const reference = { reference: `Bot/${made.id}`, display: made.name };
  await createMembership(deps, admin, { user: reference, profile: reference, ...rights });
  return made;
}

/** `POST admin/projects/:id/members/:membershipId`: only the rights and whether it is active can be changed. */
export const CHANGED_MEMBER = RIGHTS.extend({ active: z.boolean().optional() });

/** A membership of the project. @throws FhirError 404 */
export async function memberOf(deps: AuthDependencies, admin: AdminRequest, id: string) {
  const membership = await findById<ProjectMembership>(deps.database, admin.tenant, 'ProjectMembership', id);
  if (!membership) {
    throw notFound();
  }
  return membership;
}

/**
 * Changes the rights of a member, or ends them. What a person may do is changed after a step-up only; what a bot may do
 * belongs to its deployment.
 * @throws FhirError 400 for an unknown policy, 403, 404
 */
export async function changeMember(
  deps: AuthDependencies,
  admin: AdminRequest,
  id: string,
  request: z.infer<typeof CHANGED_MEMBER>,
) {
  const membership = await memberOf(deps, admin, id);
  const isPerson = membership.user.reference?.startsWith('User/') === true;
  if (isPerson && request.active !== false) {
    requireRecentStepUp(admin.state, deps.clock());
  }
  const rights = rightsOf(request);
  checkAdmin(rights, membership.profile.reference);
  if (request.active !== false) {
    checkUnlimited(admin.state, rights);
  }
  await checkPolicies(deps, admin.tenant, rights);
  const { access: _, accessPolicy: __, admin: ___, ...kept } = membership;
  const changed = { ...kept, ...rights, ...(request.active !== undefined && { active: request.active }) };
  await assertNoSelfGrant(membership, changed, { profile: admin.state.profileReference, ownPolicies: async () => [] });
  await deps.secondApprover?.consider(admin.state.context, membership, changed);
  return deps.systemRepository(admin.tenant).updateResource<ProjectMembership>(changed);
}

/**
 * Takes a member out of the project; her past versions stay. Nobody takes out herself: a clinic would lose its last admin.
 * @throws FhirError 403, 404
 */
export async function endMember(deps: AuthDependencies, admin: AdminRequest, id: string): Promise<void> {
  const { profile } = await memberOf(deps, admin, id);
  if (profile.reference === admin.state.profileReference) {
    throw forbidden('member-self', 'Another admin must end your membership');
  }
  await deps.systemRepository(admin.tenant).deleteResource('ProjectMembership', id);
}
