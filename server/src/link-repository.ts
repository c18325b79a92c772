import { type AccessGrant, breakGlassGrant } from './access/index.ts';
import { isSessionLive, type ProfileGrant, type SessionGrant } from './auth/index.ts';
import type { BreakGlass } from './break-glass.ts';
import type { Database } from './database/index.ts';
import type { RequestContext } from './fhir/index.ts';
import type { StorageDoor } from './http/index.ts';
import type { PatientConsents } from './patient-consents.ts';
import type { Repository } from './repository/index.ts';

export interface LinkRepositoryDependencies {
  readonly database: Database;
  readonly profileGrant: ProfileGrant;
  readonly sessionGrant: SessionGrant;
  readonly consents: PatientConsents;
  readonly breakGlass: BreakGlass;
  readonly repositoryFor: (context: RequestContext, grant: AccessGrant) => Repository;
  readonly clock: () => Date;
}

/**
 * The records as the holder of a signed link may see them right now, which is as his requests would: with the scopes of his
 * session, what patients permit and refuse, and what he opened in an emergency.
 * @see security.md S48, S49, S76
 */
export function linkRepository(deps: LinkRepositoryDependencies): StorageDoor['repositoryOf'] {
  const { database, profileGrant, sessionGrant, consents, breakGlass, repositoryFor, clock } = deps;
  return async ({ tenant, author: profile, clientId, loginId, ...holder }, requestId) => {
    if (loginId !== undefined && !(await isSessionLive(database, loginId, clock()))) {
      return undefined;
    }
    const grant = loginId === undefined ? await profileGrant(tenant, profile) : (await sessionGrant(loginId))?.grant;
    if (!grant) {
      return undefined;
    }
    const patients = loginId === undefined ? [] : await breakGlass.opened(tenant, loginId);
    const subject = { profile, ...(clientId !== undefined && { app: `ClientApplication/${clientId}` }) };
    const now = await consents.grantOf(tenant, subject, breakGlassGrant(grant, patients));
    const emergency = patients.length > 0 && { purpose: 'BTG' };
    return repositoryFor(
      { requestId, tenant, author: profile, clientId, loginId, ...holder, ...emergency, depth: 0 },
      now,
    );
  };
}
