import type { Server } from 'node:http';
import type { Database } from '../database/index.ts';
import { checkUrl, createGuardedClient, type GuardedClient, parseAllowList } from '../outbound/index.ts';
import { type ChangeEvent, createDispatcher, type Dispatcher } from '../outbox/index.ts';
import type { Operation, Repository, WriteGuard } from '../repository/index.ts';
import type { NotificationFrame } from './backport-bundle.ts';
import { findClinicTopic } from './clinic-topic.ts';
import { type CanRead, Deliverer, type Send, type ShownTo, storedOf } from './deliverer.ts';
import type { Delivery, DeliveryResult } from './delivery.ts';
import { subscriptionSink } from './event-sink.ts';
import { SubscriptionKeeper } from './keeper.ts';
import { subscriptionReader } from './load-subscriptions.ts';
import type { MatchCriteria } from './match-event.ts';
import { NotificationBatches } from './notification-batches.ts';
import { subscriptionOperations } from './operations/subscription-operations.ts';
import { sendRestHook, sendRestHookBatch } from './rest-hook.ts';
import { type SendMail, sendNoticeMail } from './send-mail.ts';
import type { SentNotification } from './sent-notification.ts';
import { attachSubscriptionSocket } from './socket/attach-subscription-socket.ts';
import type { Binding } from './socket/binding-token.ts';
import type { AskStore } from './store-questions.ts';
import type { SubscriptionAlert } from './subscription-alert.ts';
import { SubscriptionCache } from './subscription-cache.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';
import { subscriptionGuard } from './subscription-guard.ts';
import { topicGuard } from './topic-guard.ts';

/** Runs the Bot of a Subscription on one event. */
export type RunBot = (entry: SubscriptionEntry, delivery: Delivery) => Promise<DeliveryResult>;

export interface SubscriptionsOptions {
  readonly database: Database;
  readonly matches: MatchCriteria;
  /** Asks the store, with the rights of a Subscription's author, where the resource itself cannot tell. */
  readonly askStore: AskStore;
  readonly canRead: CanRead;
  /** Everything, where none is given. */
  readonly shownTo?: ShownTo;
  readonly runBot: RunBot;
  /** Told of every notification, and of what was withheld. */
  readonly audit: (notification: SentNotification) => void;
  /** A repository that may change a Subscription, and writes in the given author's name. */
  readonly repositoryAs: (tenant: number, author: string) => Repository;
  /** Is the profile that of an active member of the tenant's project? */
  readonly isMember: (author: string, tenant: number) => Promise<boolean>;
  /** Can the resource itself tell whether it fulfils such criteria? @throws FhirError when they are not understood. */
  readonly checkCriteria: (criteria: string, tenant: number) => boolean;
  /** Sends mail; absent when the installation has no mail service, and then the channel is refused. */
  readonly sendMail?: SendMail;
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
  /** Told what a clinic must look at. */
  readonly alert: (alert: SubscriptionAlert) => void;
  /** A stable code of what went wrong, and the error; never record contents. */
  readonly log: (code: string, error: unknown) => void;
  readonly clock?: () => Date;
  readonly pollMs?: number;
  readonly keeperTickMs?: number;
}

/** The event side of a server process. */
export interface Subscriptions extends Dispatcher {
  readonly cache: SubscriptionCache;
  /** Refuses Subscriptions that ask for what is not served, and topics that could not be served. */
  readonly guard: WriteGuard;
  /** `$get-ws-binding-token`, `$status`, `$events`, `$dead-letters`, `$replay`. */
  readonly operations: readonly Operation[];
  /** Serves `ws/subscriptions-r4` on an HTTP server; gives a function that closes every socket. */
  attachSocket(server: Server): Promise<() => Promise<void>>;
}

/** Wires outbox, matching and delivery together. `wake(tenant)` belongs after each commit. */
export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { database, log, alert, matches, askStore, clock = () => new Date(), pollMs, checkCriteria } = options;
  const outbound = { allow: parseAllowList(options.outboundAllow), requireHttps: options.requireHttps };
  const client = createGuardedClient({ ...outbound, connectionsPerOrigin: null });
  const cache = new SubscriptionCache(subscriptionReader(database));
  const find = subscriptionFinder(database, cache);
  const send = sender(options, client, clock);
  const { repositoryAs, isMember, keeperTickMs: tickMs } = options;
  const keeper = new SubscriptionKeeper({ database, cache, client, repositoryAs, isMember, alert, log, clock, tickMs });
  const onWithheld = (entry: SubscriptionEntry): void => keeper.checkAuthor(entry);
  const deliverer = new Deliverer({
    database,
    find,
    canRead: options.canRead,
    onWithheld,
    send,
    audit: options.audit,
    alert,
    log,
    clock,
    pollMs,
  });
  const recorded = (events: readonly ChangeEvent[]): void => keeper.note(events);
  const { canRead, shownTo = shownWhole, isActive, allowsOrigin, baseUrl } = options;
  const sink = subscriptionSink({
    ...{ database, cache, deliverer, matches, askStore, shownTo, recorded, audit: options.audit, alert, log, clock },
  });
  const dispatcher = createDispatcher({ database, sink, log, pollMs });
  const findTopic = (of: number, url: string) => findClinicTopic(database, of, url);
  const guards: Readonly<Record<string, WriteGuard>> = {
    Subscription: subscriptionGuard({
      checkCriteria,
      checkEndpoint: (url) => void checkUrl(outbound, url),
      mail: options.sendMail !== undefined,
      findTopic,
      hasBot: (of, bot) => hasBot(database, of, bot),
    }),
    Basic: topicGuard({ checkCriteria, findTopic }),
  };
  return {
    cache,
    guard: (change) => (guards[change.after.resourceType] ?? unguarded)(change),
    operations: subscriptionOperations({ database, canRead, shownTo, baseUrl, clock }),
    attachSocket: (server) =>
      attachSubscriptionSocket(server, {
        ...{ database, find, canRead, shownTo, isActive, allowsOrigin, audit: options.audit, log, clock, baseUrl },
      }),
    wake: (tenant) => dispatcher.wake(tenant),
    start() {
      deliverer.start();
      dispatcher.start();
      keeper.start();
    },
    async stop() {
      await keeper.stop();
      await dispatcher.stop();
      await deliverer.stop();
      await client.close();
    },
  };
}

const shownWhole: ShownTo = async (_author, _tenant, { json }) => json;

/** One attempt on the channel of a Subscription. What failed is tried again by itself, under the id that it then keeps. */
function sender(options: SubscriptionsOptions, client: GuardedClient, clock: () => Date): Send {
  const frame = (): NotificationFrame => ({ at: clock(), baseUrl: options.baseUrl });
  const { shownTo = shownWhole } = options;
  const shown = async ({ author, tenant }: SubscriptionEntry, delivery: Delivery): Promise<Delivery> => ({
    ...delivery,
    content: await shownTo(author, tenant, storedOf(delivery)),
  });
  const batches = new NotificationBatches({
    send: async (entry, deliveries) =>
      sendRestHookBatch(client, entry, await Promise.all(deliveries.map((one) => shown(entry, one))), frame()),
    mayRead: ({ author, tenant }, delivery) => options.canRead(author, tenant, storedOf(delivery)),
  });
  return async (entry, delivery) => {
    switch (entry.channel) {
      case 'bot':
        return options.runBot(entry, delivery);
      case 'email':
        return sendNoticeMail(options.sendMail, entry, delivery, options.baseUrl);
      default:
        return entry.content !== undefined && (entry.maxCount ?? 1) > 1 && delivery.attempts === 0
          ? batches.send(entry, delivery)
          : sendRestHook(client, entry, await shown(entry, delivery), frame());
    }
  };
}

const unguarded: WriteGuard = ({ after }) => after;

async function hasBot(database: Database, tenant: number, id: string): Promise<boolean> {
  const found = await database.query({
    name: 'subscription:bot',
    text: `SELECT FROM resource WHERE tenant = $1 AND type = 'Bot' AND id = $2 AND NOT deleted`,
    values: [tenant, id],
  });
  return found.length > 0;
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
