import type { AuthEvent } from './auth/index.ts';
import { errorFacts, type Observer } from './observability/index.ts';

/** Tells the log and the metrics of a sign-in, without who it was. */
export function logAuthEvent(observer: Observer, event: AuthEvent): void {
  if (event.event === 'auth.failed') {
    observer.emit({ type: 'request-failed', requestId: event.requestId, error: errorFacts(event.error) });
  } else if (event.event === 'auth.signed-in') {
    observer.emit({ type: 'sign-in', method: event.method, outcome: 'success', tenant: event.tenant });
  } else if (event.event === 'auth.plain-challenge') {
    observer.emit({ type: 'sign-in', method: 'plain-challenge', outcome: 'success' });
  } else if (event.event === 'auth.sign-in-refused') {
    observer.emit({ type: 'sign-in', method: event.reason, outcome: 'failure' });
  }
}
