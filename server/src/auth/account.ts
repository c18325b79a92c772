import { randomUUID } from 'node:crypto';
import type { WithId } from '@medplum/core';
import type { Project, User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { createMembership, personReference } from './clinic.ts';
import { hasFactor } from './factor.ts';
import { findById, findByReference, findUserByEmail } from './find-resource.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { initProject } from './init-project.ts';
import { checkLoginRequest, LOGIN_REQUEST } from './login-request.ts';
import { clearFailures, countFailure, throttledFor } from './login-throttle.ts';
import { hashPassword, verifyPassword } from './password.ts';
import { type Origin, tooManyAttempts } from './password-login.ts';
import { localPart, MAX_PASSWORD_LENGTH, passwordFault } from './password-rules.ts';
import { findSecurityRequest, sendSecurityMail, spendSecurityRequest } from './security-mail.ts';
import { endSessionsOf, findSession } from './session.ts';
import { isSigningIn, nextStep, type SignInAnswer } from './sign-in.ts';
import { startSignIn } from './start-sign-in.ts';

const NEW_PASSWORD = z.string().min(1).max(MAX_PASSWORD_LENGTH);

/** @throws FhirError 400 for a password that is too short or guessed first. */
function checkPassword(
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

/** `POST auth/newuser`. @see MedplumClient.startNewUser */
export const NEW_USER = LOGIN_REQUEST.extend({
  firstName: z.string().min(1).max(200),
  lastName: z.string().min(1).max(200),
  email: z.email().max(320),
  password: NEW_PASSWORD,
  remember: z.boolean().optional(),
});

/** New accounts from one place are counted, so that nobody can try addresses by the thousand. */
const newAccountsFrom = ({ address }: Origin): string => `new accounts from ${address}`;

/**
 * The id of the new account. Where the address has one already, it is left as it is, its owner is told by mail, and the
 * id leads nowhere: whoever asks cannot tell the two apart by this answer.
 */
async function newAccount(deps: AuthDependencies, request: z.infer<typeof NEW_USER>): Promise<string> {
  const projectId = request.projectId === 'new' ? undefined : request.projectId;
  const passwordHash = await hashPassword(request.password);
  const existing = await findUserByEmail(deps.database, request.email, projectId ?? '');
  if (existing) {
    tellOwner(deps, existing);
    return randomUUID();
  }
  const user = await deps.systemRepository(0).createResource<User>({
    resourceType: 'User',
    firstName: request.firstName,
    lastName: request.lastName,
    email: request.email.toLowerCase(),
    passwordHash,
    ...(projectId && { project: { reference: `Project/${projectId}` } }),
  });
  return user.id;
}

function tellOwner(deps: AuthDependencies, { email }: User): void {
  const text = 'Somebody asked for a new account with this address, which has one. If it was you, just sign in.';
  deps.mail?.({ to: email ?? '', subject: 'You have a MindBridge account', text }).catch((error: unknown) => {
    deps.log({ event: 'auth.failed', requestId: 'account-mail', error });
  });
}

/** Makes an account of its own; where the project takes patients, bound to that project. @throws FhirError 400, 403 */
export async function newUser(
  deps: AuthDependencies,
  request: z.infer<typeof NEW_USER>,
  origin: Origin,
): Promise<SignInAnswer> {
  if (!deps.openRegistration) {
    throw forbidden('registration-closed', 'New accounts are made by invitation here');
  }
  const checked = await checkLoginRequest(deps, request);
  checkPassword(request.password, request, { hasSecondFactor: false, field: 'password' });
  const now = deps.clock();
  const wait = await throttledFor(deps.database, newAccountsFrom(origin), origin.address, now);
  if (wait > 0) {
    throw tooManyAttempts(wait);
  }
  await countFailure(deps.database, newAccountsFrom(origin), origin.address, now);
  const userId = await newAccount(deps, request);
  const asked = { ...checked, consentNeeded: false };
  const session = await startSignIn(deps, asked, { userId, authMethod: 'password' }, origin);
  return { login: session.id };
}

/** `POST auth/newproject`. */
export const NEW_PROJECT = z.object({ login: z.string(), projectName: z.string().min(1).max(200) });

/** `POST auth/newpatient`. */
export const NEW_PATIENT = z.object({ login: z.string(), projectId: z.string() });

/** The account of a sign-in that has no membership yet. @throws FhirError 400 */
async function newcomer(deps: AuthDependencies, login: string) {
  const session = await findSession(deps.database, login);
  const user = session && (await findById<User>(deps.database, 0, 'User', session.userId));
  if (!isSigningIn(session, deps.clock()) || session.membership || !user) {
    throw invalid('login-over', 'This sign-in is over. Begin again.');
  }
  return { session, user };
}

/** Makes a project whose owner is the one who signs in. @throws FhirError 400, 403 */
export async function newProject(deps: AuthDependencies, request: z.infer<typeof NEW_PROJECT>): Promise<SignInAnswer> {
  if (!deps.openRegistration) {
    throw forbidden('registration-closed', 'New projects are made by the operators here');
  }
  const { session, user } = await newcomer(deps, request.login);
  if (user.project) {
    throw forbidden('user-of-project', 'This account belongs to one project');
  }
  const { project } = await initProject(deps, { name: request.projectName, owner: user });
  return nextStep(deps, session, { projectId: project.id });
}

/** Makes a patient's membership in a project that takes patients, with its default patient policy. @throws FhirError 400, 403 */
export async function newPatient(deps: AuthDependencies, request: z.infer<typeof NEW_PATIENT>): Promise<SignInAnswer> {
  const { session, user } = await newcomer(deps, request.login);
  const tenant = await deps.tenants.numberOf(request.projectId);
  const project =
    tenant === undefined ? undefined : await findById<Project>(deps.database, tenant, 'Project', request.projectId);
  const isOwn = user.project?.reference === `Project/${request.projectId}`;
  if (tenant === undefined || !project?.defaultPatientAccessPolicy || !isOwn) {
    throw forbidden('registration-closed', 'This project does not take patients by themselves');
  }
  const profile = await deps.systemRepository(tenant).createResource({
    resourceType: 'Patient',
    name: [{ given: [user.firstName], family: user.lastName }],
    ...(user.email && { telecom: [{ system: 'email', value: user.email }] }),
  });
  const clinic = { tenant, project };
  await createMembership(deps, clinic, {
    user: { reference: `User/${user.id}`, display: `${user.firstName} ${user.lastName}` },
    profile: personReference(profile),
    access: [{ policy: project.defaultPatientAccessPolicy }],
  });
  return nextStep(deps, session, { projectId: request.projectId });
}

async function savePassword(deps: AuthDependencies, user: WithId<User>, password: string): Promise<void> {
  const passwordHash = await hashPassword(password);
  await deps.systemRepository(0).updateResource<User>({ ...user, passwordHash });
  deps.log({ event: 'auth.password-changed', user: user.id });
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
  const wait = await throttledFor(deps.database, account, context.origin.address, now);
  if (wait > 0) {
    throw tooManyAttempts(wait);
  }
  if (!(await verifyPassword(user.passwordHash, request.oldPassword))) {
    await countFailure(deps.database, account, context.origin.address, now);
    throw invalid('password-wrong', 'The current password is not right', 'oldPassword');
  }
  await clearFailures(deps.database, account, context.origin.address);
  const hasSecondFactor = await hasFactor(deps.database, user.id);
  checkPassword(request.newPassword, user, { hasSecondFactor, field: 'newPassword' });
  await savePassword(deps, user, request.newPassword);
  await endOthers(deps, user.id, context.forget, state.sessionId);
}

/** `POST auth/resetpassword`. */
export const RESET_PASSWORD = z.object({ email: z.string().max(320), projectId: z.string().optional() });

/** Sends a reset link when the account exists; the answer is the same when it does not, and does not wait for the mail. */
export async function resetPassword(deps: AuthDependencies, request: z.infer<typeof RESET_PASSWORD>): Promise<void> {
  const user = await findUserByEmail(deps.database, request.email, request.projectId);
  if (user) {
    sendSecurityMail(deps, 'reset', user).catch((error: unknown) =>
      deps.log({ event: 'auth.failed', requestId: 'reset-mail', error }),
    );
  }
}

/** `POST auth/setpassword`. */
export const SET_PASSWORD = z.object({ id: z.string().max(64), secret: z.string().max(128), password: NEW_PASSWORD });

/** Sets a password by a link from a mail; every session of the person ends, and what failed before is forgotten. @throws FhirError 400 */
export async function setPassword(
  deps: AuthDependencies,
  request: z.infer<typeof SET_PASSWORD>,
  { origin, forget }: { readonly origin: Origin; readonly forget: ForgetSession },
): Promise<void> {
  const asked = await findSecurityRequest(deps.database, request, deps.clock());
  const user = asked ? await findById<User>(deps.database, 0, 'User', asked) : undefined;
  if (user) {
    const hasSecondFactor = await hasFactor(deps.database, user.id);
    checkPassword(request.password, user, { hasSecondFactor, field: 'password' });
  }
  if (!user || !(await spendSecurityRequest(deps.database, request, deps.clock()))) {
    throw invalid('link-invalid', 'The link is not valid, too old, or was used before');
  }
  await savePassword(deps, { ...user, emailVerified: true }, request.password);
  await clearFailures(deps.database, user.email ?? '', origin.address);
  await endOthers(deps, user.id, forget);
}
