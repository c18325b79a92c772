import type { WithId } from '@medplum/core';
import type { Project, User } from '@medplum/fhirtypes';
import { z } from 'zod';
import { type Queryable, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import { createMembership, personReference } from './clinic.ts';
import { EXTERNAL_NAME } from './external-session.ts';
import { findById, findMemberships, findUserByEmail } from './find-resource.ts';
import { domainOf, type IdentityProvider } from './identity-provider.ts';
import { rightsOf } from './member-rights.ts';

/** Whom a provider names. */
export const EXTERNAL_IDENTITY = z.object({
  subject: z.string().min(1).max(500),
  email: z.email().max(320).optional(),
  emailVerified: z.boolean(),
  firstName: z.string().max(200).optional(),
  lastName: z.string().max(200).optional(),
  /** What a SAML provider is told when the session ends. */
  name: EXTERNAL_NAME.optional(),
});
export type ExternalIdentity = z.infer<typeof EXTERNAL_IDENTITY>;

/** The id of the account that a provider's subject was linked to. */
export async function linkedUserId(
  database: Queryable,
  { tenant, id }: Pick<IdentityProvider, 'tenant' | 'id'>,
  subject: string,
): Promise<string | undefined> {
  const [row] = await database.query<{ user_id: string }>(
    sql`SELECT user_id FROM external_identity WHERE tenant = ${tenant} AND provider = ${id} AND subject = ${subject}`,
  );
  return row?.user_id;
}

async function linkedUser(
  database: Queryable,
  provider: IdentityProvider,
  subject: string,
): Promise<WithId<User> | undefined> {
  const id = await linkedUserId(database, provider, subject);
  return id === undefined ? undefined : findById<User>(database, 0, 'User', id);
}

async function link(
  { database, clock }: AuthDependencies,
  { tenant, id }: IdentityProvider,
  subject: string,
  userId: string,
): Promise<void> {
  await database.query(
    sql`INSERT INTO external_identity (tenant, provider, subject, user_id, created_at)
      VALUES (${tenant}, ${id}, ${subject}, ${userId}, ${clock()})
      ON CONFLICT (tenant, provider, subject) DO UPDATE SET user_id = excluded.user_id`,
  );
}

/** The address, if the provider has verified it and speaks for its domain. */
function trustedEmail({ domains }: IdentityProvider, { email, emailVerified }: ExternalIdentity): string | undefined {
  return email && emailVerified && domains.includes(domainOf(email)) ? email.toLowerCase() : undefined;
}

async function isMember(database: Queryable, tenant: number, userId: string): Promise<boolean> {
  return (await findMemberships(database, `User/${userId}`)).some((membership) => membership.tenant === tenant);
}

/** A member of the clinic with this address, whose account somebody has shown to be hers. */
async function memberByEmail(
  { database }: AuthDependencies,
  { tenant }: IdentityProvider,
  project: WithId<Project>,
  email: string,
): Promise<WithId<User> | undefined> {
  const user = await findUserByEmail(database, email, project.id);
  const isHers = user !== undefined && user.emailVerified !== false;
  return isHers && (await isMember(database, tenant, user.id)) ? user : undefined;
}

/** Makes an account that belongs to the clinic alone: its provider cannot speak for anybody elsewhere. */
async function provisioned(
  deps: AuthDependencies,
  { tenant, provision }: IdentityProvider,
  project: WithId<Project>,
  { firstName, lastName, email }: ExternalIdentity & { readonly email: string },
): Promise<WithId<User> | undefined> {
  if (!provision || (await findUserByEmail(deps.database, email, project.id))?.project !== undefined) {
    return undefined;
  }
  const [given, family] = [firstName || (email.split('@')[0] as string), lastName || ''];
  const user = await deps.systemRepository(0).createResource<User>({
    resourceType: 'User',
    firstName: given,
    lastName: family || given,
    email,
    emailVerified: true,
    project: { reference: `Project/${project.id}` },
  });
  const name = [{ given: [given], ...(family && { family }) }];
  const telecom = [{ system: 'email' as const, value: email }];
  const { resourceType } = provision;
  const profile = await deps.systemRepository(tenant).createResource({ resourceType, name, telecom });
  const membership = await createMembership(
    deps,
    { tenant, project },
    {
      user: { reference: `User/${user.id}`, display: [given, family].filter(Boolean).join(' ') },
      profile: personReference(profile),
      userName: email,
      ...rightsOf(provision),
    },
  );
  deps.log({ event: 'auth.member-invited', tenant, membership: membership.id });
  return user;
}

/**
 * The account of somebody whom a provider names: the one linked before, else that of a member with the verified address, else
 * a new one where the clinic lets its provider make members. Undefined for everybody else.
 */
export async function accountOf(
  deps: AuthDependencies,
  provider: IdentityProvider,
  project: WithId<Project>,
  identity: ExternalIdentity,
): Promise<WithId<User> | undefined> {
  const linked = await linkedUser(deps.database, provider, identity.subject);
  if (linked) {
    return (await isMember(deps.database, provider.tenant, linked.id)) ? linked : undefined;
  }
  const email = trustedEmail(provider, identity);
  if (email === undefined) {
    return undefined;
  }
  const found = provider.linkByEmail ? await memberByEmail(deps, provider, project, email) : undefined;
  const user = found ?? (await provisioned(deps, provider, project, { ...identity, email }));
  if (user) {
    await link(deps, provider, identity.subject, user.id);
  }
  return user;
}
