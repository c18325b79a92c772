import { isDeepStrictEqual } from 'node:util';
import { createReference, type WithId } from '@medplum/core';
import type { ProjectMembership, Reference, User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { assertNoSelfGrant } from '../access/index.ts';
import { conflict, forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { createMembership, type MemberRights, type Profile, personReference } from './clinic.ts';
import { removeAllFactors } from './factor.ts';
import { findByReference, findMemberships, findUserByEmail } from './find-resource.ts';
import { checkAdmin, checkPolicies, checkUnlimited, namesPolicy, RIGHTS, rightsOf } from './member-rights.ts';
import { hashPassword } from './password.ts';
import { localPart, MAX_PASSWORD_LENGTH, passwordFault } from './password-rules.ts';
import type { AdminRequest } from './project-admin.ts';
import { isStaff, requiresMfa } from './require-mfa.ts';
import { activateLater, mustWait } from './second-approval.ts';
import { sendSecurityMail } from './security-mail.ts';
import { endSessionsOf } from './session.ts';
import { requireRecentStepUp } from './step-up.ts';

const REFERENCE = z.object({ reference: z.string(), display: z.string().optional() });

/** `POST admin/projects/:id/invite`. @see MedplumClient.invite */
export const INVITE = RIGHTS.extend({
  resourceType: z.enum(['Patient', 'Practitioner', 'RelatedPerson']),
  firstName: z.string().min(1).max(200),
  lastName: z.string().min(1).max(200),
  email: z.email().max(320).optional(),
  externalId: z.string().max(200).optional(),
  patient: REFERENCE.optional(),
  scope: z.enum(['project', 'server']).optional(),
  password: z.string().min(1).max(MAX_PASSWORD_LENGTH).optional(),
  sendEmail: z.boolean().optional(),
  membership: RIGHTS.extend({ profile: REFERENCE.optional() }).optional(),
  upsert: z.boolean().optional(),
  forceNewMembership: z.boolean().optional(),
});
export type InviteRequest = z.infer<typeof INVITE>;

/**
 * Somebody made an account with this address and never showed that it is hers: its password and sessions end before it
 * gets any rights, and the invitation goes to the address.
 */
async function takenBack(
  deps: AuthDependencies,
  user: WithId<User>,
  { password }: InviteRequest,
): Promise<WithId<User>> {
  const { passwordHash: _, emailVerified: __, ...kept } = user;
  await endSessionsOf(deps.database, user.id, deps.clock());
  await removeAllFactors(deps.database, user.id);
  return deps
    .systemRepository(0)
    .updateResource<User>({ ...kept, ...(password && { passwordHash: await hashPassword(password) }) });
}

const isStaffType = (type: InviteRequest['resourceType']): boolean => type === 'Practitioner';

/** Nobody is staff and patient by one account. @throws FhirError 409 @see security.md S61 */
async function checkRealm(
  deps: AuthDependencies,
  user: WithId<User>,
  type: InviteRequest['resourceType'],
): Promise<void> {
  const memberships = await findMemberships(deps.database, `User/${user.id}`);
  if (memberships.some(({ resource }) => isStaff(resource.profile.reference) !== isStaffType(type))) {
    throw conflict('realm-other', 'This address has an account for staff or patients already; invite with another one');
  }
}

/**
 * The account of the invited person: an existing one is never changed. Accounts of patients belong to their clinic, and
 * those of staff to the server unless the invitation says otherwise.
 */
async function userFor(
  deps: AuthDependencies,
  admin: AdminRequest,
  request: InviteRequest,
): Promise<[WithId<User>, isNew: boolean]> {
  const projectId = admin.project.id;
  const isOfProject = !isStaffType(request.resourceType) || request.scope === 'project';
  const realm = isOfProject ? projectId : '';
  const existing = request.email ? await findUserByEmail(deps.database, request.email, realm) : undefined;
  if (existing && (existing.project !== undefined) === isOfProject) {
    await checkRealm(deps, existing, request.resourceType);
    return existing.emailVerified === false ? [await takenBack(deps, existing, request), true] : [existing, false];
  }
  const user = await deps.systemRepository(0).createResource<User>({
    resourceType: 'User',
    firstName: request.firstName,
    lastName: request.lastName,
    ...(request.email && { email: request.email.toLowerCase() }),
    ...(request.externalId && { externalId: request.externalId }),
    ...(request.password && { passwordHash: await hashPassword(request.password) }),
    ...(isOfProject && { project: { reference: `Project/${projectId}` } }),
  });
  return [user, true];
}

/** The profile that was named, or a new one. @throws FhirError 400 when the named one is not there or of another type. */
async function profileFor(
  deps: AuthDependencies,
  admin: AdminRequest,
  request: InviteRequest,
): Promise<Reference<Profile>> {
  const named = request.membership?.profile;
  if (named) {
    const profile = await findByReference<Profile>(deps.database, admin.tenant, named.reference);
    if (profile?.resourceType !== request.resourceType) {
      throw invalid(
        'profile-unknown',
        `The profile is no ${request.resourceType} of this project`,
        'membership.profile',
      );
    }
    return personReference(profile);
  }
  const repository = deps.systemRepository(admin.tenant);
  const name = [{ given: [request.firstName], family: request.lastName }];
  const telecom = request.email ? { telecom: [{ system: 'email' as const, value: request.email }] } : {};
  if (request.resourceType === 'RelatedPerson') {
    if (!request.patient) {
      throw invalid('patient-missing', 'A RelatedPerson needs the patient', 'patient');
    }
    const patient = { reference: request.patient.reference, display: request.patient.display };
    return personReference(
      await repository.createResource({ resourceType: 'RelatedPerson', patient, name, ...telecom }),
    );
  }
  return personReference(await repository.createResource({ resourceType: request.resourceType, name, ...telecom }));
}

/** The rights that were asked for, else the project's defaults for the type of profile. @throws FhirError 400 without any. */
async function rightsFor(deps: AuthDependencies, admin: AdminRequest, request: InviteRequest): Promise<MemberRights> {
  const asked = rightsOf({ ...request, ...request.membership });
  const type = request.resourceType;
  const defaults = admin.project.defaultAccessPolicies?.filter((entry) => entry.profileType === type) ?? [];
  const access = [
    ...defaults.map((entry) => ({ policy: entry.accessPolicy })),
    ...(type === 'Patient' && admin.project.defaultPatientAccessPolicy
      ? [{ policy: admin.project.defaultPatientAccessPolicy }]
      : []),
  ];
  const rights = namesPolicy(asked) || access.length === 0 ? asked : { ...asked, access };
  checkAdmin(rights, `${type}/`);
  if (!namesPolicy(rights) && !rights.admin) {
    throw invalid('policy-missing', 'An invitation names an AccessPolicy, or makes an admin', 'membership.access');
  }
  checkUnlimited(admin.state, rights);
  await checkPolicies(deps, admin.tenant, rights);
  return rights;
}

/** @throws FhirError 400 */
function checkPassword(
  admin: AdminRequest,
  { password, firstName, lastName, email, resourceType }: InviteRequest,
): void {
  const hasSecondFactor = requiresMfa(admin.project) && resourceType !== 'Patient';
  const fault =
    password && passwordFault(password, { hasSecondFactor, context: [firstName, lastName, localPart(email)] });
  if (fault) {
    throw invalid('password-weak', `The password ${fault}`, 'password');
  }
}

async function existingMembership(
  deps: AuthDependencies,
  admin: AdminRequest,
  user: WithId<User>,
): Promise<WithId<ProjectMembership> | undefined> {
  const all = await findMemberships(deps.database, `User/${user.id}`);
  return all.find((entry) => entry.tenant === admin.tenant)?.resource;
}

/** Gives a member new rights: a change of what a person may do, and so wanted after a step-up. @throws FhirError 403 */
async function withRights(
  deps: AuthDependencies,
  admin: AdminRequest,
  existing: WithId<ProjectMembership>,
  rights: MemberRights,
): Promise<WithId<ProjectMembership>> {
  const { access: _, accessPolicy: __, admin: ___, ...kept } = existing;
  const changed = { ...kept, ...rights };
  if (isDeepStrictEqual(changed, existing)) {
    return existing;
  }
  await assertNoSelfGrant(existing, changed, { profile: admin.state.profileReference, ownPolicies: async () => [] });
  requireRecentStepUp(admin.state, deps.clock());
  await deps.secondApprover?.consider(admin.state.context, existing, changed);
  return deps.systemRepository(admin.tenant).updateResource<ProjectMembership>(changed);
}

/**
 * Invites a person: account, profile and membership. With `upsert` an existing membership gets the new rights. Nobody
 * invites herself: a second membership of her own would be rights that she gave herself. Where a second admin has to agree
 * to new staff, the membership is inactive until he does.
 * @throws FhirError 400, 403, 409 when the person is a member already.
 */
export async function invite(
  deps: AuthDependencies,
  admin: AdminRequest,
  request: InviteRequest,
): Promise<WithId<ProjectMembership>> {
  checkPassword(admin, request);
  const rights = await rightsFor(deps, admin, request);
  const [user, isNew] = await userFor(deps, admin, request);
  const existing = request.forceNewMembership ? undefined : await existingMembership(deps, admin, user);
  if (existing && !request.upsert) {
    throw conflict('member-exists', 'This person is a member of the project already');
  }
  if (existing) {
    return withRights(deps, admin, existing, rights);
  }
  if (admin.state.userReference === `User/${user.id}`) {
    throw forbidden('self-grant', 'Another admin invites you to what you are not yet');
  }
  const waits = isStaffType(request.resourceType) && (await mustWait(deps, admin.state));
  const membership = await createMembership(deps, admin, {
    user: { ...createReference(user), display: `${user.firstName} ${user.lastName}` },
    profile: await profileFor(deps, admin, request),
    ...(request.email && { userName: request.email }),
    ...rights,
    ...(waits && { active: false }),
  });
  if (waits) {
    await activateLater(deps, admin, membership);
  }
  deps.log({ event: 'auth.member-invited', tenant: admin.tenant, membership: membership.id });
  if (isNew && user.email && request.sendEmail !== false) {
    await sendSecurityMail(deps, 'invite', user);
  }
  return membership;
}
