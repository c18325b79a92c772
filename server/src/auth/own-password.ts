import type { WithId } from '@medplum/core';
import type { User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { hasFactor } from './factor.ts';
import { findById, findByReference, findUserByEmail } from './find-resource.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { clearFailures, countFailure, throttledFor, tooManyAttempts } from './login-throttle.ts';
import type { Origin } from './origin.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { localPart, MAX_PASSWORD_LENGTH, passwordFault } from './password-rules.ts';
import { findSecurityRequest, mailInBackground, spendSecurityRequest } from './security-mail.ts';
import { tellPerson } from './security-notice.ts';
import { endSessionsOf } from './session.ts';

/** A password as it is chosen. */
export const NEW_PASSWORD = z.string().min(1).max(MAX_PASSWORD_LENGTH);

/** @throws FhirError 400 for a password that is too short or guessed first. */
export function checkPassword(
  password: string,
  user: Pick<User, 'firstName' | 'lastName' | 'email'>,
  about: { readonly hasSecondFactor: boolean; readonly field: string },
): void {
  const context = [user.firstName, user.lastName, localPart(user.email)];
  const fault = passwordFault(password, { hasSecondFactor: about.hasSecondFactor, context });
  if (fault) {
    throw invalid('password-weak', `The password ${fault}`, about.field);
  }
}

async function savePassword(deps: AuthDependencies, user: WithId<User>, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await deps.systemRepository(0).updateResource<User>({ ...user, passwordHash });
  deps.log({ event: 'auth.password-changed', user: user.id });
  tellPerson(deps, user.id, 'password-changed');
}

async function endOthers(deps: AuthDependencies, user: string, forget: ForgetSession, except?: string): Promise<void> {
  for (const id of await endSessionsOf(deps.database, user, deps.clock(), except)) {
    forget(id);
  }
}

/** `POST auth/changepassword`. */
export const CHANGE_PASSWORD = z.object({
  oldPassword: z.string().min(1).max(MAX_PASSWORD_LENGTH),
  newPassword: NEW_PASSWORD,
});

/** Changes the own password; every other session of the person ends. @throws FhirError 400, 403, 429 */
export async function changePassword(
  deps: AuthDependencies,
  state: AuthState,
  request: z.infer<typeof CHANGE_PASSWORD>,
  context: { readonly origin: Origin; readonly forget: ForgetSession },
): Promise<void> {
  const user = await findByReference<User>(deps.database, 0, state.userReference);
  if (!user || !state.userReference.startsWith('User/') || state.context.clientId) {
    throw forbidden('password-own-only', 'Only a person who signed in here may change the password');
  }
  const account = `change ${user.id}`;
  const now = deps.clock();
  const wait = await throttledFor(deps, account, context.origin.address, now);
  if (wait > 0) {
    throw tooManyAttempts(wait);
  }
  if (!(await verifyPassword(user.passwordHash, request.oldPassword))) {
    await countFailure(deps, account, context.origin.address, now);
    throw invalid('password-wrong', 'The current password is not right', 'oldPassword');
  }
  await clearFailures(deps, account, context.origin.address);
  const hasSecondFactor = await hasFactor(deps.database, user.id);
  checkPassword(request.newPassword, user, { hasSecondFactor, field: 'newPassword' });
  await savePassword(deps, user, request.newPassword);
  await endOthers(deps, user.id, context.forget, state.sessionId);
}

/** `POST auth/resetpassword`. */
export const RESET_PASSWORD = z.object({ email: z.string().max(320), projectId: z.string().optional() });

/**
 * Sends a reset link when the account exists; the answer is the same when it does not, and when too many were asked for.
 */
export async function resetPassword(
  deps: AuthDependencies,
  request: z.infer<typeof RESET_PASSWORD>,
  origin: Origin,
): Promise<void> {
  const account = `reset ${request.email}`;
  const now = deps.clock();
  if ((await throttledFor(deps, account, origin.address, now)) > 0) {
    return;
  }
  await countFailure(deps, account, origin.address, now);
  const user = await findUserByEmail(deps.database, request.email, request.projectId);
  if (user) {
    mailInBackground(deps, 'reset', user);
  }
}

/** `POST auth/verifyemail`. */
export const VERIFY_EMAIL = z.object({ id: z.string().max(64), secret: z.string().max(128) });

/** Confirms an address by a link from a mail. @throws FhirError 400 */
export async function verifyEmail(deps: AuthDependencies, request: z.infer<typeof VERIFY_EMAIL>): Promise<void> {
  const link = { ...request, kinds: ['verify-email'] as const };
  const id = await spendSecurityRequest(deps.database, link, deps.clock());
  const user = id ? await findById<User>(deps.database, 0, 'User', id) : undefined;
  if (!user) {
    throw linkInvalid();
  }
  await deps.systemRepository(0).updateResource<User>({ ...user, emailVerified: true });
}

const linkInvalid = () => invalid('link-invalid', 'The link is not valid, too old, or was used before');

/** `POST auth/setpassword`. */
export const SET_PASSWORD = z.object({ id: z.string().max(64), secret: z.string().max(128), password: NEW_PASSWORD });

/** Sets a password by a link from a mail; every session of the person ends, and what failed before is forgotten. @throws FhirError 400 */
export async function setPassword(
  deps: AuthDependencies,
  request: z.infer<typeof SET_PASSWORD>,
  { origin, forget }: { readonly origin: Origin; readonly forget: ForgetSession },
): Promise<void> {
  const link = { id: request.id, secret: request.secret, kinds: ['invite', 'reset'] as const };
  const asked = await findSecurityRequest(deps.database, link, deps.clock());
  const user = asked ? await findById<User>(deps.database, 0, 'User', asked) : undefined;
  if (user) {
    const hasSecondFactor = await hasFactor(deps.database, user.id);
    checkPassword(request.password, user, { hasSecondFactor, field: 'password' });
  }
  if (!user || !(await spendSecurityRequest(deps.database, link, deps.clock()))) {
    throw linkInvalid();
  }
  await savePassword(deps, { ...user, emailVerified: true }, request.password);
  await clearFailures(deps, user.email ?? '', origin.address);
  await endOthers(deps, user.id, forget);
}
