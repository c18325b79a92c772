import { knownScopes, parseResourceScope } from '../access/index.ts';
import type { AuthDependencies } from './auth-dependencies.ts';

/** Name of a search parameter without its modifier or chain. */
const nameOf = (parameter: string): string => parameter.split(/[:.]/)[0] ?? '';

/** Does the scope speak of a type, and of search parameters, that there are? */
function speaksOfRecords({ isSearchable }: Pick<AuthDependencies, 'isSearchable'>, scope: string): boolean {
  const parsed = parseResourceScope(scope);
  if (!parsed || !isSearchable) {
    return true;
  }
  const { resourceType, query } = parsed;
  const names = [...new URLSearchParams(query).keys()].map(nameOf);
  return (
    resourceType === '*' || (isSearchable(resourceType) && names.every((name) => isSearchable(resourceType, name)))
  );
}

/**
 * The scopes of a request that can be granted at all, in their order and once each: well formed, on types that there are,
 * constrained by search parameters that there are. The others are not granted.
 * @see security.md S9
 */
export function grantableScopes(deps: Pick<AuthDependencies, 'isSearchable'>, scope: string): string[] {
  return knownScopes(scope).filter((one) => speaksOfRecords(deps, one));
}
