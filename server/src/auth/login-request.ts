import type { ClientApplication } from '@medplum/fhirtypes';
import { z } from 'zod';
import { resourceScopes } from '../access/index.ts';
import { invalid } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { isClientOn, isFirstParty, isRedirectAllowed } from './client-application.ts';
import { acceptedChallenge } from './code-challenge.ts';
import { type Found, findClient } from './find-resource.ts';
import { grantableScopes } from './grantable-scopes.ts';

/** Longest scope string that is looked at. */
export const MAX_SCOPE_LENGTH = 8192 - 1;
/** Life of an ordinary session; offline access has its own. */
export const SESSION_MS = 12 * 3_600_000;
/** Life of offline access, extended at each refresh. */
export const OFFLINE_MS = 90 * 24 * 3_600_000;

/** Elements that every way of signing in has in common. @see MedplumClient's BaseLoginRequest */
export const LOGIN_REQUEST = z.object({
  projectId: z.string().max(64).optional(),
  clientId: z.string().max(64).optional(),
  resourceType: z.string().max(64).optional(),
  scope: z.string().optional(),
  nonce: z.string().max(512).optional(),
  codeChallenge: z.string().optional(),
  codeChallengeMethod: z.string().optional(),
  launch: z.string().max(64).optional(),
  redirectUri: z.string().max(2048).optional(),
});
export type LoginRequest = z.infer<typeof LOGIN_REQUEST>;

/** A login request whose client, redirect URI, challenge and scope have been found good. */
export interface CheckedLoginRequest {
  readonly client?: Found<ClientApplication>;
  readonly scope: string;
  readonly codeChallenge: string;
  readonly redirectUri: string;
  readonly launch: string;
  readonly nonce: string;
  readonly consentNeeded: boolean;
}

/**
 * Checks what a browser asks for before any password is looked at.
 * @throws FhirError 400 for an unknown client, another redirect URI, PKCE other than S256, or a scope of 8 KB.
 */
export async function checkLoginRequest(deps: AuthDependencies, request: LoginRequest): Promise<CheckedLoginRequest> {
  const client = request.clientId ? await findClient(deps.database, request.clientId) : undefined;
  if (request.clientId && (!client || !isClientOn(client.resource))) {
    throw invalid('client-unknown', 'The app is not registered here', 'clientId');
  }
  if (request.redirectUri && !isRedirectAllowed(client?.resource, request.redirectUri, deps.baseUrl)) {
    throw invalid('redirect-unregistered', 'The redirect URI is not registered for this app', 'redirectUri');
  }
  const codeChallenge = acceptedChallenge(deps, request);
  if (codeChallenge === undefined) {
    throw invalid('pkce-required', 'PKCE with code_challenge_method S256 is required', 'codeChallenge');
  }
  if ((request.scope?.length ?? 0) > MAX_SCOPE_LENGTH) {
    throw invalid('scope-too-long', 'The scope is too long', 'scope');
  }
  const scope = grantableScopes(deps, request.scope || 'openid profile')
    .filter((one) => (client || one !== 'offline_access') && !one.startsWith('system/'))
    .join(' ');
  return {
    client,
    scope,
    codeChallenge,
    redirectUri: request.redirectUri ?? '',
    launch: request.launch ?? '',
    nonce: request.nonce ?? '',
    consentNeeded:
      client !== undefined && !isFirstParty(client.resource, deps.baseUrl) && resourceScopes(scope).length > 0,
  };
}

/** When a session of this scope ends. */
export function sessionEnd(scope: string, now: Date): Date {
  return new Date(now.getTime() + (scope.split(' ').includes('offline_access') ? OFFLINE_MS : SESSION_MS));
}
