import type { User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { forbidden, invalid, type RequestContext } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { type FactorKind, factorKinds, useFactor } from './factor.ts';
import { findById } from './find-resource.ts';
import { guardedCheck, type Proof } from './guarded-check.ts';
import type { Origin } from './origin.ts';
import { ownSession } from './own-account.ts';
import { ASSERTION, assertionOptions, usePasskey } from './passkey.ts';
import { verifyPassword } from './password.ts';
import { requiresPasskey } from './require-mfa.ts';
import { markStepUp, type Session } from './session.ts';

/** How long a step-up counts. */
export const STEP_UP_MS = 5 * 60_000;

/** `POST auth/step-up`: a second factor, or the password where the person has none. */
export const STEP_UP = z.object({
  token: z.string().min(1).max(32).optional(),
  response: ASSERTION.optional(),
  password: z.string().min(1).max(1024).optional(),
});
type StepUpRequest = z.infer<typeof STEP_UP>;

/** A way to prove to be there. */
export type StepUpMethod = FactorKind | 'password';

/** Did the person prove within the last five minutes to be there? */
export function isSteppedUp({ steppedUpAt }: { readonly steppedUpAt?: Date }, now: Date): boolean {
  return steppedUpAt !== undefined && now.getTime() - steppedUpAt.getTime() <= STEP_UP_MS;
}

/**
 * Asked before signing, export, and changes of policies. Clients and bots have nobody who could prove anything; what they
 * may do, their policies say.
 * @throws FhirError 403 `step-up-required` for a person who has not proven within five minutes to be there.
 * @see security.md S60
 */
export function requireRecentStepUp(
  who: { readonly userReference: string; readonly steppedUpAt?: Date },
  now: Date,
): void {
  if (who.userReference.startsWith('User/') && !isSteppedUp(who, now)) {
    throw forbidden('step-up-required', 'Prove first that it is you: POST auth/step-up');
  }
}

/** The same for a request to the records. @throws FhirError 403 */
export function requireStepUpOf(
  { author, loginId, steppedUpAt }: Pick<RequestContext, 'author' | 'loginId' | 'steppedUpAt'>,
  now: Date,
): void {
  const isPerson = loginId !== undefined && !author.startsWith('ClientApplication/');
  requireRecentStepUp({ userReference: isPerson ? 'User/' : author, ...(steppedUpAt && { steppedUpAt }) }, now);
}

/** How this person proves to be there: a passkey where the project asks for one, any second factor she has, else the password. */
async function methodsOf(deps: AuthDependencies, state: AuthState, userId: string): Promise<StepUpMethod[]> {
  const kinds = await factorKinds(deps.database, userId);
  if (requiresPasskey(state.project, state.membership) && kinds.includes('passkey')) {
    return ['passkey'];
  }
  return kinds.length > 0 ? kinds : ['password'];
}

/** `GET auth/step-up`. @throws FhirError 403 for who is no person. */
export async function stepUpStatus(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  const { userId } = await ownSession(deps, state);
  const methods = await methodsOf(deps, state, userId);
  const until = state.steppedUpAt && new Date(state.steppedUpAt.getTime() + STEP_UP_MS);
  return { methods, ...(until && until > deps.clock() && { steppedUpUntil: until.toISOString() }) };
}

/** `POST auth/step-up/options`: what a browser needs to ask for a passkey. */
export async function stepUpOptions(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  const { id, userId } = await ownSession(deps, state);
  return { options: await assertionOptions(deps, { purpose: 'step-up', subject: id }, userId) };
}

/** The proof that was given, if it is one of the methods. @throws FhirError 400 */
function proofOf(
  deps: AuthDependencies,
  { id, userId }: Session,
  { token, response, password }: StepUpRequest,
  methods: readonly StepUpMethod[],
): Proof {
  if (response && methods.includes('passkey')) {
    const purpose = { purpose: 'step-up', subject: id } as const;
    return { field: 'response', check: async () => (await usePasskey(deps, response, purpose)) === userId };
  }
  if (token && methods.includes('totp')) {
    return { field: 'token', check: () => useFactor(deps, userId, token) };
  }
  if (password && methods.includes('password')) {
    const hashOfUser = async () => (await findById<User>(deps.database, 0, 'User', userId))?.passwordHash;
    return { field: 'password', check: async () => verifyPassword(await hashOfUser(), password) };
  }
  throw invalid('step-up-proof', `The proof needed is one of: ${methods.join(', ')}`);
}

/**
 * `POST auth/step-up`: the person proves to be there.
 * @throws FhirError 400, 403, 429
 */
export async function stepUp(
  deps: AuthDependencies,
  state: AuthState,
  request: StepUpRequest,
  origin: Origin,
): Promise<{ readonly session: string; readonly until: Date }> {
  const session = await ownSession(deps, state);
  const methods = await methodsOf(deps, state, session.userId);
  await guardedCheck(deps, session.userId, origin, proofOf(deps, session, request, methods));
  const now = deps.clock();
  await markStepUp(deps.database, session.id, now);
  deps.log({ event: 'auth.stepped-up', session: session.id });
  return { session: session.id, until: new Date(now.getTime() + STEP_UP_MS) };
}
