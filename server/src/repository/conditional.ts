import { createHash } from 'node:crypto';
import { type AccessGrant, lookUpGrant } from '../access/index.ts';
import { sql } from '../database/index.ts';
import { conflict, forbidden, invalid, preconditionFailed, type StoredResource } from '../fhir/index.ts';
import type { SearchQuery } from '../search/index.ts';
import { create } from './create.ts';
import { remove } from './delete.ts';
import { patch } from './patch.ts';
import { assertResourceOf } from './prepare.ts';
import { isOpen } from './read.ts';
import { type Scope, withinTransaction } from './scope.ts';
import { mayAssignId, type UpdateResult, update } from './update.ts';

/** Criteria of a conditional interaction: a query string such as `identifier=http://x|1`. */
export type Criteria = string;

/** Parameters of how a page looks: they say nothing of what is meant, and do not count as criteria. */
const PAGE_PARAMETERS = [
  '_format',
  '_pretty',
  '_count',
  '_offset',
  '_cursor',
  '_sort',
  '_total',
  '_summary',
  '_elements',
  '_include',
  '_revinclude',
];

/** Criteria that were read, and under which grant they are looked up; without one the caller finds nothing by them. */
export interface Lookup {
  readonly type: string;
  readonly query: SearchQuery;
  readonly grant?: AccessGrant;
}

/**
 * Reads criteria as a search for two resources at the most: none, one or "more than one" is all that matters. Who may not
 * list a type still finds by its identifier what he may change.
 * @throws FhirError 400 for criteria that are empty or unknown, 409 while a parameter of theirs is still being indexed.
 */
export function lookUp(scope: Scope, type: string, criteria: Criteria): Lookup {
  const params = new URLSearchParams(criteria);
  for (const name of PAGE_PARAMETERS) {
    params.delete(name);
  }
  const query = scope.search.parse(type, params, { handling: 'strict', defaultCount: 2, maxCount: 2 });
  if (query.incomplete) {
    const text = 'A search parameter of the criteria is still being indexed: what matches cannot be told yet';
    throw conflict('search-parameter-indexing', text);
  }
  if ((query.criteria.get(type) ?? []).every(({ kind }) => kind === 'always')) {
    throw invalid('criteria-empty', 'A conditional interaction needs at least one search parameter with a value');
  }
  const grant = grantFor(scope, type, params);
  return { type, query, ...(grant && { grant }) };
}

function grantFor(scope: Scope, type: string, params: URLSearchParams): AccessGrant | undefined {
  if (isOpen(scope, type, 'search')) {
    return scope.grant;
  }
  const isNamed = isOpen(scope, type, 'update') && [...params.keys()].every((name) => name === 'identifier');
  return isNamed ? lookUpGrant(scope.grant, type) : undefined;
}

/** The same for an interaction that needs to find something. @throws FhirError 403 where the caller finds nothing. */
export function findingLookUp(scope: Scope, type: string, criteria: Criteria): Lookup {
  const found = lookUp(scope, type, criteria);
  if (!found.grant) {
    throw forbidden('interaction-denied', `You may not search ${type}`);
  }
  return found;
}

/** Current resources that match the criteria. @throws FhirError 400, 403 */
export async function findMatches(scope: Scope, type: string, criteria: Criteria): Promise<StoredResource[]> {
  const { grant, query } = findingLookUp(scope, type, criteria);
  return matchesUnder(scope, grant, query);
}

async function matchesUnder(
  scope: Scope,
  grant: AccessGrant | undefined,
  query: SearchQuery,
): Promise<StoredResource[]> {
  if (!grant) {
    return [];
  }
  const page = await scope.search.run(scope.queryable, grant, query);
  return page.entries.filter((entry) => entry.mode === 'match').map((entry) => entry.stored);
}

/** A grant under which all of the tenant is seen. */
const unrestricted = (grant: AccessGrant): AccessGrant => ({ ...grant, ruleSets: [] });

/** Was it written by the caller, and by nobody since? */
function isOwn({ context }: Scope): (stored: StoredResource) => boolean {
  return (stored) => stored.version === 1 && stored.author === context.author;
}

/**
 * What a conditional create must not create again: what the caller may see, and beside it what he has written himself and
 * nobody has changed since, even where he may not see it (the draft of a note is for its clinician alone).
 */
export async function findCreated(scope: Scope, type: string, criteria: Criteria): Promise<StoredResource[]> {
  const { query, grant } = lookUp(scope, type, criteria);
  const visible = await matchesUnder(scope, grant, query);
  if (visible.length > 0 || scope.grant.ruleSets.length === 0) {
    return visible;
  }
  return (await matchesUnder(scope, unrestricted(scope.grant), query)).filter(isOwn(scope));
}

/** What many criteria match, by the search of each: looked up together, in few statements. */
export type Matches = ReadonlyMap<Lookup, readonly StoredResource[]>;

/** The same as {@link findMatches} for many. @throws FhirError 403 */
export async function findAllMatches(scope: Scope, lookups: readonly Lookup[]): Promise<Matches> {
  const matches = new Map<Lookup, StoredResource[]>();
  const groups = Map.groupBy(lookups, ({ type, grant }) => (grant === scope.grant ? '' : type));
  for (const group of groups.values()) {
    const grant = group[0]?.grant;
    const found = grant ? await findMany(scope, grant, group) : [];
    for (const [n, lookup] of group.entries()) {
      matches.set(lookup, found[n] ?? []);
    }
  }
  return matches;
}

function findMany(scope: Scope, grant: AccessGrant, lookups: readonly Lookup[]): Promise<StoredResource[][]> {
  const queries = lookups.map(({ query }) => query);
  return scope.search.findMany(scope.queryable, grant, queries);
}

/** The same as {@link findCreated} for many. */
export async function findAllCreated(scope: Scope, lookups: readonly Lookup[]): Promise<Matches> {
  const visible = await findAllMatches(scope, lookups);
  const unseen = scope.grant.ruleSets.length === 0 ? [] : lookups.filter((one) => visible.get(one)?.length === 0);
  const all = await findMany(scope, unrestricted(scope.grant), unseen);
  return new Map([...visible, ...unseen.map((one, n) => [one, (all[n] ?? []).filter(isOwn(scope))] as const)]);
}

/** @throws FhirError 412 when the criteria match more than one resource. */
export function onlyMatch(matches: readonly StoredResource[], type: string): StoredResource | undefined {
  if (matches.length > 1) {
    throw preconditionFailed('multiple-matches', `The criteria match more than one ${type}`);
  }
  return matches[0];
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
 * @throws FhirError 412 on several matches.
 * @see https://hl7.org/fhir/R4/http.html#ccreate
 */
export async function conditionalCreate(
  scope: Scope,
  type: string,
  body: unknown,
  criteria: Criteria,
): Promise<UpdateResult> {
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

/** Deletes the one match; no match is no error. @throws FhirError 412 on several matches. */
export async function conditionalDelete(
  scope: Scope,
  type: string,
  criteria: Criteria,
  options: { readonly ifMatch?: string } = {},
): Promise<StoredResource | undefined> {
  return withinTransaction(scope, async (tx) => {
    const match = onlyMatch(await findMatches(tx, type, criteria), type);
    return match && remove(tx, type, match.id, options);
  });
}

/** Patches the one match. @throws FhirError 412 on several matches; undefined when there is none. */
export async function conditionalPatch(
  scope: Scope,
  type: string,
  body: unknown,
  criteria: Criteria,
  options: { readonly ifMatch?: string } = {},
): Promise<UpdateResult | undefined> {
  return withinTransaction(scope, async (tx) => {
    const match = onlyMatch(await findMatches(tx, type, criteria), type);
    return match && patch(tx, type, match.id, body, options);
  });
}
