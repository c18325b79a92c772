import type { Server } from 'node:http';
import type { Database } from '../database/index.ts';
import { createGuardedClient, parseAllowList } from '../outbound/index.ts';
import { createDispatcher, type Dispatcher } from '../outbox/index.ts';
import type { Operation } from '../repository/index.ts';
import { type CanRead, Deliverer, type Send } from './deliverer.ts';
import type { Delivery, DeliveryResult } from './delivery.ts';
import { subscriptionSink } from './event-sink.ts';
import { subscriptionReader } from './load-subscriptions.ts';
import type { MatchCriteria } from './match-event.ts';
import { subscriptionOperations } from './operations/subscription-operations.ts';
import { sendRestHook } from './rest-hook.ts';
import { attachSubscriptionSocket } from './socket/attach-subscription-socket.ts';
import type { Binding } from './socket/binding-token.ts';
import { SubscriptionCache } from './subscription-cache.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** Runs the Bot of a Subscription on one event. */
export type RunBot = (entry: SubscriptionEntry, delivery: Delivery) => Promise<DeliveryResult>;

export interface SubscriptionsOptions {
  readonly database: Database;
  readonly matches: MatchCriteria;
  readonly canRead: CanRead;
  readonly runBot: RunBot;
  /** Entries of the setting OUTBOUND_ALLOW. */
  readonly outboundAllow: readonly string[];
  /** Address of the server without a trailing slash, such as `https://clinic.example`. */
  readonly baseUrl: string;
  /** May a page of this origin open a socket? */
  readonly allowsOrigin: (origin: string) => boolean;
  /** Is the log-in behind a socket's binding still good (not expired, not logged out)? */
  readonly isActive: (binding: Binding) => Promise<boolean>;
  /** Refuse http:// endpoints that the setting does not name (production). */
  readonly requireHttps: boolean;
  /** A stable code of what went wrong, and the error; never record contents. */
  readonly log: (code: string, error: unknown) => void;
  readonly clock?: () => Date;
  readonly pollMs?: number;
}

/** The event side of a server process. */
export interface Subscriptions extends Dispatcher {
  readonly cache: SubscriptionCache;
  /** `$get-ws-binding-token`, `$status`, `$events`, `$dead-letters`, `$replay`. */
  readonly operations: readonly Operation[];
  /** Serves `ws/subscriptions-r4` on an HTTP server; gives a function that closes every socket. */
  attachSocket(server: Server): Promise<() => Promise<void>>;
}

/** Wires outbox, matching and delivery together. `wake(tenant)` belongs after each commit. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { database, log, matches, clock = () => new Date(), pollMs } = options;
  const client = createGuardedClient({
    allow: parseAllowList(options.outboundAllow),
    requireHttps: options.requireHttps,
  });
  const cache = new SubscriptionCache(subscriptionReader(database));
  const find = subscriptionFinder(database, cache);
  const send: Send = (entry, delivery) =>
    entry.channel === 'bot' ? options.runBot(entry, delivery) : sendRestHook(client, entry, delivery, clock());
  const deliverer = new Deliverer({ database, find, canRead: options.canRead, send, log, clock, pollMs });
  const sink = subscriptionSink({ database, cache, deliverer, matches, log, clock });
  const dispatcher = createDispatcher({ database, sink, log, pollMs });
  const { canRead, isActive, allowsOrigin, baseUrl } = options;
  return {
    cache,
    operations: subscriptionOperations({ database, canRead, baseUrl, clock }),
    attachSocket: (server) =>
      attachSubscriptionSocket(server, { database, canRead, isActive, allowsOrigin, log, clock }),
    wake: (tenant) => dispatcher.wake(tenant),
    start() {
      deliverer.start();
      dispatcher.start();
    },
    async stop() {
      await dispatcher.stop();
      await deliverer.stop();
      await client.close();
    },
  };
}

/** Finds the active Subscription of a delivery as of now: in the cache when its epoch still stands, else from the database. */
function subscriptionFinder(database: Database, cache: SubscriptionCache) {
  return async (tenant: number, id: string): Promise<SubscriptionEntry | undefined> => {
    const [row] = await database.query<{ epoch: number }>({
      name: 'subscription:epoch',
      text: 'SELECT coalesce((SELECT epoch FROM subscription_epoch WHERE tenant = $1), 0) AS epoch',
      values: [tenant],
    });
    await cache.refresh(tenant, { epoch: row?.epoch ?? 0, changed: [] });
    return cache.get(tenant, id);
  };
}
