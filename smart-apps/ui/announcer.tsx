import type { JSX } from 'react';
import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let message = '';

/** Says something to people who use a screen reader, without moving the focus. */
export function announce(text: string): void {
  message = text;
  for (const listener of listeners) {
    listener();
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The polite live region that speaks announcements; one per page. */
export function Announcer(): JSX.Element {
  const text = useSyncExternalStore(subscribe, () => message);
  return (
    <div className="mb-hidden" role="status" aria-live="polite" data-testid="announcer">
      {text}
    </div>
  );
}
