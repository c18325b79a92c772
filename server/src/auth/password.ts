import { hash, verify } from '@node-rs/argon2';

/** The salted Argon2id hash of a password. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'));
}

let decoy: Promise<string> | undefined;

/** Checks a password; without a hash (unknown user) it does the same work and says no, so that time tells nothing. */
export async function verifyPassword(stored: string | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password');
  const matches = await verify(stored ?? (await decoy), password.normalize('NFKC')).catch(() => false);
  return matches && stored !== undefined;
}
