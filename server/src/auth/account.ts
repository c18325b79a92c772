import { randomUUID } from 'node:crypto';
import type { Project, User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { createMembership, personReference } from './clinic.ts';
import { findById, findUserByEmail } from './find-resource.ts';
import { initProject } from './init-project.ts';
import { checkLoginRequest, LOGIN_REQUEST } from './login-request.ts';
import { countFailure, throttledFor, tooManyAttempts } from './login-throttle.ts';
import type { Origin } from './origin.ts';
import { checkPassword, NEW_PASSWORD } from './own-password.ts';
import { hashPassword } from './password.ts';
import { mailInBackground } from './security-mail.ts';
import { findSession } from './session.ts';
import { isSigningIn, nextStep, type SignInAnswer } from './sign-in.ts';
import { startSignIn } from './start-sign-in.ts';

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
    emailVerified: false,
    ...(projectId && { project: { reference: `Project/${projectId}` } }),
  });
  mailInBackground(deps, 'verify-email', user);
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
  const wait = await throttledFor(deps, newAccountsFrom(origin), origin.address, now);
  if (wait > 0) {
    throw tooManyAttempts(wait);
  }
  await countFailure(deps, newAccountsFrom(origin), origin.address, now);
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
