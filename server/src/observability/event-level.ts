import type { ServerEvent } from './events.ts';

export type Level = 'error' | 'warn' | 'info' | 'debug';

const fixed: Partial<Record<ServerEvent['type'], Level>> = {
  'slow-statement': 'warn',
  'request-failed': 'error',
  'worker-failed': 'error',
  started: 'info',
  stopping: 'info',
  stopped: 'info',
  'database-migrated': 'info',
  mail: 'info',
};

const quiet = new Set(['success', 'succeeded', 'sent', 'withheld']);

/** How severe an event is: a served request or a successful run is `debug`, a failed one `warn`. */
export function eventLevel(event: ServerEvent): Level {
  const level = fixed[event.type];
  if (level !== undefined) {
    return level;
  }
  if (event.type === 'request-served') {
    return event.status >= 500 ? 'warn' : 'debug';
  }
  return 'outcome' in event && quiet.has(event.outcome) ? 'debug' : 'warn';
}
