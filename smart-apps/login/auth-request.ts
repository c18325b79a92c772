import { safeNext } from '../client/index.ts';

/** What an app asked for when it sent the person here, as RFC 6749, RFC 7636 and SMART name it. */
export interface AuthorizeRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope?: string;
  readonly state?: string;
  readonly nonce?: string;
  readonly codeChallenge?: string;
  readonly codeChallengeMethod?: string;
  readonly launch?: string;
  readonly aud?: string;
}

/** Why the page was opened: to sign in to the workspace, or to let an app in. */
export type LoginPurpose =
  | { readonly kind: 'workspace'; readonly next: string; readonly reason?: string }
  | { readonly kind: 'authorize'; readonly request: AuthorizeRequest };

/** Reads the purpose from the query. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export function loginPurpose(query: URLSearchParams, origin: string): LoginPurpose {
  const get = (name: string): string | undefined => query.get(name) ?? undefined;
  const [clientId, redirectUri] = [get('client_id'), get('redirect_uri')];
  if (clientId && redirectUri) {
    return {
      kind: 'authorize',
      request: {
        clientId,
        redirectUri,
        scope: get('scope'),
        state: get('state'),
        nonce: get('nonce'),
        codeChallenge: get('code_challenge'),
        codeChallengeMethod: get('code_challenge_method'),
        launch: get('launch'),
        aud: get('aud'),
      },
    };
  }
  return { kind: 'workspace', next: safeNext(query.get('next'), origin), reason: get('reason') };
}

/** Body of `auth/login` for an app's request; the app's own code challenge is passed on untouched. */
export function loginBody(request: AuthorizeRequest): Record<string, string> {
  const body = {
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    scope: request.scope,
    nonce: request.nonce,
    codeChallenge: request.codeChallenge,
    codeChallengeMethod: request.codeChallengeMethod,
    launch: request.launch,
    aud: request.aud,
    state: request.state,
  };
  return Object.fromEntries(
    Object.entries(body).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}

/** Address that hands the code to the app. */
export function redirectWithCode(request: AuthorizeRequest, code: string): string {
  const url = new URL(request.redirectUri);
  url.searchParams.set('code', code);
  if (request.state) {
    url.searchParams.set('state', request.state);
  }
  return url.toString();
}

/** Address that tells the app that it got no access. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1 */
export function redirectWithError(request: AuthorizeRequest, error: string): string {
  const url = new URL(request.redirectUri);
  url.searchParams.set('error', error);
  if (request.state) {
    url.searchParams.set('state', request.state);
  }
  return url.toString();
}
