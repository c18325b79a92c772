import type { WithId } from '@medplum/core';
import type { AccessPolicy, ClientApplication, ProjectMembership, Resource, User } from '@medplum/fhirtypes';
import { type Queryable, sql } from '../database/index.ts';
import { isFhirId } from '../fhir/index.ts';

interface ContentRow {
  readonly tenant: number;
  readonly content: string;
}

/** A stored resource and the tenant it lies in. */
export interface Found<T extends Resource> {
  readonly tenant: number;
  readonly resource: WithId<T>;
}

/** Stored text was validated when it was written; here it becomes an object again. */
export function storedResource<T extends Resource>(content: string): WithId<T> {
  return JSON.parse(content) as WithId<T>;
}

const found = <T extends Resource>(row: ContentRow | undefined): Found<T> | undefined =>
  row && { tenant: row.tenant, resource: storedResource<T>(row.content) };

/** One resource by id, as the system sees it. */
export async function findById<T extends Resource>(
  database: Queryable,
  tenant: number,
  type: T['resourceType'],
  id: string,
): Promise<WithId<T> | undefined> {
  if (!isFhirId(id)) {
    return undefined;
  }
  const [row] = await database.query<ContentRow>(
    sql`SELECT tenant, content FROM resource WHERE tenant = ${tenant} AND type = ${type} AND id = ${id} AND NOT deleted`,
  );
  return found<T>(row)?.resource;
}

/** The resource a literal reference names. */
export function findByReference<T extends Resource>(
  database: Queryable,
  tenant: number,
  reference: string | undefined,
): Promise<WithId<T> | undefined> {
  const [type, id] = (reference ?? '').split('/');
  return type && id ? findById<T>(database, tenant, type as T['resourceType'], id) : Promise.resolve(undefined);
}

/**
 * A person by e-mail address; letter case does not count. One who belongs to a single project (patients) is found with
 * its id, or without it when no other account has the address.
 */
export async function findUserByEmail(
  database: Queryable,
  email: string,
  projectId?: string,
): Promise<WithId<User> | undefined> {
  const rows = await database.query<ContentRow>(
    sql`SELECT tenant, content FROM resource WHERE tenant = 0 AND type = 'User' AND NOT deleted
      AND lower(nullif(content, '')::jsonb ->> 'email') = lower(${email}) LIMIT 20`,
  );
  const users = rows.map((row) => storedResource<User>(row.content));
  const bound = users.filter((user) => user.project);
  return (
    bound.find((user) => projectId && user.project?.reference === `Project/${projectId}`) ??
    users.find((user) => !user.project) ??
    (projectId === undefined && bound.length === 1 ? bound[0] : undefined)
  );
}

/** Every membership of a user, client or bot, over all tenants; disabled ones left out. */
export async function findMemberships(database: Queryable, userReference: string): Promise<Found<ProjectMembership>[]> {
  const rows = await database.query<ContentRow>(
    sql`SELECT tenant, content FROM resource WHERE type = 'ProjectMembership' AND NOT deleted
      AND nullif(content, '')::jsonb #>> '{user,reference}' = ${userReference} ORDER BY rid LIMIT 100`,
  );
  return rows
    .map((row) => ({ tenant: row.tenant, resource: storedResource<ProjectMembership>(row.content) }))
    .filter(({ resource }) => resource.active !== false);
}

/** A client by its id, over all tenants: the platform's own first, else the oldest. */
export async function findClient(database: Queryable, id: string): Promise<Found<ClientApplication> | undefined> {
  if (!isFhirId(id)) {
    return undefined;
  }
  const [row] = await database.query<ContentRow>(
    sql`SELECT tenant, content FROM resource WHERE type = 'ClientApplication' AND id = ${id} AND NOT deleted
      ORDER BY tenant = 0 DESC, rid LIMIT 1`,
  );
  return found<ClientApplication>(row);
}

/** The policies with the given ids, by id. */
export async function findPolicies(
  database: Queryable,
  tenant: number,
  ids: readonly string[],
): Promise<Map<string, WithId<AccessPolicy>>> {
  if (ids.length === 0) {
    return new Map();
  }
  const rows = await database.query<ContentRow>(
    sql`SELECT tenant, content FROM resource WHERE tenant = ${tenant} AND type = 'AccessPolicy' AND id = ANY(${ids}) AND NOT deleted`,
  );
  return new Map(rows.map((row) => storedResource<AccessPolicy>(row.content)).map((policy) => [policy.id, policy]));
}
