import type { WithId } from '@medplum/core';
import type { ClientApplication, ProjectMembership, User } from '@medplum/fhirtypes';
import { type Queryable, sql } from '../database/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';
import type { ClientProvider, ProviderClaims } from './client-provider.ts';
import { type Found, findByReference, findMemberships, findUserByEmail, storedResource } from './find-resource.ts';

/** A person whom a provider names, with her memberships of the clinic. */
export interface NamedPerson {
  readonly user: WithId<User>;
  readonly memberships: readonly Found<ProjectMembership>[];
}

/** By the id under which the provider knows the person, kept at her membership or her account. */
async function usersBySubject(database: Queryable, tenant: number, subject: string): Promise<string[]> {
  const rows = await database.query<{ content: string }>(
    sql`SELECT content FROM resource WHERE tenant = ${tenant} AND type = 'ProjectMembership' AND NOT deleted
        AND nullif(content, '')::jsonb ->> 'externalId' = ${subject}
      UNION ALL SELECT content FROM resource WHERE tenant = 0 AND type = 'User' AND NOT deleted
        AND nullif(content, '')::jsonb ->> 'externalId' = ${subject} LIMIT 20`,
  );
  return rows
    .map(({ content }) => storedResource<ProjectMembership | User>(content))
    .flatMap((found) => (found.resourceType === 'User' ? `User/${found.id}` : (found.user.reference ?? [])));
}

async function usersByProfile(database: Queryable, tenant: number, fhirUser: string): Promise<string[]> {
  const profile = fhirUser.split('/').slice(-2).join('/');
  const rows = await database.query<{ content: string }>(
    sql`SELECT content FROM resource WHERE tenant = ${tenant} AND type = 'ProjectMembership' AND NOT deleted
      AND nullif(content, '')::jsonb #>> '{profile,reference}' = ${profile} LIMIT 20`,
  );
  return rows.flatMap(({ content }) => storedResource<ProjectMembership>(content).user.reference ?? []);
}

/** By an address that the provider does not call unverified, and whose account here nobody made in vain. */
async function usersByEmail(database: Queryable, project: string, claims: ProviderClaims): Promise<string[]> {
  const { email, email_verified: isVerified } = claims;
  const user = email && isVerified !== false ? await findUserByEmail(database, email, project) : undefined;
  return user && user.emailVerified !== false ? [`User/${user.id}`] : [];
}

/**
 * The person whom the provider of a client names: a member of the client's own clinic, found by what the provider is set up
 * to be known by. A client of the platform names nobody: its provider would speak for every clinic.
 */
export async function namedPerson(
  { database, tenants }: AuthDependencies,
  { tenant }: Found<ClientApplication>,
  provider: ClientProvider,
  claims: ProviderClaims,
): Promise<NamedPerson | undefined> {
  const clinic = tenant === 0 ? undefined : await tenants.find(tenant);
  if (!clinic) {
    return undefined;
  }
  const source = provider.identitySource ?? (provider.useSubject ? 'subject' : 'email');
  const find: Readonly<Record<typeof source, () => Promise<string[]>>> = {
    subject: () => usersBySubject(database, tenant, claims.sub),
    'fhir-user': async () => (claims.fhirUser ? usersByProfile(database, tenant, claims.fhirUser) : []),
    email: () => usersByEmail(database, clinic.projectId, claims),
  };
  const references = [...new Set(await find[source]())];
  const people = await Promise.all(references.map((reference) => memberOf(database, tenant, reference)));
  const [only, ...others] = people.flatMap((person) => person ?? []);
  return others.length > 0 ? undefined : only;
}

async function memberOf(database: Queryable, tenant: number, reference: string): Promise<NamedPerson | undefined> {
  const memberships = (await findMemberships(database, reference)).filter((entry) => entry.tenant === tenant);
  const user = await findByReference<User>(database, 0, reference);
  return user && memberships.length > 0 ? { user, memberships } : undefined;
}
