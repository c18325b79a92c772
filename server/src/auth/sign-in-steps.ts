import { z } from 'zod';
import { isScopeWithin } from '../access/index.ts';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { factorDemand } from './factor-demand.ts';
import { endSession, findSession, grantScope, type Session } from './session.ts';
import { reportActivity } from './session-idle.ts';
import { bindMembership, eligibleMemberships, isSigningIn, nextStep, type SignInAnswer } from './sign-in.ts';

/** `POST auth/profile`: the id of the membership to go on with. */
export const CHOOSE_PROFILE = z.object({ login: z.string(), profile: z.string() });

/** `POST auth/scope`: what the person agrees to. */
export const CHOOSE_SCOPE = z.object({ login: z.string(), scope: z.string() });

/** The sign-in under way. @throws FhirError 400 when it is over. */
export async function signInOf(deps: AuthDependencies, login: string): Promise<Session> {
  const session = await findSession(deps.database, login);
  if (!isSigningIn(session, deps.clock())) {
    throw invalid('login-over', 'This sign-in is over. Begin again.');
  }
  return session;
}

/** Chooses one of the person's memberships. @throws FhirError 400 */
export async function chooseProfile(
  deps: AuthDependencies,
  request: z.infer<typeof CHOOSE_PROFILE>,
): Promise<SignInAnswer> {
  const session = await signInOf(deps, request.login);
  if (await factorDemand(deps, session)) {
    return nextStep(deps, session);
  }
  const chosen = (await eligibleMemberships(deps, session)).find(({ resource }) => resource.id === request.profile);
  if (!chosen) {
    throw invalid('profile-invalid', 'The profile is not one of this account', 'profile');
  }
  return nextStep(deps, await bindMembership(deps, session, chosen));
}

/** Agrees to the asked scope or a part of it, such as single types out of `patient/*.rs`. @throws FhirError 400 when it is more than was asked. */
export async function chooseScope(
  deps: AuthDependencies,
  request: z.infer<typeof CHOOSE_SCOPE>,
): Promise<SignInAnswer> {
  const session = await signInOf(deps, request.login);
  const asked = session.scope.split(' ');
  const agreed = request.scope.split(' ').filter((scope) => scope !== '');
  if (!session.membership || !agreed.every((scope) => asked.some((wide) => isScopeWithin(scope, wide)))) {
    throw invalid('scope-invalid', 'The scope is more than the app asked for', 'scope');
  }
  const granted = await grantScope(deps.database, session.id, agreed.join(' '));
  if (granted && session.consentNeeded) {
    deps.log({ event: 'auth.app-consented', session: session.id });
  }
  return nextStep(deps, granted ?? session);
}

/** `POST auth/deny`: the person does not let the app in. */
export const DENY = z.object({ login: z.string() });

/** Ends a sign-in without a code. @throws FhirError 400 when it is over. */
export async function deny(deps: AuthDependencies, { login }: z.infer<typeof DENY>): Promise<void> {
  const session = await signInOf(deps, login);
  await endSession(deps.database, session.id, deps.clock());
  deps.log({ event: 'auth.session-ended', session: session.id, reason: 'denied' });
}

/** `POST auth/activity`: a person is at the screen. */
export async function recordActivity(deps: AuthDependencies, sessionId: string | undefined): Promise<void> {
  if (sessionId) {
    await reportActivity(deps.database, sessionId, deps.clock());
  }
}
