import { useSyncExternalStore } from 'react';
import { useAppClient } from './app-context.ts';
import type { LiveStatus } from './live-feed.ts';

/** How changes reach the screen at this moment. */
export function useLiveStatus(): LiveStatus {
  const { feed } = useAppClient();
  return useSyncExternalStore(feed.onStatus, feed.status);
}
