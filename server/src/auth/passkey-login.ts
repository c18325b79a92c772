import type { z } from 'zod';
import type { AuthDependencies } from './auth-dependencies.ts';
import { guardedCheck } from './guarded-check.ts';
import { checkLoginRequest, LOGIN_REQUEST } from './login-request.ts';
import type { Origin } from './origin.ts';
import { ASSERTION, usePasskey } from './passkey.ts';
import { findPasskey } from './passkey-store.ts';
import { nextStep, type SignInAnswer } from './sign-in.ts';
import { startSignIn } from './start-sign-in.ts';

/** `POST auth/login/passkey`: a sign-in without name and password. */
export const PASSKEY_LOGIN = LOGIN_REQUEST.extend({ response: ASSERTION });

/**
 * Begins a session by a passkey: something the person has, unlocked by something she knows or is, so it counts as both
 * factors. @throws FhirError 400 in the same words for an unknown passkey and a bad signature, 429
 */
export async function passkeyLogin(
  deps: AuthDependencies,
  request: z.infer<typeof PASSKEY_LOGIN>,
  origin: Origin,
): Promise<SignInAnswer> {
  const checked = await checkLoginRequest(deps, request);
  const key = await findPasskey(deps.database, request.response.id);
  const userId = key?.userId ?? `passkey ${request.response.id}`;
  const check = async () => (await usePasskey(deps, request.response, { purpose: 'sign-in', subject: '' })) === userId;
  await guardedCheck(deps, userId, origin, { check, field: 'response' });
  const now = deps.clock();
  const proof = { authMethod: 'passkey', mfaAt: now, mfaMethod: 'passkey' } as const;
  const session = await startSignIn(deps, checked, { userId, ...proof }, origin);
  return nextStep(deps, session, request);
}
