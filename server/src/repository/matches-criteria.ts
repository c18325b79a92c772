import type { Resource } from '@medplum/fhirtypes';
import type { Search, SearchQuery } from '../search/index.ts';

const MAX_ENTRIES = 5000;
const known = new WeakMap<Search, Map<string, SearchQuery>>();

/** Criteria as policies and Subscriptions write them, `Type?params`, read once. */
function queryOf(search: Search, criteria: string): SearchQuery {
  let queries = known.get(search);
  if (!queries) {
    queries = new Map();
    known.set(search, queries);
  }
  let query = queries.get(criteria);
  if (!query) {
    const [type = '', params = ''] = criteria.split(/\?(.*)/s);
    query = search.parse(type, new URLSearchParams(params), { handling: 'strict' });
    if (queries.size >= MAX_ENTRIES) {
      queries.clear();
    }
    queries.set(criteria, query);
  }
  return query;
}

/**
 * Does the resource fulfil the criteria? Undefined when that cannot be told from the resource alone (a chain, a panel).
 * @throws FhirError 400 for criteria that cannot be read.
 */
export function matchesCriteria(search: Search, criteria: string, resource: Resource): boolean | undefined {
  const query = queryOf(search, criteria);
  return search.canMatch(query) ? search.matches(query, resource) : undefined;
}
