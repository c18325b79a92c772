import type { AccessGrant } from './access/index.ts';
import { createProfileGrant, createSessionGrant } from './auth/index.ts';
import { createBreakGlass } from './break-glass.ts';
import type { OpenGround } from './ground.ts';
import type { HouseAuth } from './house-auth.ts';
import type { HouseRecords } from './house-records.ts';
import { createPatientConsents } from './patient-consents.ts';

/** What somebody may do at this moment, whether he is asking or not. */
export type HouseRights = ReturnType<typeof houseRights>;

/** Policies and scopes, what patients permit and refuse, and what was opened in an emergency. */
export function houseRights(ground: OpenGround, { systemRepository }: HouseRecords, { auth, people }: HouseAuth) {
  const { database, observer, fhirUrl, clock } = ground;
  const consents = createPatientConsents({ systemRepository, fhirUrl, clock });
  const breakGlass = createBreakGlass({
    database,
    authenticate: auth.authenticate,
    systemRepository,
    clock,
    alert: (event) => observer.emit({ type: 'emergency-access', ...event }),
  });
  const profileGrant = createProfileGrant(database, clock);
  const sessionGrant = createSessionGrant(people);
  const consented = (tenant: number, profile: string, app: string | undefined, grant: AccessGrant | undefined) =>
    grant && consents.grantOf(tenant, { profile, ...(app !== undefined && { app }) }, grant);
  return {
    ...{ consents, breakGlass, profileGrant, sessionGrant },
    /** Undefined when the profile is no member. */
    grantNow: async (tenant: number, profile: string, app?: string): Promise<AccessGrant | undefined> =>
      consented(tenant, profile, app, await profileGrant(tenant, profile)),
    /** Undefined when the session is over. */
    grantInSession: async (tenant: number, profile: string, id: string): Promise<AccessGrant | undefined> => {
      const session = await sessionGrant(id);
      return consented(tenant, profile, session?.app, session?.grant);
    },
  };
}
