import type { ClientApplication, User } from '@medplum/fhirtypes';
import type { AccessGrant } from '../access/index.ts';
import { type Database, sql } from '../database/index.ts';
import { believed } from './believed.ts';
import { isClientOn } from './client-application.ts';
import { findById } from './find-resource.ts';
import { createGrants, loadMember, type Member } from './member.ts';

/** The grant of whoever stands behind a profile right now; undefined when there is no active member of that profile. */
export type ProfileGrant = (tenant: number, profile: string) => Promise<AccessGrant | undefined>;

/** Is the account of a member there, and its app not switched off? */
async function hasAccount(database: Database, { tenant, membership }: Member): Promise<boolean> {
  const [type = '', id = ''] = (membership.user.reference ?? '').split('/');
  if (type === 'ClientApplication') {
    const client = await findById<ClientApplication>(database, tenant, type, id);
    return client !== undefined && isClientOn(client);
  }
  return type !== 'User' || (await findById<User>(database, 0, type, id)) !== undefined;
}

/** Looks up what the author of a Subscription may do now, apart from any token of his. */
export function createProfileGrant(database: Database, clock: () => Date): ProfileGrant {
  const grantOf = createGrants();
  const remembered = believed<AccessGrant | undefined>(clock);

  async function load(tenant: number, profile: string): Promise<AccessGrant | undefined> {
    const [row] = await database.query<{ id: string }>(
      sql`SELECT id FROM resource WHERE tenant = ${tenant} AND type = 'ProjectMembership' AND NOT deleted
        AND nullif(content, '')::jsonb #>> '{profile,reference}' = ${profile} ORDER BY rid LIMIT 1`,
    );
    const member = row && (await loadMember(database, tenant, row.id));
    return member && (await hasAccount(database, member)) ? grantOf(member, { scope: '' }) : undefined;
  }

  return (tenant, profile) => remembered(`${tenant} ${profile}`, () => load(tenant, profile));
}
