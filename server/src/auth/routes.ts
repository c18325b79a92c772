import type { ErrorRequestHandler, RequestHandler } from 'express';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { Authenticator } from './authenticate.ts';
import { errorHandler, type Handler, noStore, originOf, parseBody } from './http-answer.ts';
import { sessionDetails } from './me.ts';
import { PASSWORD_LOGIN, passwordLogin } from './password-login.ts';
import { findSession } from './session.ts';
import { isSigningIn, nextStep } from './sign-in.ts';
import { tokenEndpoint } from './token-endpoint.ts';

/** One door of this room. */
export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly before?: readonly RequestHandler[];
  readonly handle: Handler;
  readonly onError: ErrorRequestHandler;
}

/** Every door of the auth room, on one screen. */
export function routes(deps: AuthDependencies, authenticator: Authenticator): Route[] {
  const fhir = errorHandler(deps, 'fhir');
  const oauth = errorHandler(deps, 'oauth');
  const forget = authenticator.forgetSession;
  const route = (method: Route['method'], path: string, handle: Handler, onError = fhir): Route => ({
    method,
    path,
    before: [noStore],
    handle,
    onError,
  });
  return [
    route('post', '/auth/login', async (request, response) => {
      response.json(await passwordLogin(deps, parseBody(PASSWORD_LOGIN, request.body), originOf(request)));
    }),
    route('get', '/auth/login/:id', async (request, response) => {
      const session = await findSession(deps.database, String(request.params.id));
      if (!isSigningIn(session, deps.clock())) {
        throw invalid('login-over', 'This sign-in is over. Begin again.');
      }
      response.json(await nextStep(deps, session));
    }),
    route('get', '/auth/me', async (request, response) => {
      response.json(await sessionDetails(deps, await authenticator.authenticate(request)));
    }),
    route('post', '/oauth2/token', tokenEndpoint(deps, forget), oauth),
  ];
}
