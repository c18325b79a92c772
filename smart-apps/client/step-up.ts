import type { Provider } from 'react';
import { createContext, useContext } from 'react';
import { isRefusedFor } from './problem.ts';

/** A way to prove to be there. */
export type ProofMethod = 'totp' | 'passkey' | 'password';

/** Runs an action; when the server first wants to know who is there, the person is asked, and the action runs again. */
export type Proven = <T>(purpose: string, action: () => Promise<T>) => Promise<T>;

/** The person did not want to prove it: nothing was done. */
export class StepUpCancelledError extends Error {}

/** True for the refusal that a fresh proof would lift. @see security.md S60 */
export function isStepUpRequired(error: unknown): boolean {
  return isRefusedFor(error, 'step-up-required');
}

/** Runs `action`, and once more after `prove` when the server asks for a proof. @throws StepUpCancelledError */
export async function runProven<T>(action: () => Promise<T>, prove: () => Promise<boolean>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!isStepUpRequired(error)) {
      throw error;
    }
  }
  if (!(await prove())) {
    throw new StepUpCancelledError('Nothing was done.');
  }
  return action();
}

const Context = createContext<Proven | undefined>(undefined);

/** Gives the screens below it the way to ask for a proof. */
export const ProvenProvider: Provider<Proven | undefined> = Context.Provider;

/** How a screen runs what needs a fresh proof. Throws outside a ProvenProvider. */
export function useProven(): Proven {
  const proven = useContext(Context);
  if (!proven) {
    throw new Error('useProven needs a ProvenProvider above it');
  }
  return proven;
}
