import { createHash, randomBytes } from 'node:crypto';
import { type Api, createApi, isJson, postForm, textAt } from './http-api.ts';

/** An address and a password. */
export interface Credentials {
  readonly email: string;
  readonly password: string;
}

function keepingToken(sign: () => Promise<string>): (renew: 'renew' | 'keep') => Promise<string> {
  let current: Promise<string> | undefined;
  return (renew) => {
    if (!current || renew === 'renew') {
      current = sign();
    }
    return current;
  };
}

/** The membership to continue with, where a person has several. */
function firstMembership(answer: unknown): string | undefined {
  const memberships = isJson(answer) && Array.isArray(answer.memberships) ? answer.memberships : [];
  return isJson(memberships[0]) && typeof memberships[0].id === 'string' ? memberships[0].id : undefined;
}

/** Signs a person in: password, then the code with its PKCE verifier. @see https://www.rfc-editor.org/rfc/rfc7636 */
async function personToken(baseUrl: string, { email, password }: Credentials): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
  const anonymous = createApi(baseUrl);
  const request = { email, password, scope: 'openid', codeChallenge, codeChallengeMethod: 'S256' };
  const login = await anonymous.post('auth/login', request);
  const profile = firstMembership(login);
  const answer = profile ? await anonymous.post('auth/profile', { login: textAt(login, 'login'), profile }) : login;
  const token = await postForm(new URL('oauth2/token', baseUrl).href, {
    grant_type: 'authorization_code',
    code: textAt(answer, 'code'),
    code_verifier: verifier,
  });
  return textAt(token, 'access_token');
}

async function clientToken(baseUrl: string, clientId: string, clientSecret: string): Promise<string> {
  const fields = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return textAt(await postForm(new URL('oauth2/token', baseUrl).href, fields), 'access_token');
}

/** The API as a person; signs in at the first call. */
export function asPerson(baseUrl: string, credentials: Credentials): Api {
  return createApi(
    baseUrl,
    keepingToken(() => personToken(baseUrl, credentials)),
  );
}

/** The API as a client application; gets a token at the first call, and a new one when it has ended. */
export function asClient(baseUrl: string, clientId: string, clientSecret: string): Api {
  return createApi(
    baseUrl,
    keepingToken(() => clientToken(baseUrl, clientId, clientSecret)),
  );
}
