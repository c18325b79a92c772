import type { Resource } from '@medplum/fhirtypes';
import type { LiveEvent } from './live-feed.ts';
import type { Problem } from './problem.ts';
import { problemOf } from './problem.ts';

/** What a search gave: matches, included resources, and whether it is being asked again. */
export interface SearchSnapshot {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly matches: readonly Resource[];
  readonly included: readonly Resource[];
  readonly refreshing: boolean;
  readonly problem?: Problem;
  /** References of the resources that the last live change touched, such as `Observation/1`. */
  readonly touched: readonly string[];
}

/** Answer of one search. */
export interface SearchAnswer {
  readonly matches: readonly Resource[];
  readonly included: readonly Resource[];
}

/** A search that keeps itself current. */
export interface SearchStore {
  snapshot(): SearchSnapshot;
  subscribe(listener: () => void): () => void;
  reload(): Promise<void>;
  apply(event: LiveEvent): void;
  close(): void;
}

/** How long changes are collected before the screen is drawn again, in ms. */
const COLLECT_MS = 60;

function key(resource: Resource): string {
  return `${resource.resourceType}/${resource.id ?? ''}`;
}

function isNewer(next: Resource, known: Resource): boolean {
  const [a, b] = [next.meta?.lastUpdated ?? '', known.meta?.lastUpdated ?? ''];
  return a >= b;
}

/** Replaces what is known by what changed; undefined when a changed resource was not in the list before. */
export function replaceChanged(
  list: readonly Resource[],
  changed: readonly Resource[],
): readonly Resource[] | undefined {
  const byKey = new Map(changed.map((resource): [string, Resource] => [key(resource), resource]));
  const known = new Set(list.map(key));
  if ([...byKey.keys()].some((candidate) => !known.has(candidate))) {
    return undefined;
  }
  return list.map((resource) => {
    const next = byKey.get(key(resource));
    return next && isNewer(next, resource) ? next : resource;
  });
}

/**
 * Makes a store over a search. A changed resource that is in the list replaces its older version at once; a resource that
 * is new to the list, or a `refresh`, asks again. Failures keep what was there and say so.
 */
export function createSearchStore(
  search: () => Promise<SearchAnswer>,
  defer: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms),
): SearchStore {
  const listeners = new Set<() => void>();
  let current: SearchSnapshot = { state: 'loading', matches: [], included: [], refreshing: true, touched: [] };
  let waiting: Resource[] = [];
  let scheduled = false;
  let run = 0;
  let closed = false;

  const set = (next: Partial<SearchSnapshot>): void => {
    if (closed) {
      return;
    }
    current = { ...current, ...next };
    for (const listener of listeners) {
      listener();
    }
  };

  const reload = async (): Promise<void> => {
    run += 1;
    const mine = run;
    set({ refreshing: true });
    try {
      const answer = await search();
      if (mine === run) {
        set({ state: 'ready', ...answer, refreshing: false, problem: undefined });
      }
    } catch (error) {
      if (mine === run) {
        const problem = problemOf(error);
        set({ state: current.state === 'ready' ? 'ready' : 'failed', refreshing: false, problem });
      }
    }
  };

  const flush = (): void => {
    scheduled = false;
    const changed = waiting;
    waiting = [];
    const touched = changed.map(key);
    const matches = replaceChanged(current.matches, changed);
    if (matches) {
      set({ matches, touched });
    } else {
      void reload().then(() => set({ touched }));
    }
  };

  return {
    snapshot: () => current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reload,
    apply(event) {
      if (event.type === 'refresh') {
        void reload();
        return;
      }
      waiting.push(event.resource);
      if (!scheduled) {
        scheduled = true;
        defer(flush, COLLECT_MS);
      }
    },
    close() {
      closed = true;
      listeners.clear();
    },
  };
}
