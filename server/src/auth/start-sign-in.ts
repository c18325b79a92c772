import type { AuthDependencies } from './auth-dependencies.ts';
import { type CheckedLoginRequest, sessionEnd } from './login-request.ts';
import type { Origin } from './origin.ts';
import { beginSession, type NewSession, type Session } from './session.ts';
import { sealAddress } from './session-address.ts';

/** How a person proved who she is. */
export type ProvenPerson = Pick<NewSession, 'userId' | 'authMethod' | 'mfaAt' | 'mfaMethod' | 'homeTenant'>;

/** Begins the session of a person, for the app and scope of a checked request. */
export async function startSignIn(
  deps: AuthDependencies,
  { client, ...checked }: CheckedLoginRequest,
  person: ProvenPerson,
  origin: Origin,
): Promise<Session> {
  const now = deps.clock();
  return beginSession(
    deps.database,
    {
      ...checked,
      ...person,
      ...origin,
      address: await sealAddress(deps, person.userId, origin.address),
      userType: 'User',
      expiresAt: sessionEnd(checked.scope, now),
      clientId: client?.resource.id,
      clientTenant: client?.tenant,
    },
    now,
  );
}
