import type { WithId } from '@medplum/core';
import type { ProjectMembership } from '@medplum/fhirtypes';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { enrolment } from './enrolment.ts';
import { hasFactor } from './factor.ts';
import { type Found, findMemberships } from './find-resource.ts';
import { loadMember } from './member.ts';
import { isStaff, requiresMfa } from './require-mfa.ts';
import { hashOf, newSecret } from './secrets.ts';
import { chooseMembership, type Session, setCode } from './session.ts';
import { launchedContext, needsPatient } from './smart-launch.ts';

/** Life of an authorization code. */
const CODE_MS = 60_000;
/** Time in which a person must get from the password to the code. */
const SIGN_IN_MS = 15 * 60_000;

/** What Medplum's sign-in form gets at every step. */
export interface SignInAnswer {
  readonly login: string;
  readonly code?: string;
  readonly memberships?: readonly ProjectMembership[];
  /** A code of the second factor is needed (`auth/mfa/verify`). */
  readonly mfaRequired?: boolean;
  readonly mfaMethods?: readonly 'totp'[];
  /** A second factor must be enrolled first (`auth/mfa/login-enroll`). */
  readonly mfaEnrollRequired?: boolean;
  readonly allowedMfaMethods?: readonly 'totp'[];
  readonly enrollUri?: string;
  readonly enrollQrCode?: string;
  /** The person must choose the patient whose record the app will see (`auth/patients`, `auth/patient`). */
  readonly patientNeeded?: boolean;
}

/** Which memberships a sign-in accepts. */
export interface MembershipWish {
  readonly projectId?: string;
  /** Type of the profile, such as `Patient`. */
  readonly resourceType?: string;
}

/** The memberships a session may go on with: those of the wish, and of the client's own tenant unless it is the platform's. */
export async function eligibleMemberships(
  deps: AuthDependencies,
  session: Session,
  wish: MembershipWish = {},
): Promise<Found<ProjectMembership>[]> {
  const all = await findMemberships(deps.database, `${session.userType}/${session.userId}`);
  return all
    .filter((entry) => !session.clientId || session.clientTenant === 0 || entry.tenant === session.clientTenant)
    .filter(({ resource }) => !wish.projectId || resource.project.reference === `Project/${wish.projectId}`)
    .filter(({ resource }) => !wish.resourceType || resource.profile.reference?.startsWith(`${wish.resourceType}/`));
}

/** Only what a person needs to choose: no policies, no parameters. */
function shown(membership: WithId<ProjectMembership>): ProjectMembership {
  const { resourceType, id, project, user, profile } = membership;
  return { resourceType, id, project, user, profile };
}

/** Binds the session to a membership and takes up the launch. @throws FhirError 400 for a bad launch or a second choice. */
export async function bindMembership(
  deps: AuthDependencies,
  session: Session,
  { tenant, resource }: Found<ProjectMembership>,
): Promise<Session> {
  const holder = { tenant, profile: resource.profile.reference ?? '', client: session.clientId, now: deps.clock() };
  const context = await launchedContext(deps.database, session, holder);
  const bound = await chooseMembership(deps.database, session.id, { tenant, membership: resource.id, ...context });
  if (!bound) {
    throw invalid('profile-chosen', 'The profile was chosen already');
  }
  return bound;
}

/** May this session still be brought to a code? */
export function isSigningIn(session: Session | undefined, now: Date): session is Session {
  return (
    session !== undefined &&
    session.revokedAt === null &&
    session.codeUsedAt === null &&
    session.userType === 'User' &&
    now.getTime() - session.createdAt.getTime() < SIGN_IN_MS
  );
}

/**
 * The next step of a sign-in: choose a profile, agree to scopes, or take the code. Binds the only membership by itself.
 * @throws FhirError 403 when the account has no membership that fits.
 */
export async function nextStep(
  deps: AuthDependencies,
  session: Session,
  wish: MembershipWish = {},
): Promise<SignInAnswer> {
  if (wish.projectId === 'new') {
    return { login: session.id };
  }
  if (await lacksFactor(deps, session)) {
    return { login: session.id, mfaRequired: true, mfaMethods: ['totp'] };
  }
  if (session.membership) {
    return withCode(deps, session);
  }
  const memberships = await eligibleMemberships(deps, session, wish);
  const [only] = memberships;
  if (!only) {
    deps.log({ event: 'auth.sign-in-refused', reason: 'no-membership' });
    throw forbidden('no-membership', 'This account has no access to the project');
  }
  if (memberships.length > 1) {
    return { login: session.id, memberships: memberships.map(({ resource }) => shown(resource)) };
  }
  return withCode(deps, await bindMembership(deps, session, only));
}

/** Has the person a second factor that this sign-in has not seen yet? */
export async function lacksFactor(deps: AuthDependencies, session: Session): Promise<boolean> {
  return session.mfaAt === null && (await hasFactor(deps.database, session.userId));
}

/** Must the person enrol a second factor before he may go on? */
async function mustEnroll(deps: AuthDependencies, session: Session): Promise<boolean> {
  if (session.mfaAt !== null) {
    return false;
  }
  const member = await loadMember(deps.database, session.tenant, session.membership);
  return member !== undefined && requiresMfa(member.project) && isStaff(member.membership.profile.reference);
}

async function withCode(deps: AuthDependencies, session: Session): Promise<SignInAnswer> {
  if (await mustEnroll(deps, session)) {
    const shown = await enrolment(deps, session.userId);
    return { login: session.id, mfaEnrollRequired: true, allowedMfaMethods: ['totp'], ...shown };
  }
  if (needsPatient(session)) {
    return { login: session.id, patientNeeded: true };
  }
  if (session.consentNeeded) {
    return { login: session.id };
  }
  const code = newSecret();
  await setCode(deps.database, session.id, hashOf(code), new Date(deps.clock().getTime() + CODE_MS));
  deps.log({ event: 'auth.signed-in', session: session.id, tenant: session.tenant, method: session.authMethod });
  return { login: session.id, code };
}
