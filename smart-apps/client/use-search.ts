import type { ExtractResource, ResourceType } from '@medplum/fhirtypes';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useAppClient } from './app-context.ts';
import type { Problem } from './problem.ts';
import { searchAll } from './search-all.ts';
import { createSearchStore } from './search-store.ts';
import { useSubscription } from './use-subscription.ts';

/** A search on the screen. */
export interface SearchResult<T extends ResourceType> {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly resources: readonly ExtractResource<T>[];
  readonly included: readonly import('@medplum/fhirtypes').Resource[];
  readonly refreshing: boolean;
  readonly problem?: Problem;
  /** References of what the last live change touched. */
  readonly touched: readonly string[];
  readonly reload: () => Promise<void>;
}

/** What keeps a search current. */
export interface SearchOptions {
  /** Criteria of the Subscription that feeds the list, such as `Task?code=…`. */
  readonly live?: string;
  /** Nothing is asked for: the person's role does not see such records. */
  readonly off?: boolean;
}

/** Every page of a search, kept current by a Subscription when `live` is given. */
export function useSearch<T extends ResourceType>(
  resourceType: T,
  query: string,
  options: SearchOptions = {},
): SearchResult<T> {
  const { medplum } = useAppClient();
  const store = useMemo(
    () => createSearchStore(() => searchAll(medplum, resourceType, query)),
    [medplum, resourceType, query],
  );
  const { off } = options;
  useEffect(() => {
    if (!off) {
      void store.reload();
    }
  }, [store, off]);
  useSubscription(options.live, store.apply);
  const snapshot = useSyncExternalStore(store.subscribe, store.snapshot);
  return useMemo(
    () => ({
      state: snapshot.state,
      resources: snapshot.matches as readonly ExtractResource<T>[],
      included: snapshot.included,
      refreshing: snapshot.refreshing,
      problem: snapshot.problem,
      touched: snapshot.touched,
      reload: store.reload,
    }),
    [snapshot, store],
  );
}
