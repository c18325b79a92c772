import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import {
  CHANGE_PASSWORD,
  changePassword,
  NEW_PATIENT,
  NEW_PROJECT,
  NEW_USER,
  newPatient,
  newProject,
  newUser,
  RESET_PASSWORD,
  resetPassword,
  SET_PASSWORD,
  setPassword,
} from './account.ts';
import { CHANGED_MEMBER, changeMember, memberOf, NEW_BOT, NEW_CLIENT, newBot, newClient } from './admin-endpoints.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { Authenticator } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { CHOOSE_PATIENT, choosePatient, listPatients, PATIENTS } from './choose-patient.ts';
import { createAuthenticateClient } from './client-authentication.ts';
import { connectedApps, REVOKE_APP, REVOKE_LOGIN, revokeApp, revokeLogin } from './connected-apps.ts';
import { demoAccounts } from './demo-accounts.ts';
import { openidConfiguration, SMART_STYLE, smartConfiguration } from './discovery.ts';
import { logout, revoke } from './end-session.ts';
import { errorHandler, type Handler, noStore, originOf, parseBody } from './http-answer.ts';
import { introspect } from './introspect.ts';
import { INVITE, invite } from './invite.ts';
import { sessionDetails } from './me.ts';
import {
  disableMfa,
  enrollAtLogin,
  enrollMfa,
  MFA_LOGIN_ENROLL,
  MFA_TOKEN,
  MFA_VERIFY,
  mfaStatus,
  STEP_UP,
  stepUp,
  verifyMfa,
} from './mfa.ts';
import { PASSWORD_LOGIN, passwordLogin } from './password-login.ts';
import { adminRequest } from './project-admin.ts';
import { changeSettings, PROJECT_SETTINGS } from './project-settings.ts';
import { registerClient } from './register-client.ts';
import type { SignInAnswer } from './sign-in.ts';
import { nextStep } from './sign-in.ts';
import { rememberBrowser } from './sign-in-cookie.ts';
import { CHOOSE_PROFILE, CHOOSE_SCOPE, chooseProfile, chooseScope, recordActivity, signInOf } from './sign-in-steps.ts';
import { tokenEndpoint } from './token-endpoint.ts';
import { userinfo } from './userinfo.ts';

/** One door of this room. */
export interface Route {
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly before: readonly RequestHandler[];
  readonly handle: Handler;
  readonly onError: ErrorRequestHandler;
}

const ok = {
  resourceType: 'OperationOutcome',
  id: 'ok',
  issue: [{ severity: 'information', code: 'informational', details: { text: 'All OK' } }],
};
const publicDocument: RequestHandler = (_request, response, next) => {
  response.set({ 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' });
  next();
};

/** Every door of the auth room, on one screen. */
export function routes(deps: AuthDependencies, authenticator: Authenticator): Route[] {
  const forget = authenticator.forgetSession;
  const authenticateClient = createAuthenticateClient(deps);
  const fhir = errorHandler(deps, 'fhir');
  const oauth = errorHandler(deps, 'oauth');
  const at = (method: Route['method'], path: string, handle: Handler, onError = fhir, before = [noStore]): Route => ({
    method,
    path,
    before,
    handle,
    onError,
  });
  /** A step of a sign-in: parses, answers, and remembers the browser at the end. */
  const step = <T>(
    path: string,
    schema: z.ZodType<T>,
    next: (body: T, request: Request) => Promise<SignInAnswer>,
  ): Route =>
    at('post', path, async (request, response) => {
      const answer = await next(parseBody(schema, request.body), request);
      await rememberBrowser(deps, response, answer);
      response.json(answer);
    });
  const admin = <T>(
    path: string,
    schema: z.ZodType<T>,
    act: (admin: Awaited<ReturnType<typeof adminRequest>>, body: T, request: Request) => Promise<unknown>,
    status = 200,
  ): Route =>
    at('post', `/admin/projects/:projectId/${path}`, async (request, response) => {
      const admitted = await adminRequest(deps, authenticator, request);
      const answer = await act(admitted, parseBody(schema, request.body), request);
      authenticator.forgetTenant(admitted.tenant);
      response.status(status).json(answer);
    });
  const document = (path: string, body: unknown): Route =>
    at('get', path, (_request: Request, response: Response) => void response.json(body), fhir, [publicDocument]);
  const who = (request: Request) => authenticator.authenticate(request);

  return [
    at('post', '/auth/method', (_request, response) => void response.json({})),
    step('/auth/login', PASSWORD_LOGIN, (body, request) => passwordLogin(deps, body, originOf(request))),
    step('/auth/profile', CHOOSE_PROFILE, (body) => chooseProfile(deps, body)),
    step('/auth/scope', CHOOSE_SCOPE, (body) => chooseScope(deps, body)),
    step('/auth/newuser', NEW_USER, (body, request) => newUser(deps, body, originOf(request))),
    step('/auth/newproject', NEW_PROJECT, (body) => newProject(deps, body)),
    step('/auth/newpatient', NEW_PATIENT, (body) => newPatient(deps, body)),
    at('get', '/auth/login/:id', async (request, response) => {
      response.json(await nextStep(deps, await signInOf(deps, String(request.params.id))));
    }),
    at('post', '/auth/patients', async (request, response) => {
      response.json(await listPatients(deps, parseBody(PATIENTS, request.body)));
    }),
    step('/auth/patient', CHOOSE_PATIENT, (body) => choosePatient(deps, body)),
    at('get', '/auth/apps', async (request, response) => {
      response.json(await connectedApps(deps, await who(request)));
    }),
    at('post', '/auth/apps/revoke', async (request, response) => {
      await revokeApp(deps, await who(request), parseBody(REVOKE_APP, request.body), forget);
      response.json(ok);
    }),
    at('post', '/auth/revoke', async (request, response) => {
      await revokeLogin(deps, await who(request), parseBody(REVOKE_LOGIN, request.body), forget);
      response.json(ok);
    }),
    step('/auth/mfa/verify', MFA_VERIFY, (body, request) => verifyMfa(deps, body, originOf(request))),
    step('/auth/mfa/login-enroll', MFA_LOGIN_ENROLL, (body, request) => enrollAtLogin(deps, body, originOf(request))),
    at('get', '/auth/mfa/status', async (request, response) => {
      response.json(await mfaStatus(deps, await who(request)));
    }),
    at('post', '/auth/mfa/enroll', async (request, response) => {
      await enrollMfa(deps, await who(request), parseBody(MFA_TOKEN, request.body), originOf(request));
      response.json(ok);
    }),
    at('post', '/auth/mfa/disable', async (request, response) => {
      await disableMfa(deps, await who(request), parseBody(MFA_TOKEN, request.body), originOf(request));
      response.json(ok);
    }),
    at('post', '/auth/step-up', async (request, response) => {
      const body = parseBody(STEP_UP, request.body);
      const { session, until } = await stepUp(deps, await who(request), body, originOf(request));
      forget(session);
      response.json({ steppedUpUntil: until.toISOString() });
    }),
    at('get', '/auth/me', async (request, response) => {
      response.json(await sessionDetails(deps, await who(request)));
    }),
    at('post', '/auth/activity', async (request, response) => {
      await recordActivity(deps, (await who(request)).sessionId);
      response.json(ok);
    }),
    at('post', '/auth/changepassword', async (request, response) => {
      const state = await who(request);
      const body = parseBody(CHANGE_PASSWORD, request.body);
      await changePassword(deps, state, body, { origin: originOf(request), forget });
      response.json(ok);
    }),
    at('post', '/auth/resetpassword', async (request, response) => {
      await resetPassword(deps, parseBody(RESET_PASSWORD, request.body));
      response.json(ok);
    }),
    at('post', '/auth/setpassword', async (request, response) => {
      await setPassword(deps, parseBody(SET_PASSWORD, request.body), forget);
      response.json(ok);
    }),
    ...(deps.demoDir === undefined
      ? []
      : [
          at('get', '/auth/demo', async (_request, response) => {
            response.json({ accounts: await demoAccounts(deps.demoDir as string) });
          }),
        ]),

    at('get', '/oauth2/authorize', (request, response) => authorize(deps, request, response), oauth),
    at('post', '/oauth2/authorize', (request, response) => authorize(deps, request, response), oauth),
    at('post', '/oauth2/token', tokenEndpoint(deps, forget, authenticateClient), oauth),
    at('post', '/oauth2/introspect', introspect(deps, authenticator, authenticateClient), oauth),
    at(
      'post',
      '/oauth2/revoke',
      (request, response) => revoke(deps, request, response, { forget, authenticateClient }),
      oauth,
    ),
    at('post', '/oauth2/register', (request, response) => registerClient(deps, request, response), oauth),
    at('post', '/oauth2/logout', (request, response) => logout(deps, request, response, forget)),
    at('get', '/oauth2/logout', (request, response) => logout(deps, request, response, forget)),
    ...(['get', 'post'] as const).map((method) =>
      at(method, '/oauth2/userinfo', async (request, response) => {
        response.json(await userinfo(deps, await who(request)));
      }),
    ),

    document('/.well-known/jwks.json', deps.keys.jwks),
    document('/.well-known/openid-configuration', openidConfiguration(deps)),
    document('/.well-known/oauth-authorization-server', openidConfiguration(deps)),
    document('/.well-known/smart-configuration', smartConfiguration(deps)),
    document('/fhir/R4/.well-known/smart-configuration', smartConfiguration(deps)),
    document('/.well-known/smart-style.json', SMART_STYLE),

    admin('invite', INVITE, (project, body) => invite(deps, project, body)),
    admin('client', NEW_CLIENT, (project, body) => newClient(deps, project, body), 201),
    admin('bot', NEW_BOT, (project, body) => newBot(deps, project, body), 201),
    admin('settings', PROJECT_SETTINGS, (project, body) => changeSettings(deps, project, body)),
    admin('members/:membershipId', CHANGED_MEMBER, (project, body, request) =>
      changeMember(deps, project, String(request.params.membershipId), body),
    ),
    at('get', '/admin/projects/:projectId/members/:membershipId', async (request, response) => {
      const project = await adminRequest(deps, authenticator, request);
      response.json(await memberOf(deps, project, String(request.params.membershipId)));
    }),
  ];
}
