import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { clearFailures, countFailure, throttledFor, tooManyAttempts } from './login-throttle.ts';
import type { Origin } from './origin.ts';

/** A proof of a person: what is checked, and the element that carried it. */
export interface Proof {
  readonly field: 'token' | 'password' | 'response';
  readonly check: () => Promise<boolean>;
}

/** Runs a check that can be guessed at, behind growing delays. @throws FhirError 400, 429 */
export async function guardedCheck(
  deps: AuthDependencies,
  userId: string,
  origin: Origin,
  { check, field }: Proof,
): Promise<void> {
  const account = `second factor ${userId}`;
  const now = deps.clock();
  const wait = await throttledFor(deps, account, origin.address, now);
  if (wait > 0) {
    throw tooManyAttempts(wait);
  }
  if (!(await check())) {
    await countFailure(deps, account, origin.address, now);
    throw field === 'response'
      ? invalid('passkey-invalid', 'The passkey was not accepted', field)
      : invalid('factor-invalid', 'The code or password is not right, or was used before', field);
  }
  await clearFailures(deps, account, origin.address);
}
