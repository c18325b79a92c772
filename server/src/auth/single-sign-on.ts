import type { ProjectMembership } from '@medplum/fhirtypes';
import { resourceScopes } from '../access/index.ts';
import { FhirError } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthorizationRequest } from './authorization-request.ts';
import { isFirstParty } from './client-application.ts';
import { findById } from './find-resource.ts';
import { sessionEnd } from './login-request.ts';
import { loadMember } from './member.ts';
import { hashOf } from './secrets.ts';
import { beginSession, findByCookie, type Session } from './session.ts';
import { bindMembership, nextStep } from './sign-in.ts';

/** Cookie by which the browser is known at the authorization endpoint, and nowhere else. */
export const COOKIE = 'mindbridge_sign_in';

/** The value of the sign-in cookie in a Cookie header. */
export function cookieOf(header: string | undefined): string | undefined {
  const found = (header ?? '').split(/; */).find((part) => part.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) || undefined;
}

async function signedIn(deps: AuthDependencies, cookie: string | undefined): Promise<Session | undefined> {
  const session = cookie ? await findByCookie(deps.database, hashOf(cookie), deps.clock()) : undefined;
  const member = session && (await loadMember(deps.database, session.tenant, session.membership));
  return member && session;
}

/** Did the person sign in long enough ago that the app wants to see her again? @see https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
function isTooOld({ authTime }: Session, maxAge: string | undefined, now: Date): boolean {
  return maxAge !== undefined && now.getTime() - authTime.getTime() > Number(maxAge) * 1000;
}

/** What came of asking nobody: a code, or what the person would have to do first. */
export interface SilentSignIn {
  readonly code?: string;
  readonly lacks?: 'login' | 'consent';
}

/**
 * A code for a person who is signed in already, when nothing has to be asked: the app is the server's own, or wants
 * nobody's records. It keeps to the membership the person is signed in with.
 */
export async function codeForSignedIn(
  deps: AuthDependencies,
  request: AuthorizationRequest,
  cookieHeader: string | undefined,
): Promise<SilentSignIn> {
  const first = await signedIn(deps, cookieOf(cookieHeader));
  const isElsewhere = request.client && request.client.tenant !== 0 && request.client.tenant !== first?.tenant;
  if (!first || isElsewhere || isTooOld(first, request.form.max_age, deps.clock())) {
    return { lacks: 'login' };
  }
  const asksConsent = resourceScopes(request.scope).length > 0;
  if (asksConsent && request.client && !isFirstParty(request.client.resource, deps.baseUrl)) {
    return { lacks: 'consent' };
  }
  const membership = await findById<ProjectMembership>(
    deps.database,
    first.tenant,
    'ProjectMembership',
    first.membership,
  );
  if (!membership) {
    return { lacks: 'login' };
  }
  const session = await continued(deps, request, first);
  try {
    const bound = await bindMembership(deps, session, { tenant: first.tenant, resource: membership });
    const { code } = await nextStep(deps, bound);
    return code === undefined ? { lacks: 'login' } : { code };
  } catch (error) {
    if (error instanceof FhirError) {
      return { lacks: 'login' };
    }
    throw error;
  }
}

/** A session of its own for the app, with the authentication of the first one and no longer life. */
function continued(deps: AuthDependencies, request: AuthorizationRequest, first: Session): Promise<Session> {
  const now = deps.clock();
  const { form } = request;
  const end = sessionEnd(request.scope, now);
  return beginSession(
    deps.database,
    {
      userType: 'User',
      userId: first.userId,
      authMethod: first.authMethod,
      authTime: first.authTime,
      mfaAt: first.mfaAt,
      mfaMethod: first.mfaMethod,
      homeTenant: first.homeTenant,
      scope: request.scope,
      expiresAt: request.scope.split(' ').includes('offline_access') || end < first.expiresAt ? end : first.expiresAt,
      clientId: request.client?.resource.id,
      clientTenant: request.client?.tenant,
      nonce: form.nonce,
      codeChallenge: form.code_challenge,
      redirectUri: request.redirectUri,
      launch: form.launch,
      address: first.address,
      userAgent: first.userAgent,
    },
    now,
  );
}
