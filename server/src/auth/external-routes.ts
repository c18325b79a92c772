import { notFound } from '../fhir/index.ts';
import { BRANDING, branding, clientInfo } from './branding.ts';
import { CLIENT_CALLBACK, clientCallback } from './client-callback.ts';
import type { DoorMaker, Route } from './door.ts';
import { deleteProvider, listProviders, NOTHING_MORE, saveProvider } from './external-admin.ts';
import { samlLogoutMessage } from './external-logout.ts';
import { samlMetadata } from './external-saml.ts';
import {
  EXTERNAL_START,
  oidcCallback,
  SIGN_IN_METHOD,
  samlAnswer,
  samlFinish,
  signInMethod,
  startExternal,
} from './external-sign-in.ts';
import { parseBody } from './http-answer.ts';
import { findProvider, NEW_PROVIDER } from './identity-provider.ts';
import { adminRequest } from './project-admin.ts';

/** The doors of sign-ins by the identity providers of clinics. */
export function externalRoutes({ deps, authenticator, forget, fhir, open, admin }: DoorMaker): Route[] {
  const provider = (params: { readonly providerId?: unknown }): string => String(params.providerId);
  return [
    fhir('get', '/auth/clientinfo/:clientId', async (request, response) => {
      response.json(await clientInfo(deps, String(request.params.clientId)));
    }),
    fhir('get', '/auth/branding', async (request, response) => {
      response.json(await branding(deps, parseBody(BRANDING, request.query)));
    }),
    open('/auth/method', SIGN_IN_METHOD, (body) => signInMethod(deps, body)),
    fhir('post', '/auth/external/start', async (request, response) => {
      response.json(await startExternal(deps, parseBody(EXTERNAL_START, request.body), response));
    }),
    fhir('get', CLIENT_CALLBACK, (request, response) => clientCallback(deps, request, response)),
    fhir('get', '/auth/external/callback', (request, response) => oidcCallback(deps, request, response)),
    fhir('post', '/auth/external/saml', (request, response) => samlAnswer(deps, request, response)),
    ...(['get', 'post'] as const).map((method) =>
      fhir(method, '/auth/external/saml/:providerId/logout', (request, response) =>
        samlLogoutMessage(deps, request, response, forget),
      ),
    ),
    fhir('get', '/auth/external/finish', (request, response) => samlFinish(deps, request, response)),
    fhir('get', '/auth/external/saml/:providerId', async (request, response) => {
      const found = await findProvider(deps.database, provider(request.params));
      if (found?.kind !== 'saml') {
        throw notFound();
      }
      response.type('application/samlmetadata+xml').send(await samlMetadata(deps, found));
    }),
    fhir('get', '/admin/projects/:projectId/identity-providers', async (request, response) => {
      response.json(await listProviders(deps, await adminRequest(deps, authenticator, request)));
    }),
    admin('identity-providers', NEW_PROVIDER, (project, body) => saveProvider(deps, project, body), 201),
    admin('identity-providers/:providerId', NEW_PROVIDER, (project, body, request) =>
      saveProvider(deps, project, body, provider(request.params)),
    ),
    admin('identity-providers/:providerId/remove', NOTHING_MORE, (project, _, request) =>
      deleteProvider(deps, project, provider(request.params)),
    ),
  ];
}
