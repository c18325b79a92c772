import type { Bundle, Resource } from '@medplum/fhirtypes';

/** How changes reach the screen: pushed, asked for every 15 s, or not at all; idle while no screen asks for any. */
export type LiveStatus = 'idle' | 'connecting' | 'live' | 'polling' | 'offline';

/** A resource that changed, or a nudge to ask again because something may have been missed. */
export type LiveEvent = { readonly type: 'changed'; readonly resource: Resource } | { readonly type: 'refresh' };

type EmitterEvents = 'message' | 'connect' | 'close' | 'error';

/** The part of Medplum's SubscriptionEmitter that the feed listens to. */
export interface CriteriaEmitter {
  addEventListener(type: EmitterEvents, listener: (event: { payload?: unknown }) => void): void;
  removeEventListener(type: EmitterEvents, listener: (event: { payload?: unknown }) => void): void;
}

/** Where subscriptions come from: a MedplumClient. */
export interface CriteriaSource {
  subscribe(criteria: string): CriteriaEmitter;
  unsubscribe(criteria: string): void;
}

/** Timers and the network state, passed in so that tests own the clock. */
export interface LiveClock {
  every(ms: number, run: () => void): () => void;
  after(ms: number, run: () => void): () => void;
  online(): boolean;
}

/** One live feed for the whole app. */
export interface LiveFeed {
  /** Listens to one criteria; any number of listeners share one Subscription. Returns the way out. */
  listen(criteria: string, listener: (event: LiveEvent) => void): () => void;
  status(): LiveStatus;
  onStatus(listener: () => void): () => void;
  /** Tells the feed that the browser went on line or off line. */
  networkChanged(): void;
  close(): void;
}

interface Channel {
  readonly listeners: Set<(event: LiveEvent) => void>;
  readonly stop: () => void;
  bound: boolean;
}

/** How often the screens ask when nothing is pushed, in ms. */
export const POLL_MS = 15_000;
/** How long a Subscription may take to be bound before the feed falls back to asking, in ms. */
const BIND_MS = 6_000;

function resourceOf(payload: unknown): Resource | undefined {
  const entry = (payload as Bundle | undefined)?.entry;
  return entry?.[1]?.resource;
}

/** Makes the feed. It pushes while every Subscription is bound and asks every 15 s while one is not. */
export function createLiveFeed(source: CriteriaSource, clock: LiveClock): LiveFeed {
  const channels = new Map<string, Channel>();
  const statusListeners = new Set<() => void>();
  let current: LiveStatus = 'idle';
  let stopPolling: (() => void) | undefined;

  const refreshAll = (): void => {
    for (const channel of channels.values()) {
      for (const listener of channel.listeners) {
        listener({ type: 'refresh' });
      }
    }
  };

  const setStatus = (next: LiveStatus): void => {
    if (next === current) {
      return;
    }
    const missedSomething = current === 'polling' || current === 'offline';
    current = next;
    stopPolling?.();
    stopPolling = next === 'polling' ? clock.every(POLL_MS, refreshAll) : undefined;
    if (next === 'live' && missedSomething) {
      refreshAll();
    }
    for (const listener of statusListeners) {
      listener();
    }
  };

  const evaluate = (): void => {
    if (!clock.online()) {
      setStatus('offline');
    } else if (channels.size === 0) {
      setStatus('idle');
    } else if ([...channels.values()].every((channel) => channel.bound)) {
      setStatus('live');
    } else {
      setStatus(current === 'idle' || current === 'connecting' ? 'connecting' : 'polling');
    }
  };

  const lost = (channel: Channel): void => {
    channel.bound = false;
    setStatus(clock.online() ? 'polling' : 'offline');
  };

  const open = (criteria: string): Channel => {
    const emitter = source.subscribe(criteria);
    const listeners = new Set<(event: LiveEvent) => void>();
    const onMessage = (event: { payload?: unknown }): void => {
      const resource = resourceOf(event.payload);
      for (const listener of listeners) {
        listener(resource ? { type: 'changed', resource } : { type: 'refresh' });
      }
    };
    const onConnect = (): void => {
      channel.bound = true;
      evaluate();
    };
    const onLost = (): void => lost(channel);
    const stopWaiting = clock.after(BIND_MS, () => !channel.bound && lost(channel));
    emitter.addEventListener('message', onMessage);
    emitter.addEventListener('connect', onConnect);
    emitter.addEventListener('close', onLost);
    emitter.addEventListener('error', onLost);
    const stop = (): void => {
      stopWaiting();
      emitter.removeEventListener('message', onMessage);
      emitter.removeEventListener('connect', onConnect);
      emitter.removeEventListener('close', onLost);
      emitter.removeEventListener('error', onLost);
      source.unsubscribe(criteria);
    };
    const channel: Channel = { listeners, stop, bound: false };
    return channel;
  };

  return {
    listen(criteria, listener) {
      const channel = channels.get(criteria) ?? open(criteria);
      channels.set(criteria, channel);
      channel.listeners.add(listener);
      if (current === 'idle') {
        evaluate();
      }
      return () => {
        channel.listeners.delete(listener);
        if (channel.listeners.size === 0 && channels.get(criteria) === channel) {
          channels.delete(criteria);
          channel.stop();
          evaluate();
        }
      };
    },
    status: () => current,
    onStatus(listener) {
      statusListeners.add(listener);
      return () => statusListeners.delete(listener);
    },
    networkChanged: evaluate,
    close() {
      stopPolling?.();
      for (const channel of channels.values()) {
        channel.stop();
      }
      channels.clear();
    },
  };
}
