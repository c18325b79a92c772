import { z } from 'zod';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { findUserByEmail } from './find-resource.ts';
import { checkLoginRequest, LOGIN_REQUEST } from './login-request.ts';
import { clearFailures, countFailure, throttledFor, tooManyAttempts } from './login-throttle.ts';
import type { Origin } from './origin.ts';
import { verifyPassword } from './password.ts';
import { MAX_PASSWORD_LENGTH } from './password-rules.ts';
import { nextStep, type SignInAnswer } from './sign-in.ts';
import { startSignIn } from './start-sign-in.ts';

/** `POST auth/login`. @see MedplumClient.startLogin */
export const PASSWORD_LOGIN = LOGIN_REQUEST.extend({
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(MAX_PASSWORD_LENGTH),
  /** Part of Medplum's form; a session ends by the same rules with or without it. */
  remember: z.boolean().optional(),
});

/**
 * Checks e-mail address and password and begins a session.
 * @throws FhirError 400 in the same words and time for a wrong password and an unknown account, 429 during a delay.
 */
export async function passwordLogin(
  deps: AuthDependencies,
  request: z.infer<typeof PASSWORD_LOGIN>,
  origin: Origin,
): Promise<SignInAnswer> {
  const checked = await checkLoginRequest(deps, request);
  const now = deps.clock();
  const wait = await throttledFor(deps, request.email, origin.address, now);
  if (wait > 0) {
    deps.log({ event: 'auth.sign-in-refused', reason: 'throttled' });
    throw tooManyAttempts(wait);
  }
  const projectId = request.projectId === 'new' ? undefined : request.projectId;
  const user = await findUserByEmail(deps.database, request.email, projectId);
  if (!(await verifyPassword(user?.passwordHash, request.password)) || !user) {
    await countFailure(deps, request.email, origin.address, now);
    deps.log({ event: 'auth.sign-in-refused', reason: 'credentials' });
    throw invalid('credentials-invalid', 'Email or password is invalid');
  }
  await clearFailures(deps, request.email, origin.address);
  const session = await startSignIn(deps, checked, { userId: user.id, authMethod: 'password' }, origin);
  return nextStep(deps, session, request);
}
