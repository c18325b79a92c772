import type { WithId } from '@medplum/core';
import type { ClientApplication, ProjectMembership } from '@medplum/fhirtypes';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { enrolment } from './enrolment.ts';
import type { FactorKind } from './factor.ts';
import { type FactorDemand, factorDemand } from './factor-demand.ts';
import { type Found, findById, findMemberships } from './find-resource.ts';
import { hashOf, newSecret } from './secrets.ts';
import { chooseMembership, type Session, setCode } from './session.ts';
import { launchedContext, needsEncounter, needsPatient } from './smart-launch.ts';

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
  readonly mfaMethods?: readonly FactorKind[];
  /** A second factor must be enrolled first (`auth/mfa/login-enroll`). */
  readonly mfaEnrollRequired?: boolean;
  readonly allowedMfaMethods?: readonly FactorKind[];
  readonly enrollUri?: string;
  readonly enrollQrCode?: string;
  /** For a browser that makes a passkey. */
  readonly passkeyOptions?: PublicKeyCredentialCreationOptionsJSON;
  /** The person must choose the patient whose record the app will see (`auth/patients`, `auth/patient`). */
  readonly patientNeeded?: boolean;
  /** And one of that patient's encounters (`auth/encounters`, `auth/encounter`). */
  readonly encounterNeeded?: boolean;
  /** The person must agree to what the app asks for (`auth/scope`), or refuse (`auth/deny`). */
  readonly consent?: {
    readonly client: { readonly id: string; readonly name: string };
    readonly scope: string;
    readonly offline: boolean;
  };
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
    .filter((entry) => session.homeTenant === 0 || entry.tenant === session.homeTenant)
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
  const demand = await factorDemand(deps, session);
  if (demand) {
    return factorStep(deps, session, demand);
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
  return nextStep(deps, await bindMembership(deps, session, only));
}

/** Asks for a second factor, or shows how to enrol one. */
async function factorStep(
  deps: AuthDependencies,
  session: Session,
  { step, methods }: FactorDemand,
): Promise<SignInAnswer> {
  if (step === 'prove') {
    return { login: session.id, mfaRequired: true, mfaMethods: methods };
  }
  const shown = methods.includes('totp') ? await enrolment(deps, session.userId) : {};
  return { login: session.id, mfaEnrollRequired: true, allowedMfaMethods: methods, ...shown };
}

async function consentStep(deps: AuthDependencies, session: Session): Promise<SignInAnswer> {
  const { clientId: id, clientTenant, scope } = session;
  const client = await findById<ClientApplication>(deps.database, clientTenant, 'ClientApplication', id);
  const offline = scope.split(' ').includes('offline_access');
  return { login: session.id, consent: { client: { id, name: client?.name ?? id }, scope, offline } };
}

async function withCode(deps: AuthDependencies, session: Session): Promise<SignInAnswer> {
  if (needsPatient(session)) {
    return { login: session.id, patientNeeded: true };
  }
  if (needsEncounter(session)) {
    return { login: session.id, encounterNeeded: true };
  }
  if (session.consentNeeded) {
    return consentStep(deps, session);
  }
  const code = newSecret();
  await setCode(deps.database, session.id, hashOf(code), new Date(deps.clock().getTime() + CODE_MS));
  deps.log({ event: 'auth.signed-in', session: session.id, tenant: session.tenant, method: session.authMethod });
  return { login: session.id, code };
}
