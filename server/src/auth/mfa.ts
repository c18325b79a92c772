import { z } from 'zod';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { enrolment } from './enrolment.ts';
import { confirmFactor, factorKinds, removeTotp, useFactor } from './factor.ts';
import { factorDemand } from './factor-demand.ts';
import { guardedCheck } from './guarded-check.ts';
import type { Origin } from './origin.ts';
import { ownSession } from './own-account.ts';
import { ASSERTION, REGISTRATION, registerPasskey, registrationOptions, usePasskey } from './passkey.ts';
import { tellPerson } from './security-notice.ts';
import { markSecondFactor, type Session } from './session.ts';
import { nextStep, type SignInAnswer } from './sign-in.ts';
import { signInOf } from './sign-in-steps.ts';
import { requireRecentStepUp } from './step-up.ts';

const CODE = z.string().min(1).max(32);

/** `POST auth/mfa/verify`: a code, or a passkey's signature. @see @medplum/react's SignInForm */
export const MFA_VERIFY = z
  .object({ login: z.string(), token: CODE.optional(), response: ASSERTION.optional() })
  .refine(({ token, response }) => (token === undefined) !== (response === undefined), 'Give a token or a response');

/** `POST auth/mfa/login-enroll`. */
export const MFA_LOGIN_ENROLL = z.object({
  login: z.string(),
  method: z.string().optional(),
  token: CODE.optional(),
  response: REGISTRATION.optional(),
  name: z.string().max(100).optional(),
});
type EnrollRequest = z.infer<typeof MFA_LOGIN_ENROLL>;

/** `POST auth/mfa/enroll` and `auth/mfa/disable`. */
export const MFA_TOKEN = z.object({ token: CODE });

async function proven(deps: AuthDependencies, session: Session, method: 'totp' | 'passkey'): Promise<SignInAnswer> {
  const marked = await markSecondFactor(deps.database, session.id, { method, now: deps.clock() });
  return nextStep(deps, marked ?? session);
}

/** The second factor of a sign-in. @throws FhirError 400, 429 */
export async function verifyMfa(
  deps: AuthDependencies,
  { login, token, response }: z.infer<typeof MFA_VERIFY>,
  origin: Origin,
): Promise<SignInAnswer> {
  const session = await signInOf(deps, login);
  const { userId } = session;
  if (response) {
    const check = async () => (await usePasskey(deps, response, { purpose: 'factor', subject: login })) === userId;
    await guardedCheck(deps, userId, origin, { check, field: 'response' });
    return proven(deps, session, 'passkey');
  }
  await guardedCheck(deps, userId, origin, { check: () => useFactor(deps, userId, token ?? ''), field: 'token' });
  return proven(deps, session, 'totp');
}

/**
 * Enrols within a sign-in, for staff of a project that asks for a second factor. Who has one already must prove it
 * first: a password alone never adds a factor beside another.
 * @throws FhirError 400, 429
 */
export async function enrollAtLogin(
  deps: AuthDependencies,
  request: EnrollRequest,
  origin: Origin,
): Promise<SignInAnswer> {
  const session = await signInOf(deps, request.login);
  const demand = await factorDemand(deps, session);
  const method = request.method ?? 'totp';
  if (demand?.step !== 'enroll') {
    return nextStep(deps, session);
  }
  if (!demand.methods.some((allowed) => allowed === method)) {
    throw invalid('factor-method', `The methods here are: ${demand.methods.join(', ')}`, 'method');
  }
  return method === 'passkey' ? enrollPasskey(deps, session, request) : enrollTotp(deps, session, request, origin);
}

async function enrollTotp(
  deps: AuthDependencies,
  session: Session,
  { token }: EnrollRequest,
  origin: Origin,
): Promise<SignInAnswer> {
  if (token === undefined) {
    return nextStep(deps, session);
  }
  const check = () => confirmFactor(deps, session.userId, token);
  await guardedCheck(deps, session.userId, origin, { check, field: 'token' });
  deps.log({ event: 'auth.factor-enrolled', user: session.userId });
  return proven(deps, session, 'totp');
}

async function enrollPasskey(
  deps: AuthDependencies,
  session: Session,
  { response, name }: EnrollRequest,
): Promise<SignInAnswer> {
  if (response === undefined) {
    const passkeyOptions = await registrationOptions(deps, session.userId, session.id);
    return { ...(await nextStep(deps, session)), passkeyOptions };
  }
  await registerPasskey(deps, { userId: session.userId, subject: session.id }, { response, name });
  return proven(deps, session, 'passkey');
}

/** `GET auth/mfa/status`: shows how to add an authenticator app where there is none. @throws FhirError 403 */
export async function mfaStatus(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  const { userId } = await ownSession(deps, state);
  const methods = await factorKinds(deps.database, userId);
  return methods.includes('totp')
    ? { enrolled: true, methods }
    : { enrolled: false, methods, ...(await enrolment(deps, userId)) };
}

/** `POST auth/mfa/enroll`: a signed-in person adds an authenticator app of her own will. @throws FhirError 400, 403, 429 */
export async function enrollMfa(
  deps: AuthDependencies,
  state: AuthState,
  { token }: z.infer<typeof MFA_TOKEN>,
  origin: Origin,
): Promise<void> {
  const { userId, id } = await ownSession(deps, state);
  if ((await factorKinds(deps.database, userId)).length > 0) {
    requireRecentStepUp(state, deps.clock());
  }
  await guardedCheck(deps, userId, origin, { check: () => confirmFactor(deps, userId, token), field: 'token' });
  await markSecondFactor(deps.database, id, { method: 'totp', now: deps.clock() });
  deps.log({ event: 'auth.factor-enrolled', user: userId });
  tellPerson(deps, userId, 'factor-enrolled');
}

/** `POST auth/mfa/disable`: takes the authenticator app away against a code of it. @throws FhirError 400, 403, 429 */
export async function disableMfa(
  deps: AuthDependencies,
  state: AuthState,
  { token }: z.infer<typeof MFA_TOKEN>,
  origin: Origin,
): Promise<void> {
  const { userId } = await ownSession(deps, state);
  await guardedCheck(deps, userId, origin, { check: () => useFactor(deps, userId, token), field: 'token' });
  await removeTotp(deps.database, userId);
  deps.log({ event: 'auth.factor-removed', user: userId });
  tellPerson(deps, userId, 'factor-removed');
}
