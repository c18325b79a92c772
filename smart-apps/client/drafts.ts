import { useState } from 'react';
import { isLeaving } from './sign-in.ts';

const stores: Map<string, unknown>[] = [];

/** True when something was entered and not sent. */
export function hasDrafts(): boolean {
  return stores.some((store) => store.size > 0);
}

/** Throws away what was entered and not sent, before somebody else can see it. */
export function forgetDrafts(): void {
  for (const store of stores) {
    store.clear();
  }
}

/** Asks before a page with unsent words is closed or loaded again; a session that ends does not ask. */
function ask(event: Pick<Event, 'preventDefault'>): void {
  if (hasDrafts() && !isLeaving()) {
    event.preventDefault();
  }
}

/** What was entered at a place and not sent yet, and how to keep it; `undefined` forgets it. */
export type Draft<T> = readonly [T | undefined, (next: T | undefined) => void];

/**
 * Makes a hook for what people enter and have not sent: it outlives its screen in the memory of this tab, and never
 * reaches a disk, for it may be about a patient.
 */
export function createDrafts<T>(): (place: string) => Draft<T> {
  const drafts = new Map<string, T>();
  stores.push(drafts);
  return (place) => {
    const [, redraw] = useState(0);
    const keep = (next: T | undefined): void => {
      if (next === undefined) {
        drafts.delete(place);
      } else {
        drafts.set(place, next);
        window.addEventListener('beforeunload', ask);
      }
      redraw((count) => count + 1);
    };
    return [drafts.get(place), keep];
  };
}

/** Words that were entered at a place and not sent yet. */
export const useDraftText: (place: string) => Draft<string> = createDrafts<string>();
