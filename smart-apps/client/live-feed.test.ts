import { beforeEach, describe, expect, it } from 'vitest';
import type { CriteriaEmitter, LiveEvent } from './live-feed.ts';
import { createLiveFeed } from './live-feed.ts';

type Listener = (event: { payload?: unknown }) => void;

/** An emitter that the test fires by hand. */
function fakeEmitter(): CriteriaEmitter & { fire(type: string, payload?: unknown): void } {
  const listeners = new Map<string, Set<Listener>>();
  return {
    addEventListener: (type, listener) =>
      void (listeners.get(type) ?? listeners.set(type, new Set()).get(type))?.add(listener),
    removeEventListener: (type, listener) => void listeners.get(type)?.delete(listener),
    fire: (type, payload) => {
      for (const listener of listeners.get(type) ?? []) {
        listener({ payload });
      }
    },
  };
}

const patient = { resourceType: 'Patient', id: '1' } as const;
const notification = { resourceType: 'Bundle', type: 'history', entry: [{}, { resource: patient }] };

describe('live feed', () => {
  let emitters: Map<string, ReturnType<typeof fakeEmitter>>;
  let subscribed: string[];
  let online: boolean;
  let repeating: (() => void) | undefined;
  let later: (() => void)[];
  let feed: ReturnType<typeof createLiveFeed>;
  let seen: LiveEvent[];

  beforeEach(() => {
    emitters = new Map();
    subscribed = [];
    online = true;
    repeating = undefined;
    later = [];
    seen = [];
    feed = createLiveFeed(
      {
        subscribe: (criteria) => {
          subscribed.push(criteria);
          const emitter = fakeEmitter();
          emitters.set(criteria, emitter);
          return emitter;
        },
        unsubscribe: (criteria) => void emitters.delete(criteria),
      },
      {
        every: (_ms, run) => {
          repeating = run;
          return () => {
            repeating = undefined;
          };
        },
        after: (_ms, run) => {
          later.push(run);
          return () => undefined;
        },
        online: () => online,
      },
    );
  });

  const listen = (criteria = 'Task'): (() => void) => feed.listen(criteria, (event) => seen.push(event));

  it('shares one Subscription among the listeners of a criteria and ends it with the last one', () => {
    const [first, second] = [listen(), listen()];
    expect(subscribed).toEqual(['Task']);
    first();
    expect(emitters.has('Task')).toBe(true);
    second();
    expect(emitters.has('Task')).toBe(false);
  });

  it('hands on the resource that changed', () => {
    listen();
    emitters.get('Task')?.fire('connect');
    emitters.get('Task')?.fire('message', notification);
    expect(feed.status()).toBe('live');
    expect(seen).toEqual([{ type: 'changed', resource: patient }]);
  });

  it('asks for a refresh when a notification carries no resource', () => {
    listen();
    emitters.get('Task')?.fire('message', { resourceType: 'Bundle', type: 'history', entry: [{}] });
    expect(seen).toEqual([{ type: 'refresh' }]);
  });

  it('is live only when every criteria is bound', () => {
    listen('Task');
    listen('Observation');
    emitters.get('Task')?.fire('connect');
    expect(feed.status()).toBe('connecting');
    emitters.get('Observation')?.fire('connect');
    expect(feed.status()).toBe('live');
  });

  it('polls after the socket is lost, and refreshes once when it is back', () => {
    listen();
    emitters.get('Task')?.fire('connect');
    emitters.get('Task')?.fire('close');
    expect(feed.status()).toBe('polling');
    repeating?.();
    expect(seen).toEqual([{ type: 'refresh' }]);
    emitters.get('Task')?.fire('connect');
    expect(feed.status()).toBe('live');
    expect(repeating).toBeUndefined();
    expect(seen).toHaveLength(2);
  });

  it('polls when a Subscription is not bound in time or is refused', () => {
    listen();
    later.forEach((run) => void run());
    expect(feed.status()).toBe('polling');
  });

  it('says offline when the network is gone, and does not poll then', () => {
    listen();
    emitters.get('Task')?.fire('connect');
    online = false;
    feed.networkChanged();
    expect(feed.status()).toBe('offline');
    expect(repeating).toBeUndefined();
  });
});
