import { useEffect, useRef } from 'react';
import { useAppClient } from './app-context.ts';
import type { LiveEvent } from './live-feed.ts';

/** Calls back for every change that matches the criteria; all listeners of one criteria share one Subscription. */
export function useSubscription(criteria: string | undefined, onEvent: (event: LiveEvent) => void): void {
  const { feed } = useAppClient();
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  useEffect(() => (criteria ? feed.listen(criteria, (event) => latest.current(event)) : undefined), [feed, criteria]);
}
