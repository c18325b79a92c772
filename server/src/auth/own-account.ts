import type { ClientApplication } from '@medplum/fhirtypes';
import { forbidden } from '../fhir/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { AuthState } from './auth-state.ts';
import { isFirstParty } from './client-application.ts';
import { findById } from './find-resource.ts';
import { findSession, type Session } from './session.ts';

async function isOwnApp(deps: AuthDependencies, { clientId, clientTenant }: Session): Promise<boolean> {
  const client = await findById<ClientApplication>(deps.database, clientTenant, 'ClientApplication', clientId);
  return client !== undefined && isFirstParty(client, deps.baseUrl);
}

/** Is this the session of a person who signed in with this server's own pages? */
export async function isOwnSession(deps: AuthDependencies, state: AuthState): Promise<boolean> {
  return ownSession(deps, state).then(
    () => true,
    () => false,
  );
}

/**
 * The session of a person who signed in here, with this server's own pages: her account, her factors and her other
 * sessions are nobody else's business. An app of others that she let in is refused, as are clients and bots.
 * @throws FhirError 403
 */
export async function ownSession(deps: AuthDependencies, state: AuthState): Promise<Session> {
  const session = state.sessionId ? await findSession(deps.database, state.sessionId) : undefined;
  if (session?.userType !== 'User' || (session.clientId !== '' && !(await isOwnApp(deps, session)))) {
    throw forbidden('person-required', 'Only a person who signed in here herself may do this');
  }
  return session;
}
