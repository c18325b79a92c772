import { z } from 'zod';
import { conflict, notFound } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { factorKinds } from './factor.ts';
import { ownSession } from './own-account.ts';
import { ASSERTION, assertionOptions, REGISTRATION, registerPasskey, registrationOptions } from './passkey.ts';
import { type Passkey, passkeysOf, removePasskey } from './passkey-store.ts';
import { isStaff, requiresMfa, requiresPasskey } from './require-mfa.ts';
import { tellPerson } from './security-notice.ts';
import { markSecondFactor } from './session.ts';
import { signInOf } from './sign-in-steps.ts';
import { requireRecentStepUp } from './step-up.ts';

/** `POST auth/passkey/options`: with the sign-in under way for a second factor, without for a first one. */
export const PASSKEY_OPTIONS = z.object({ login: z.string().max(64).optional() });

/** `POST auth/passkeys`. */
export const NEW_PASSKEY = z.object({ response: REGISTRATION, name: z.string().max(100).optional() });

/** `POST auth/passkeys/remove`. */
export const REMOVE_PASSKEY = z.object({ id: ASSERTION.shape.id });

/** What a browser needs for a sign-in by passkey. @throws FhirError 400 */
export async function passkeyOptions(
  deps: AuthDependencies,
  { login }: z.infer<typeof PASSKEY_OPTIONS>,
): Promise<unknown> {
  if (login === undefined) {
    return { options: await assertionOptions(deps, { purpose: 'sign-in', subject: '' }) };
  }
  const { id, userId } = await signInOf(deps, login);
  return { options: await assertionOptions(deps, { purpose: 'factor', subject: id }, userId) };
}

function shown({ credential, name, createdAt, lastUsedAt, synced }: Passkey) {
  return {
    id: credential,
    name,
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt && { lastUsedAt: lastUsedAt.toISOString() }),
    synced,
  };
}

/** `GET auth/passkeys`: the own ones. @throws FhirError 403 */
export async function listPasskeys(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  const { userId } = await ownSession(deps, state);
  return { passkeys: (await passkeysOf(deps.database, userId)).map(shown) };
}

/** The session of a person who may add or remove a factor: who has one already proves it first. @throws FhirError 403 */
async function mayChange(deps: AuthDependencies, state: AuthState) {
  const session = await ownSession(deps, state);
  if ((await factorKinds(deps.database, session.userId)).length > 0) {
    requireRecentStepUp(state, deps.clock());
  }
  return session;
}

/** `POST auth/passkeys/options`: what a browser needs to make another passkey. @throws FhirError 403 */
export async function newPasskeyOptions(deps: AuthDependencies, state: AuthState): Promise<unknown> {
  const { userId, id } = await mayChange(deps, state);
  return { options: await registrationOptions(deps, userId, id) };
}

/** `POST auth/passkeys`: takes a new passkey in. @throws FhirError 400, 403 */
export async function addPasskey(
  deps: AuthDependencies,
  state: AuthState,
  request: z.infer<typeof NEW_PASSKEY>,
): Promise<unknown> {
  const { userId, id } = await mayChange(deps, state);
  const key = await registerPasskey(deps, { userId, subject: id }, request);
  tellPerson(deps, userId, 'factor-enrolled');
  await markSecondFactor(deps.database, id, { method: 'passkey', now: deps.clock() });
  return shown(key);
}

/** `POST auth/passkeys/remove`. @throws FhirError 403, 404 for one of somebody else, 409 for the last one that is needed */
export async function deletePasskey(
  deps: AuthDependencies,
  state: AuthState,
  { id }: z.infer<typeof REMOVE_PASSKEY>,
): Promise<void> {
  const { userId } = await mayChange(deps, state);
  const keys = await passkeysOf(deps.database, userId);
  if (!keys.some(({ credential }) => credential === id)) {
    throw notFound();
  }
  const { project, membership } = state;
  const hasOther = keys.length > 1;
  const hasTotp = (await factorKinds(deps.database, userId)).includes('totp');
  const mustKeep = requiresMfa(project) && isStaff(membership.profile.reference) && !hasTotp;
  if (!hasOther && (mustKeep || requiresPasskey(project, membership))) {
    throw conflict('factor-last', 'Add another factor first: this is the last one, and your clinic asks for one');
  }
  await removePasskey(deps.database, userId, id);
  deps.log({ event: 'auth.factor-removed', user: userId });
  tellPerson(deps, userId, 'factor-removed');
}
