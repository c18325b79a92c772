import { ClientStorage, MedplumClient } from '@medplum/core';
import type { CriteriaEmitter, LiveClock, LiveFeed } from './live-feed.ts';
import { createLiveFeed } from './live-feed.ts';

/** What an app's connection to its FHIR server consists of. */
export interface AppClient {
  readonly medplum: MedplumClient;
  readonly feed: LiveFeed;
}

/** How an app reaches its server. */
export interface AppClientOptions {
  /** Origin of the server with a trailing slash. */
  readonly baseUrl: string;
  readonly fhirUrlPath?: string;
  readonly clientId?: string;
  /** Keeps the sign-ins of two apps of one origin apart in localStorage. */
  readonly storagePrefix: string;
  /** Called when the server no longer accepts the session. */
  readonly onSignedOut: () => void;
}

/** Prefix of the staff workspace's sign-in, shared with the sign-in page. */
export const WORKSPACE_STORAGE = 'mindbridge:';

const browserClock: LiveClock = {
  every(ms, run) {
    const timer = setInterval(run, ms);
    return () => clearInterval(timer);
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  online: () => navigator.onLine,
};

/** A MedplumClient that never answers from a cache (screens are live), with one feed of changes for the whole app. */
export function createAppClient(options: AppClientOptions): AppClient {
  const medplum = new MedplumClient({
    baseUrl: options.baseUrl,
    fhirUrlPath: options.fhirUrlPath ?? 'fhir/R4',
    clientId: options.clientId,
    storage: new ClientStorage(undefined, options.storagePrefix),
    cacheTime: 0,
    onUnauthenticated: options.onSignedOut,
  });
  const feed = createLiveFeed(
    {
      subscribe: (criteria) => medplum.subscribeToCriteria(criteria) as unknown as CriteriaEmitter,
      unsubscribe: (criteria) => medplum.unsubscribeFromCriteria(criteria),
    },
    browserClock,
  );
  window.addEventListener('online', () => feed.networkChanged());
  window.addEventListener('offline', () => feed.networkChanged());
  return { medplum, feed };
}
