/**
 * Everything the server tells about itself: one closed union. Fields are ids, codes, counts and times; never a name, a
 * value of a record, a query string, or the message of an unforeseen error (which may quote a record).
 */
export type ServerEvent =
  | { readonly type: 'started'; readonly port: number; readonly process: number; readonly durationMs: number }
  | { readonly type: 'stopping'; readonly signal: string }
  | { readonly type: 'stopped' }
  | { readonly type: 'database-migrated'; readonly migrations: readonly string[] }
  | { readonly type: 'slow-statement'; readonly statement: string; readonly durationMs: number }
  | RequestServed
  | RequestFailed
  | {
      readonly type: 'sign-in';
      readonly method: string;
      readonly outcome: 'success' | 'failure';
      readonly tenant?: number;
    }
  | BotRun
  | Delivery
  | SubscriptionAlert
  | { readonly type: 'mail'; readonly outcome: 'sent' | 'kept' }
  | { readonly type: 'access-change'; readonly tenant: number; readonly agent: string; readonly outcome: string }
  | { readonly type: 'emergency-access'; readonly tenant: number; readonly agent: string; readonly requestId: string }
  | { readonly type: 'worker-failed'; readonly worker: string; readonly error: ErrorFacts };

/** One answered HTTP request. `route` is the pattern (`/fhir/R4/:type/:id`), not the address. */
export interface RequestServed {
  readonly type: 'request-served';
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly requestId: string;
  readonly tenant?: number;
}

/** A request that met an unforeseen error and was answered with 500 and its request id. */
export interface RequestFailed {
  readonly type: 'request-failed';
  readonly requestId: string;
  readonly error: ErrorFacts;
}

/** One run of a bot. */
export interface BotRun {
  readonly type: 'bot-run';
  readonly bot: string;
  readonly tenant: number;
  readonly outcome: 'succeeded' | 'failed' | 'timeout' | 'memory' | 'output';
}

/** What became of telling a subscriber of one version. */
export interface Delivery {
  readonly type: 'delivery';
  readonly subscription: string;
  readonly tenant: number;
  readonly channel: 'rest-hook' | 'websocket' | 'bot' | 'email';
  readonly outcome: 'sent' | 'failed' | 'withheld';
}

/** What a clinic must look at about one of its Subscriptions. */
export interface SubscriptionAlert {
  readonly type: 'subscription-alert';
  readonly alert: 'dead-letter' | 'depth-exceeded' | 'author-gone';
  readonly subscription: string;
  readonly tenant: number;
  /** Number of the event that was given up. */
  readonly eventNumber?: number;
}

/** What may be told about an unforeseen error: its kind, its code, and where it was thrown; not its message. */
export interface ErrorFacts {
  readonly name: string;
  readonly code?: string;
  readonly frames: readonly string[];
}

/** Takes from an error what may be logged. The message stays out: it can quote a record. */
export function errorFacts(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) {
    return { name: typeof error, frames: [] };
  }
  // The stack repeats the message, whose lines could look like frames.
  const frames = (error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8)
    .map((line) => line.trim());
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return code === undefined ? { name: error.name, frames } : { name: error.name, code, frames };
}
