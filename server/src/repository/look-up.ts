import { type AccessGrant, lookUpGrant } from '../access/index.ts';
import { conflict, forbidden, invalid, preconditionFailed, type StoredResource } from '../fhir/index.ts';
import type { SearchQuery } from '../search/index.ts';
import { isOpen } from './read.ts';
import type { Scope } from './scope.ts';

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

/** Current resources that match under a grant; none without one. */
export async function matchesUnder(
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

/** What each of many searches matches under one grant, in few statements. */
export function findMany(scope: Scope, grant: AccessGrant, lookups: readonly Lookup[]): Promise<StoredResource[][]> {
  const queries = lookups.map(({ query }) => query);
  return scope.search.findMany(scope.queryable, grant, queries);
}

/** @throws FhirError 412 when the criteria match more than one resource. */
export function onlyMatch(matches: readonly StoredResource[], type: string): StoredResource | undefined {
  if (matches.length > 1) {
    throw preconditionFailed('multiple-matches', `The criteria match more than one ${type}`);
  }
  return matches[0];
}
