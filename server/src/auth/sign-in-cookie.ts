import type { Response } from 'express';
import type { AuthDependencies } from './auth-dependencies.ts';
import { hashOf, newSecret } from './secrets.ts';
import { findSession, setCookie } from './session.ts';
import type { SignInAnswer } from './sign-in.ts';
import { COOKIE } from './single-sign-on.ts';

const attributes = (deps: AuthDependencies) =>
  ({ httpOnly: true, sameSite: 'lax', secure: deps.baseUrl.startsWith('https://'), path: '/oauth2' }) as const;

/** Remembers the browser once a person has signed in to the server itself, so that its apps need not ask again. */
export async function rememberBrowser(deps: AuthDependencies, response: Response, answer: SignInAnswer): Promise<void> {
  const session = answer.code ? await findSession(deps.database, answer.login) : undefined;
  if (!session || session.clientId) {
    return;
  }
  const secret = newSecret();
  await setCookie(deps.database, session.id, hashOf(secret));
  response.cookie(COOKIE, secret, { ...attributes(deps), expires: session.expiresAt });
}

/** Forgets the browser. */
export function forgetBrowser(deps: AuthDependencies, response: Response): void {
  response.clearCookie(COOKIE, attributes(deps));
}
