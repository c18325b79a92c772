import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import type { z } from 'zod';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import type { Authenticator } from './authenticate.ts';
import { type AuthenticateClient, createAuthenticateClient } from './client-authentication.ts';
import type { ForgetSession } from './grant-authorization-code.ts';
import { errorHandler, type Handler, noStore, originOf, parseBody } from './http-answer.ts';
import type { Origin } from './origin.ts';
import { type AdminRequest, adminRequest } from './project-admin.ts';
import type { SignInAnswer } from './sign-in.ts';
import { rememberBrowser } from './sign-in-cookie.ts';

/** One door of this room. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  readonly path: string;
  readonly before: readonly RequestHandler[];
  readonly handle: Handler;
  readonly onError: ErrorRequestHandler;
  /** Most bytes of a body; 64 KiB when absent. */
  readonly bodyLimit?: number;
  /** What the body must be, where one schema says it. */
  readonly body?: z.ZodType;
}

/** How the doors of this room are made. */
export interface DoorMaker {
  readonly deps: AuthDependencies;
  readonly authenticator: Authenticator;
  readonly authenticateClient: AuthenticateClient;
  readonly forget: ForgetSession;
  /** A door that refuses in the form of an OperationOutcome. */
  fhir(method: Route['method'], path: string, handle: Handler): Route;
  /** A door that refuses in the form of RFC 6749. */
  oauth(method: Route['method'], path: string, handle: Handler): Route;
  /** A document for everybody, that caches may keep. */
  document(path: string, body: (request: Request) => unknown): Route;
  /** An answer to anybody. */
  open<T>(path: string, schema: z.ZodType<T>, answer: (body: T, request: Request) => Promise<unknown>): Route;
  /** A step of a sign-in: parses, answers, and remembers the browser at the end. */
  step<T>(path: string, schema: z.ZodType<T>, next: (body: T, origin: Origin) => Promise<SignInAnswer>): Route;
  /** What a signed-in person sees of her account. */
  own(path: string, show: (state: AuthState) => Promise<unknown>): Route;
  /** What a signed-in person does with her account; an answer of nothing is "All OK". */
  act<T>(
    path: string,
    schema: z.ZodType<T>,
    answer: (state: AuthState, body: T, origin: Origin) => Promise<unknown>,
    status?: number,
  ): Route;
  /** What an admin of a project does. */
  admin<T>(
    path: string,
    schema: z.ZodType<T>,
    answer: (admin: AdminRequest, body: T, request: Request) => Promise<unknown>,
    status?: number,
  ): Route;
}

/** The answer of a door that has nothing to tell. */
export const OK = {
  resourceType: 'OperationOutcome',
  id: 'ok',
  issue: [{ severity: 'information', code: 'informational', details: { text: 'All OK' } }],
};

/** What follows an act of administration: caches forget what they knew of the project, and it is put on record. */
export function administered(
  deps: AuthDependencies,
  authenticator: Authenticator,
  { tenant, state }: AdminRequest,
  reason: string,
): void {
  authenticator.forgetTenant(tenant);
  deps.log({
    event: 'auth.administered',
    tenant,
    reason,
    author: state.profileReference,
    ...(state.context.clientId && { client: state.context.clientId }),
  });
}

/** For every origin alike, and so without credentials. @see security.md S17 */
const publicDocument: RequestHandler = (_request, response, next) => {
  response.removeHeader('Access-Control-Allow-Credentials');
  response.set({ 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' });
  next();
};

/** Makes the maker of doors. */
export function doorMaker(deps: AuthDependencies, authenticator: Authenticator): DoorMaker {
  const [fhirError, oauthError] = [errorHandler(deps, 'fhir'), errorHandler(deps, 'oauth')];
  const fhir: DoorMaker['fhir'] = (method, path, handle) => ({
    method,
    path,
    before: [noStore],
    handle,
    onError: fhirError,
  });
  const taking = (body: z.ZodType, path: string, handle: Handler): Route => ({ ...fhir('post', path, handle), body });
  const who = (request: Request) => authenticator.authenticate(request);
  return {
    deps,
    authenticator,
    authenticateClient: createAuthenticateClient(deps),
    forget: authenticator.forgetSession,
    fhir,
    oauth: (method, path, handle) => ({ method, path, before: [noStore], handle, onError: oauthError }),
    document: (path, body) => ({
      method: 'get',
      path,
      before: [publicDocument],
      handle: async (request, response) => void response.json(await body(request)),
      onError: fhirError,
    }),
    open: (path, schema, answer) =>
      taking(schema, path, async (request, response) => {
        response.json((await answer(parseBody(schema, request.body), request)) ?? OK);
      }),
    step: (path, schema, next) =>
      taking(schema, path, async (request, response) => {
        const answer = await next(parseBody(schema, request.body), originOf(request));
        await rememberBrowser(deps, response, answer);
        response.json(answer);
      }),
    own: (path, show) =>
      fhir('get', path, async (request, response) => {
        response.json(await show(await who(request)));
      }),
    act: (path, schema, answer, status = 200) =>
      taking(schema, path, async (request, response) => {
        const state = await who(request);
        const body = parseBody(schema, request.body);
        response.status(status).json((await answer(state, body, originOf(request))) ?? OK);
      }),
    admin: (path, schema, answer, status = 200) =>
      taking(schema, `/admin/projects/:projectId/${path}`, async (request, response) => {
        const admitted = await adminRequest(deps, authenticator, request);
        const answered = await answer(admitted, parseBody(schema, request.body), request);
        administered(deps, authenticator, admitted, path);
        response.status(status).json(answered ?? OK);
      }),
  };
}
