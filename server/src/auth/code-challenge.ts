import { createHash } from 'node:crypto';
import type { AuthDependencies } from './auth-dependencies.ts';

/** What a verifier may look like. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

/** Is this a verifier of PKCE? */
export function isVerifier(value: string): boolean {
  return VERIFIER.test(value);
}

/** The S256 challenge of a verifier. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** Is this the S256 challenge of a verifier? */
export function isChallenge(value: string | undefined): value is string {
  return value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value);
}

/** What a sign-in says about its challenge. */
interface Challenged {
  readonly clientId?: string;
  readonly redirectUri?: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod?: string;
}

/**
 * The challenge by S256 that a sign-in will be held to; undefined for what is refused. MedplumClient outside a browser
 * knows `plain` alone: outside production it is taken (and logged) at this server's own sign-in, where the code comes in the
 * answer itself and no address carries it. Apps, and everything that is redirected, have S256 only.
 */
export function acceptedChallenge(
  { plainChallenge, log }: Pick<AuthDependencies, 'plainChallenge' | 'log'>,
  { clientId, redirectUri, codeChallenge, codeChallengeMethod = 'S256' }: Challenged,
): string | undefined {
  if (codeChallengeMethod === 'S256') {
    return isChallenge(codeChallenge) ? codeChallenge : undefined;
  }
  const isOwnAnswer = !clientId && !redirectUri;
  if (!plainChallenge || codeChallengeMethod !== 'plain' || !isOwnAnswer || !isVerifier(codeChallenge ?? '')) {
    return undefined;
  }
  log({ event: 'auth.plain-challenge' });
  return challengeOf(codeChallenge ?? '');
}
