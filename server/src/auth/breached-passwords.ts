import { createRequire } from 'node:module';
import { z } from 'zod';

const PACKAGE = z.object({ dictionary: z.object({ 'passwords-common': z.array(z.string()) }) });

let passwords: ReadonlySet<string> | undefined;

/** Read when the first password is chosen: a server on which nobody chooses one does not carry its weight. */
function breachedPasswords(): ReadonlySet<string> {
  const load = createRequire(import.meta.url);
  passwords ??= new Set(PACKAGE.parse(load('@zxcvbn-ts/language-common')).dictionary['passwords-common']);
  return passwords;
}

/** Is this one of the 49,000 passwords that breaches brought to light most often? Letter case does not count. */
export function isBreachedPassword(password: string): boolean {
  return breachedPasswords().has(password.toLowerCase());
}

const SHORTEST = 4;

/** Is this two breached passwords in a row? */
export function isBreachedPair(password: string): boolean {
  const cuts = Array.from({ length: Math.max(0, password.length - 2 * SHORTEST + 1) }, (_, index) => index + SHORTEST);
  return cuts.some((at) => isBreachedPassword(password.slice(0, at)) && isBreachedPassword(password.slice(at)));
}
