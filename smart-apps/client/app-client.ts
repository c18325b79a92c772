import { ClientStorage, MedplumClient } from '@medplum/core';
import type { AppSession, SessionDoors } from './app-session.ts';
import { createAppSession } from './app-session.ts';
import type { CriteriaEmitter, LiveClock, LiveFeed } from './live-feed.ts';
import { createLiveFeed } from './live-feed.ts';

/** What an app's connection to its FHIR server consists of. */
export interface AppClient {
  readonly medplum: MedplumClient;
  readonly feed: LiveFeed;
  readonly session: AppSession;
}

/** How an app reaches its server. */
export interface AppClientOptions extends Omit<SessionDoors, 'loginKey'> {
  /** Origin of the server with a trailing slash. */
  readonly baseUrl: string;
  readonly fhirUrlPath?: string;
  readonly clientId?: string;
  /** Keeps the sign-ins of two apps of one origin apart in localStorage. */
  readonly storagePrefix: string;
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
  const storage = new ClientStorage(undefined, options.storagePrefix);
  const session = createAppSession(() => medplum, { ...options, loginKey: storage.makeKey('activeLogin') });
  const medplum = new MedplumClient({
    baseUrl: options.baseUrl,
    fhirUrlPath: options.fhirUrlPath ?? 'fhir/R4',
    clientId: options.clientId,
    storage,
    cacheTime: 0,
    // Other record systems get the token alone: few of them allow cookies from another origin.
    fetch: (url: string, init: RequestInit) => window.fetch(url, { ...init, credentials: 'same-origin' }),
    onUnauthenticated: () => session.end('expired'),
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
  return { medplum, feed, session };
}
