import type { User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { enrolment } from './enrolment.ts';
import { confirmFactor, hasFactor, removeFactors, useFactor } from './factor.ts';
import { findById } from './find-resource.ts';
import { clearFailures, countFailure, throttledFor } from './login-throttle.ts';
import { verifyPassword } from './password.ts';
import { type Origin, tooManyAttempts } from './password-login.ts';
import { findSession, markSecondFactor, markStepUp } from './session.ts';
import { nextStep, type SignInAnswer } from './sign-in.ts';
import { signInOf } from './sign-in-steps.ts';

const CODE = z.string().min(1).max(32);

/** `POST auth/mfa/verify`. @see @medplum/react's SignInForm */
export const MFA_VERIFY = z.object({ login: z.string(), token: CODE });

/** `POST auth/mfa/login-enroll`. */
export const MFA_LOGIN_ENROLL = z.object({ login: z.string(), method: z.string().optional(), token: CODE.optional() });

/** `POST auth/mfa/enroll` and `auth/mfa/disable`. */
export const MFA_TOKEN = z.object({ token: CODE });

/** `POST auth/step-up`: a code of the second factor, or the password where the person has none. */
export const STEP_UP = z.object({ token: CODE.optional(), password: z.string().min(1).max(1024).optional() });

/** How long a step-up counts. */
export const STEP_UP_MS = 5 * 60_000;

/** Did the person prove within the last five minutes to be there? Asked before signing, export, and change of policies. */
export function isSteppedUp({ steppedUpAt }: { readonly steppedUpAt?: Date }, now: Date): boolean {
  return steppedUpAt !== undefined && now.getTime() - steppedUpAt.getTime() <= STEP_UP_MS;
}

/** Runs a check that can be guessed at, behind growing delays. @throws FhirError 400, 429 */
async function guarded(
  deps: AuthDependencies,
  userId: string,
  origin: Origin,
  { check, field }: { readonly check: () => Promise<boolean>; readonly field: string },
): Promise<void> {
  const account = `second factor ${userId}`;
  const now = deps.clock();
  const wait = await throttledFor(deps.database, account, origin.address, now);
  if (wait > 0) {
    throw tooManyAttempts(wait);
  }
  if (!(await check())) {
    await countFailure(deps.database, account, origin.address, now);
    throw invalid('factor-invalid', 'The code or password is not right, or was used before', field);
  }
  await clearFailures(deps.database, account, origin.address);
}

/** The second factor of a sign-in. @throws FhirError 400, 429 */
export async function verifyMfa(
  deps: AuthDependencies,
  { login, token }: z.infer<typeof MFA_VERIFY>,
  origin: Origin,
): Promise<SignInAnswer> {
  const session = await signInOf(deps, login);
  await guarded(deps, session.userId, origin, { check: () => useFactor(deps, session.userId, token), field: 'token' });
  const proven = await markSecondFactor(deps.database, session.id, deps.clock());
  return nextStep(deps, proven ?? session);
}

/** Enrols within a sign-in, for staff of a project that asks for a second factor. @throws FhirError 400, 429 */
export async function enrollAtLogin(
  deps: AuthDependencies,
  { login, method, token }: z.infer<typeof MFA_LOGIN_ENROLL>,
  origin: Origin,
): Promise<SignInAnswer> {
  const session = await signInOf(deps, login);
  if (method !== undefined && method !== 'totp') {
    throw invalid('factor-method', 'The only method here is totp', 'method');
  }
  if (token === undefined) {
    return nextStep(deps, session);
  }
  await guarded(deps, session.userId, origin, {
    check: () => confirmFactor(deps, session.userId, token),
    field: 'token',
  });
  deps.log({ event: 'auth.factor-enrolled', user: session.userId });
  const proven = await markSecondFactor(deps.database, session.id, deps.clock());
  return nextStep(deps, proven ?? session);
}

/** The account of a person who signed in here himself, not of an app. @throws FhirError 403 */
async function ownAccount(deps: AuthDependencies, state: AuthState): Promise<{ session: string; userId: string }> {
  const session = state.sessionId ? await findSession(deps.database, state.sessionId) : undefined;
  if (session?.userType !== 'User') {
    throw forbidden('person-required', 'Only a person who signed in may do this');
  }
  return { session: session.id, userId: session.userId };
}

/** `GET auth/mfa/status`. @throws FhirError 403 */
export async function mfaStatus(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  const { userId } = await ownAccount(deps, state);
  return (await hasFactor(deps.database, userId))
    ? { enrolled: true }
    : { enrolled: false, ...(await enrolment(deps, userId)) };
}

/** `POST auth/mfa/enroll`: a signed-in person adds a factor of her own will. @throws FhirError 400, 403, 429 */
export async function enrollMfa(
  deps: AuthDependencies,
  state: AuthState,
  { token }: z.infer<typeof MFA_TOKEN>,
  origin: Origin,
): Promise<void> {
  const { userId, session } = await ownAccount(deps, state);
  await guarded(deps, userId, origin, { check: () => confirmFactor(deps, userId, token), field: 'token' });
  await markSecondFactor(deps.database, session, deps.clock());
  deps.log({ event: 'auth.factor-enrolled', user: userId });
}

/** `POST auth/mfa/disable`: takes the factor away against a code of it. @throws FhirError 400, 403, 429 */
export async function disableMfa(
  deps: AuthDependencies,
  state: AuthState,
  { token }: z.infer<typeof MFA_TOKEN>,
  origin: Origin,
): Promise<void> {
  const { userId } = await ownAccount(deps, state);
  await guarded(deps, userId, origin, { check: () => useFactor(deps, userId, token), field: 'token' });
  await removeFactors(deps.database, userId);
  deps.log({ event: 'auth.factor-removed', user: userId });
}

/**
 * `POST auth/step-up`: the person proves to be there, with the second factor or, where there is none, the password.
 * @throws FhirError 400, 403, 429
 */
export async function stepUp(
  deps: AuthDependencies,
  state: AuthState,
  { token, password }: z.infer<typeof STEP_UP>,
  origin: Origin,
): Promise<{ readonly session: string; readonly until: Date }> {
  const { userId, session } = await ownAccount(deps, state);
  const enrolled = await hasFactor(deps.database, userId);
  const field = enrolled ? 'token' : 'password';
  if ((enrolled ? token : password) === undefined) {
    throw invalid(
      'step-up-proof',
      enrolled ? 'A code of the second factor is needed' : 'The password is needed',
      field,
    );
  }
  const check = async (): Promise<boolean> =>
    enrolled
      ? useFactor(deps, userId, token as string)
      : verifyPassword((await findById<User>(deps.database, 0, 'User', userId))?.passwordHash, password as string);
  await guarded(deps, userId, origin, { check, field });
  const now = deps.clock();
  await markStepUp(deps.database, session, now);
  deps.log({ event: 'auth.stepped-up', session });
  return { session, until: new Date(now.getTime() + STEP_UP_MS) };
}
