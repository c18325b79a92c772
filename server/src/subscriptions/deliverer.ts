import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';
import { claimDue, freeDeadLeases, renewLeases } from './claim-due.ts';
import { type Delivery, type DeliveryResult, LEASE_MS } from './delivery.ts';
import { Places } from './places.ts';
import type { SentNotification } from './sent-notification.ts';
import { Settler } from './settler.ts';
import type { SubscriptionAlert } from './subscription-alert.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** May the author of a Subscription, by what is permitted now, read this version? In a session, where a socket is bound in one. */
export type CanRead = (author: string, tenant: number, stored: StoredResource, session?: string) => Promise<boolean>;

/** The text of a version without the elements that its reader does not see. */
export type ShownTo = (author: string, tenant: number, stored: StoredResource, session?: string) => Promise<string>;

/** Makes one attempt on a channel. */
export type Send = (entry: SubscriptionEntry, delivery: Delivery) => Promise<DeliveryResult>;

export interface DelivererOptions {
  readonly database: Database;
  /** The active Subscription of a delivery, loading it when this process does not know it yet. */
  readonly find: (tenant: number, subscription: string) => Promise<SubscriptionEntry | undefined>;
  readonly canRead: CanRead;
  /** Told of a Subscription whose author could not read something: is he still there? */
  readonly onWithheld?: (entry: SubscriptionEntry) => void;
  readonly send: Send;
  /** Told of every attempt, and of what was withheld. */
  readonly audit: (notification: SentNotification) => void;
  /** Told of every event that is given up. */
  readonly alert: (alert: SubscriptionAlert) => void;
  readonly log: (code: string, error: unknown) => void;
  readonly clock: () => Date;
  readonly random?: () => number;
  readonly pollMs?: number;
}

/** What is known of a delivery in the moment it was recorded. */
export interface KnownDelivery {
  readonly entry: SubscriptionEntry;
  readonly mayRead: Promise<boolean>;
}

interface UnderWay {
  readonly delivery: Delivery;
  readonly attempt: Promise<void>;
  readonly since: number;
}

/** Deliveries under way at once for one Subscription in this process. */
const PER_SUBSCRIPTION = 16;
/** Every so many ms the leases of what is under way are renewed. */
const RENEW_MS = LEASE_MS / 4;
/**
 * How many times as long as looking for what is due took, nothing is looked for, when there was little: the more waits for its
 * turn, the longer it takes.
 */
const REST = 5;
/** Pause in ms before what became of an attempt is recorded again, when the database did not take it. */
const SETTLE_AGAIN_MS = 200;

/** Sends recorded deliveries: at once those leased at recording, by a poll what waited, failed, or was left by a dead process. */
export class Deliverer {
  private readonly options: DelivererOptions;
  private readonly underWay = new Map<string, UnderWay>();
  private readonly places = new Places(PER_SUBSCRIPTION, () => this.lookForBacklog());
  private readonly settler: Settler;
  private readonly pollMs: number;
  private timers: NodeJS.Timeout[] = [];
  private claiming: Promise<void> | undefined;
  private claimWanted = false;
  private backlog = false;
  private started = false;

  constructor(options: DelivererOptions) {
    this.options = options;
    this.settler = new Settler(options.database);
    this.pollMs = options.pollMs ?? 1000;
  }

  start(): void {
    this.started = true;
    this.timers = [setInterval(() => this.wake(), this.pollMs), setInterval(() => void this.renew(), RENEW_MS)];
    freeDeadLeases(this.options.database)
      .catch((error: unknown) => this.options.log('subscription-free-failed', error))
      .finally(() => this.wake());
  }

  /** Ends once the attempts under way have ended; what waits stays recorded. */
  async stop(): Promise<void> {
    this.started = false;
    for (const timer of this.timers) {
      clearInterval(timer);
    }
    await this.claiming;
    await Promise.all([...this.underWay.values()].map(({ attempt }) => attempt));
  }

  /** Is there room in this process for one more delivery of the Subscription? */
  hasRoom(tenant: number, subscription: string): boolean {
    return this.started && this.places.hasRoom(`${tenant} ${subscription}`);
  }

  /** Tells that deliveries were recorded which this process did not lease: they are looked for when an attempt ends. */
  noteBacklog(): void {
    this.backlog = true;
    if (this.underWay.size === 0) {
      this.wake();
    }
  }

  /** Asks whether the author of a Subscription may read the version now; no when that cannot be told. */
  async mayRead(entry: SubscriptionEntry, delivery: Pick<Delivery, StoredPart>): Promise<boolean> {
    return this.options.canRead(entry.author, entry.tenant, storedOf(delivery));
  }

  /** Starts a delivery that is leased to this process, unless it is under way here and its lease ended meanwhile; `known` spares it asking again what was found a moment ago. */
  deliver(delivery: Delivery, known?: KnownDelivery): void {
    const key = `${delivery.tenant} ${delivery.subscription}`;
    const name = `${key} ${delivery.number}`;
    if (this.underWay.has(name)) {
      return;
    }
    const leave = this.places.take(key, { keep: delivery.channel !== 'rest-hook' });
    const attempt = this.attempt(delivery, known).then((next) => {
      this.underWay.delete(name);
      leave();
      for (const waited of this.started ? next : []) {
        this.deliver(waited);
      }
      this.lookForBacklog();
    });
    this.underWay.set(name, { delivery, attempt, since: performance.now() });
  }

  /** Gives what waited for the delivery. */
  private async attempt(delivery: Delivery, known: KnownDelivery | undefined): Promise<readonly Delivery[]> {
    const { log, alert, clock, random = Math.random } = this.options;
    try {
      const entry = known?.entry ?? (await this.options.find(delivery.tenant, delivery.subscription));
      const result = await this.tryToSend(entry, delivery, known);
      if (entry !== undefined) {
        this.options.audit(notificationOf(entry, delivery, result));
      }
      const ended = { delivery, result, maxAttempts: entry?.maxAttempts, now: clock(), random, handOn: this.started };
      const { state, delayMs, next } = await patiently(() => this.settler.settle(ended));
      if (state === 'pending') {
        this.wakeIn(delayMs);
      }
      if (state === 'dead') {
        const { tenant, subscription, number } = delivery;
        alert({ kind: 'dead-letter', tenant, subscription, number });
      }
      return next;
    } catch (error) {
      log('subscription-attempt-failed', error);
      return [];
    }
  }

  private async tryToSend(
    entry: SubscriptionEntry | undefined,
    delivery: Delivery,
    known: KnownDelivery | undefined,
  ): Promise<DeliveryResult> {
    if (entry === undefined) {
      return { kind: 'withheld', error: 'The Subscription is no longer active' };
    }
    try {
      if (!(await (known?.mayRead ?? this.mayRead(entry, delivery)))) {
        this.options.onWithheld?.(entry);
        return { kind: 'withheld', error: 'The author of the Subscription may not read this version' };
      }
      return await this.options.send(entry, delivery);
    } catch (error) {
      this.options.log('subscription-send-failed', error);
      return { kind: 'retry', error: 'The delivery failed inside the server' };
    }
  }

  /** The poll is too coarse for the first attempts after a failure. */
  private wakeIn(delayMs: number): void {
    if (delayMs < this.pollMs) {
      setTimeout(() => this.wake(), delayMs + 1).unref();
    }
  }

  private lookForBacklog(): void {
    if (this.backlog) {
      this.wake();
    }
  }

  private wake(): void {
    this.claimWanted = true;
    this.claiming ??= this.claimAll().finally(() => {
      this.claiming = undefined;
    });
  }

  private async claimAll(): Promise<void> {
    while (this.claimWanted && this.started) {
      this.claimWanted = false;
      this.backlog = false;
      try {
        const began = performance.now();
        const full = this.places.full();
        const found = await claimDue(this.options.database, full, PER_SUBSCRIPTION);
        for (const delivery of found) {
          this.deliver(delivery);
        }
        this.backlog ||= found.length > 0 || full.length > 0;
        if (found.length === PER_SUBSCRIPTION) {
          this.claimWanted = true;
        } else {
          await sleep((performance.now() - began) * REST);
        }
      } catch (error) {
        this.options.log('subscription-claim-failed', error);
      }
    }
  }

  /** Those that just began have most of their lease before them, and most of them end meanwhile. */
  private async renew(): Promise<void> {
    const longAgo = performance.now() - RENEW_MS;
    const deliveries = [...this.underWay.values()]
      .filter(({ since }) => since <= longAgo)
      .map(({ delivery }) => delivery);
    if (deliveries.length > 0) {
      await renewLeases(this.options.database, deliveries).catch((error: unknown) => {
        this.options.log('subscription-renew-failed', error);
      });
    }
  }
}

/** Tries again while the database is away: what was sent is then not sent again when its lease ends. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + LEASE_MS; ; ) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await sleep(SETTLE_AGAIN_MS);
    }
  }
}

type StoredPart = 'type' | 'id' | 'version' | 'createdAt' | 'interaction' | 'content';

function notificationOf({ author }: SubscriptionEntry, delivery: Delivery, { kind }: DeliveryResult): SentNotification {
  const { tenant, subscription, number, channel } = delivery;
  const outcome = kind === 'delivered' ? 'sent' : kind === 'withheld' ? 'withheld' : 'failed';
  return { tenant, author, subscription, number, channel, stored: storedOf(delivery), outcome };
}

/** The version a delivery tells of, as the access check wants it. */
export function storedOf(delivery: Pick<Delivery, StoredPart>): StoredResource {
  return {
    type: delivery.type,
    id: delivery.id,
    version: delivery.version,
    lastUpdated: delivery.createdAt,
    deleted: delivery.interaction === 'delete',
    author: '',
    json: delivery.content,
  };
}
