import { describe, expect, it } from 'vitest';
import { eventLevel } from './event-level.ts';
import type { ServerEvent } from './events.ts';

const run = { type: 'bot-run', bot: 'b', tenant: 2 } as const;
const served = { type: 'request-served', method: 'GET', route: '/', durationMs: 1, requestId: 'r' } as const;

describe('eventLevel', () => {
  it.each<[ServerEvent, string]>([
    [{ type: 'stopped' }, 'info'],
    [{ ...run, outcome: 'succeeded' }, 'debug'],
    [{ ...run, outcome: 'failed' }, 'warn'],
    [{ type: 'subscription-alert', alert: 'dead-letter', subscription: 's', tenant: 2 }, 'warn'],
    [{ ...served, status: 404 }, 'debug'],
    [{ ...served, status: 503 }, 'warn'],
    [{ type: 'worker-failed', worker: 'outbox', error: { name: 'Error', frames: [] } }, 'error'],
  ])('of %o is %s', (event, level) => {
    expect(eventLevel(event)).toBe(level);
  });
});
