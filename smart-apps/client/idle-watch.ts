/** Where a session stands: in use, about to end for want of use, ended. */
export type IdleState = 'active' | 'warning' | 'ended';

/** Minutes without use after which the warning is shown and the session ends. */
const IDLE_WARNING_MS = 13 * 60_000;
const IDLE_END_MS = 15 * 60_000;
/** How often a person's activity is reported to the server at most, in ms. */
const REPORT_MS = 60_000;

/** What an idle watch is told and asked. */
export interface IdleWatch {
  /** A person moved, typed or touched; reports to the server at most once a minute. */
  activity(now: number): void;
  /** Where the session stands at `now`, and how long until it ends, in ms. */
  at(now: number): { readonly state: IdleState; readonly left: number };
}

/** Watches a person's activity. Polling, pings and token refresh are no activity: only what a person does counts. */
export function createIdleWatch(start: number, report: () => void): IdleWatch {
  let last = start;
  let reported = start;
  return {
    activity(now) {
      if (now - last >= IDLE_END_MS) {
        return;
      }
      last = now;
      if (now - reported >= REPORT_MS) {
        reported = now;
        report();
      }
    },
    at(now) {
      const idle = now - last;
      const state = idle >= IDLE_END_MS ? 'ended' : idle >= IDLE_WARNING_MS ? 'warning' : 'active';
      return { state, left: Math.max(0, IDLE_END_MS - idle) };
    },
  };
}
