import type { TenantParameters } from './operations/index.ts';
import type { RepositoryDependencies } from './repository/index.ts';

/**
 * What the repositories of a tenant work with: its own search parameters, and of the versions that were written lately
 * only those whose rows were made with the parameters it has now.
 */
export function tenantDependencies(
  shared: RepositoryDependencies,
  parameters: Pick<TenantParameters, 'lastingIndexer' | 'areCurrent'>,
): (tenant: number) => RepositoryDependencies {
  const known = new Map<number, RepositoryDependencies>();
  const recent: RepositoryDependencies['recent'] = {
    ...shared.recent,
    get(tenant, type, id) {
      const found = shared.recent.get(tenant, type, id);
      return found && parameters.areCurrent(tenant, found.indexRows) ? found : undefined;
    },
  };
  return (tenant) => {
    const search = shared.search.forTenant(tenant);
    let own = known.get(tenant);
    if (own?.search !== search) {
      own = { ...shared, recent, search, indexer: parameters.lastingIndexer(tenant) };
      known.set(tenant, own);
    }
    return own;
  };
}
