import type { AuthState } from './auth/index.ts';
import { type RateLimits, type RateSubject, rateLimitsOf } from './tenancy/index.ts';

/** Whose limits a request counts for. */
export function rateSubject(state: AuthState, installation: RateLimits): RateSubject {
  const { tenant, clientId } = state.context;
  const isPerson = state.userReference.startsWith('User/');
  const client = clientId ?? (isPerson ? undefined : state.profileReference);
  return {
    tenant,
    ...(isPerson && { user: state.userReference }),
    ...(client !== undefined && { client }),
    limits: rateLimitsOf(state.project, installation),
  };
}
