import { createHash } from 'node:crypto';
import type { AccessGrant } from '../access/index.ts';
import { sql } from '../database/index.ts';
import { invalid, type StoredResource } from '../fhir/index.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import {
  type Criteria,
  findAllMatches,
  findMany,
  findMatches,
  type Lookup,
  lookUp,
  type Matches,
  matchesUnder,
  onlyMatch,
} from './look-up.ts';
import { patch } from './patch.ts';
import { assertResourceOf } from './prepare.ts';
import { assertOpen } from './read.ts';
import { type Scope, withinTransaction } from './scope.ts';
import { mayAssignId, type UpdateResult, update } from './update.ts';

/** A grant under which all of the tenant is seen. */
const unrestricted = (grant: AccessGrant): AccessGrant => ({ ...grant, ruleSets: [] });

/** Was it written by the caller, and by nobody since? */
function isOwn({ context }: Scope): (stored: StoredResource) => boolean {
  return (stored) => stored.version === 1 && stored.author === context.author;
}

/**
 * Can the caller have written what he does not see? A machine can: the draft of a note is for its clinician alone. What a
 * person wrote is kept from an app that acts in her name and was granted less.
 */
function writesUnseen({ context, grant }: Scope): boolean {
  return grant.ruleSets.length > 0 && /^(?:Bot|ClientApplication)\//.test(context.author);
}

/**
 * What a conditional create must not create again: what the caller may see, and for a machine beside it what it has written
 * itself and nobody has changed since.
 */
export async function findCreated(scope: Scope, type: string, criteria: Criteria): Promise<StoredResource[]> {
  const { query, grant } = lookUp(scope, type, criteria);
  const visible = await matchesUnder(scope, grant, query);
  if (visible.length > 0 || !writesUnseen(scope)) {
    return visible;
  }
  return (await matchesUnder(scope, unrestricted(scope.grant), query)).filter(isOwn(scope));
}

/** The same as {@link findCreated} for many. */
export async function findAllCreated(scope: Scope, lookups: readonly Lookup[]): Promise<Matches> {
  const visible = await findAllMatches(scope, lookups);
  const unseen = writesUnseen(scope) ? lookups.filter((one) => visible.get(one)?.length === 0) : [];
  const all = await findMany(scope, unrestricted(scope.grant), unseen);
  return new Map([...visible, ...unseen.map((one, n) => [one, (all[n] ?? []).filter(isOwn(scope))] as const)]);
}

/** Number of the lock on criteria: a hash of tenant, type and criteria. */
export function criteriaKey(scope: Scope, type: string, criteria: Criteria): string {
  const digest = createHash('sha256').update(`${scope.context.tenant}|${type}|${criteria}`).digest();
  return digest.readBigInt64BE(0).toString();
}

/**
 * Holds locks on criteria until the transaction ends, so that of many equal conditional writes exactly one creates.
 * They are taken in one order, so that two transactions cannot wait for each other.
 */
export async function lockCriteria(scope: Scope, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) {
    await scope.queryable.query(
      sql`SELECT pg_advisory_xact_lock(k) FROM (SELECT DISTINCT k FROM unnest(${keys}::int8[]) AS k ORDER BY k) AS keys`,
    );
  }
}

/**
 * Creates unless one match exists, which is then given back.
 * @throws FhirError 403, 412 on several matches.
 * @see https://hl7.org/fhir/R4/http.html#ccreate
 */
export async function conditionalCreate(
  scope: Scope,
  type: string,
  body: unknown,
  criteria: Criteria,
): Promise<UpdateResult> {
  assertOpen(scope, type, 'create');
  return withinTransaction(scope, async (tx) => {
    await lockCriteria(tx, [criteriaKey(tx, type, criteria)]);
    const match = onlyMatch(await findCreated(tx, type, criteria), type);
    return match
      ? { stored: match, outcome: 'unchanged' }
      : { stored: await create(tx, type, body), outcome: 'created' };
  });
}

/**
 * Updates the one match, or creates when there is none.
 * @throws FhirError 400 when the body's id is another one, 412 on several matches.
 * @see https://hl7.org/fhir/R4/http.html#cond-update
 */
export async function conditionalUpdate(
  scope: Scope,
  type: string,
  body: unknown,
  criteria: Criteria,
  options: { readonly ifMatch?: string } = {},
): Promise<UpdateResult> {
  const resource = assertResourceOf(type, body);
  return withinTransaction(scope, async (tx) => {
    await lockCriteria(tx, [criteriaKey(tx, type, criteria)]);
    const match = onlyMatch(await findMatches(tx, type, criteria), type);
    if (match) {
      if (resource.id !== undefined && resource.id !== match.id) {
        throw invalid('id-mismatch', 'The id in the body is not that of the resource the criteria match', `${type}.id`);
      }
      return update(tx, type, match.id, { ...resource, id: match.id }, options);
    }
    if (resource.id !== undefined && mayAssignId(scope)) {
      return update(tx, type, resource.id, resource, options);
    }
    if (resource.id !== undefined) {
      throw invalid('id-not-allowed', 'You may not choose the id of a new resource', `${type}.id`);
    }
    return { stored: await create(tx, type, resource), outcome: 'created' };
  });
}

/** Deletes the one match; no match is no error. @throws FhirError 403, 412 on several matches. */
export async function conditionalDelete(
  scope: Scope,
  type: string,
  criteria: Criteria,
  options: { readonly ifMatch?: string } = {},
): Promise<StoredResource | undefined> {
  assertOpen(scope, type, 'delete');
  return withinTransaction(scope, async (tx) => {
    const match = onlyMatch(await findMatches(tx, type, criteria), type);
    return match && remove(tx, type, match.id, options);
  });
}

/** Patches the one match; undefined when there is none. @throws FhirError 403, 412 on several matches. */
export async function conditionalPatch(
  scope: Scope,
  type: string,
  body: unknown,
  criteria: Criteria,
  options: { readonly ifMatch?: string } = {},
): Promise<UpdateResult | undefined> {
  assertOpen(scope, type, 'update');
  return withinTransaction(scope, async (tx) => {
    const match = onlyMatch(await findMatches(tx, type, criteria), type);
    return match && patch(tx, type, match.id, body, options);
  });
}
