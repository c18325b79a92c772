import type { User } from '@medplum/fhirtypes';
import { forbidden } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import type { Profile } from './clinic.ts';
import { findByReference } from './find-resource.ts';

/**
 * `GET oauth2/userinfo`: what the scope lets an app know of the person.
 * @throws FhirError 403 for a token without `openid`
 * @see https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
 */
export async function userinfo(deps: AuthDependencies, state: AuthState): Promise<Record<string, unknown>> {
  const scopes = new Set(state.scope.split(' '));
  if (!scopes.has('openid')) {
    throw forbidden('insufficient-scope', 'The token was not granted openid');
  }
  const claims: Record<string, unknown> = { sub: state.userReference.split('/')[1] };
  const fhirUser = `${deps.baseUrl}/fhir/R4/${state.profileReference}`;
  if (scopes.has('fhirUser')) {
    claims.fhirUser = fhirUser;
  }
  if (scopes.has('profile')) {
    const profile = await findByReference<Profile>(deps.database, state.context.tenant, state.profileReference);
    const name = Array.isArray(profile?.name) ? profile.name[0] : undefined;
    Object.assign(claims, {
      profile: fhirUser,
      name: [...(name?.given ?? []), name?.family].filter(Boolean).join(' ') || undefined,
      given_name: name?.given?.[0],
      family_name: name?.family,
    });
  }
  if (scopes.has('email') && state.userReference.startsWith('User/')) {
    const user = await findByReference<User>(deps.database, 0, state.userReference);
    Object.assign(claims, { email: user?.email, email_verified: user?.emailVerified ?? false });
  }
  return claims;
}
