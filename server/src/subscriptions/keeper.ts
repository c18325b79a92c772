import { randomUUID } from 'node:crypto';
import type { Subscription } from '@medplum/fhirtypes';
import type { Database } from '../database/index.ts';
import type { StoredResource } from '../fhir/index.ts';
import type { GuardedClient } from '../outbound/index.ts';
import type { ChangeEvent } from '../outbox/index.ts';
import type { Repository } from '../repository/index.ts';
import { statusBundle } from './backport-bundle.ts';
import { findClinicTopic } from './clinic-topic.ts';
import type { DeliveryResult } from './delivery.ts';
import { dueHeartbeats, noteHandshake, requestedSubscriptions } from './keeper-store.ts';
import { subscriptionReader } from './load-subscriptions.ts';
import { postRestHook } from './rest-hook.ts';
import { signatureHeaders } from './signature.ts';
import type { SubscriptionAlert } from './subscription-alert.ts';
import type { SubscriptionCache } from './subscription-cache.ts';
import { type ClinicTopics, type SubscriptionEntry, subscriptionEntry } from './subscription-entry.ts';

export interface KeeperOptions {
  readonly database: Database;
  readonly cache: SubscriptionCache;
  readonly client: GuardedClient;
  /** A repository that may change the Subscription, and writes in its author's name: deliveries go by his rights. */
  readonly repositoryAs: (tenant: number, author: string) => Repository;
  /** Is the profile that of an active member of the tenant's project? */
  readonly isMember: (author: string, tenant: number) => Promise<boolean>;
  /** Told of every Subscription that is turned off because its author is gone. */
  readonly alert: (alert: SubscriptionAlert) => void;
  readonly log: (code: string, error: unknown) => void;
  readonly clock: () => Date;
  readonly tickMs?: number;
}

const TICK_MS = 5000;
/** Ticks between two rounds over all Subscriptions that are requested, and over all authors. */
const ROUND = 12;

/**
 * Keeps Subscriptions in the state they ought to be in: handshake, heartbeats, off when the author is gone or the end has
 * come, error when the topic is gone.
 */
export class SubscriptionKeeper {
  private readonly options: KeeperOptions;
  private readonly underWay = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private ticks = 0;

  constructor(options: KeeperOptions) {
    this.options = options;
  }

  start(): void {
    this.timer = setInterval(() => void this.tick(), this.options.tickMs ?? TICK_MS);
    this.timer.unref();
    void this.tick();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.underWay.values());
  }

  /** Looks at the Subscriptions among committed changes: one that is requested is asked whether it answers. */
  note(events: readonly ChangeEvent[]): void {
    for (const { tenant, type, id, interaction } of events) {
      if (type === 'Subscription' && interaction !== 'delete') {
        this.once(`activate ${tenant} ${id}`, () => this.activate(tenant, id));
      }
    }
    this.failTopicless();
  }

  /** A Subscription that no event can reach any more says so. @see https://hl7.org/fhir/R4/subscription-definitions.html#Subscription.error */
  private failTopicless(): void {
    for (const { url, ...subscription } of this.options.cache.topicless()) {
      this.once(`topic ${subscription.tenant} ${subscription.id}`, async () => {
        if ((await findClinicTopic(this.options.database, subscription.tenant, url)) === undefined) {
          await this.setStatus(
            subscription,
            'active',
            'error',
            `The topic ${url} is not there any more, or not active`,
          );
        }
      });
    }
  }

  /** Turns a Subscription off whose author is no longer a member; to be called when something of it was withheld. */
  checkAuthor(entry: SubscriptionEntry): void {
    this.once(`author ${entry.tenant} ${entry.id}`, async () => {
      if (!(await this.options.isMember(entry.author, entry.tenant))) {
        const { tenant, id: subscription } = entry;
        this.options.alert({ kind: 'author-gone', tenant, subscription });
        await this.setStatus(entry, 'active', 'off', 'The author is no longer an active member of the project');
      }
    });
  }

  /** Asks once for each author, however many Subscriptions he has. */
  private async checkAuthors(): Promise<void> {
    const byAuthor = Map.groupBy(this.options.cache.entries(), ({ tenant, author }) => `${tenant} ${author}`);
    for (const entries of byAuthor.values()) {
      const [{ author, tenant }] = entries as [SubscriptionEntry];
      if (!(await this.options.isMember(author, tenant))) {
        for (const entry of entries) {
          this.checkAuthor(entry);
        }
      }
    }
  }

  /** Turns off what was asked for until a time that has passed. @see https://hl7.org/fhir/R4/subscription-definitions.html#Subscription.end */
  private endOverdue(): void {
    const now = this.options.clock();
    for (const entry of this.options.cache.entries()) {
      if (entry.end !== undefined && entry.end <= now) {
        this.once(`end ${entry.tenant} ${entry.id}`, () =>
          this.setStatus(entry, 'active', 'off', 'Its end has passed'),
        );
      }
    }
  }

  private once(key: string, work: () => Promise<void>): void {
    if (!this.underWay.has(key)) {
      const done = work()
        .catch((error: unknown) => this.options.log('subscription-keeper-failed', error))
        .finally(() => this.underWay.delete(key));
      this.underWay.set(key, done);
    }
  }

  private async tick(): Promise<void> {
    const { database, log, cache } = this.options;
    try {
      if (this.ticks++ % ROUND === 0) {
        for (const { tenant, id } of await requestedSubscriptions(database)) {
          this.once(`activate ${tenant} ${id}`, () => this.activate(tenant, id));
        }
        await this.checkAuthors();
      }
      this.endOverdue();
      this.failTopicless();
      const asked = [...cache.entries()].filter((entry) => entry.channel === 'rest-hook' && entry.heartbeatSeconds);
      for (const { entry, last } of await dueHeartbeats(database, asked)) {
        this.once(
          `beat ${entry.tenant} ${entry.id}`,
          async () => void (await this.sendStatus(entry, 'heartbeat', last)),
        );
      }
    } catch (error) {
      log('subscription-keeper-failed', error);
    }
  }

  /** requested → handshake → active, or error when the endpoint does not answer 2xx. Bots, sockets and mail need none. */
  private async activate(tenant: number, id: string): Promise<void> {
    const [stored] = await subscriptionReader(this.options.database)(tenant, [id]);
    const entry = stored && requestedEntry(tenant, stored, this.options.cache.topics(tenant));
    if (entry === undefined) {
      return;
    }
    const result: DeliveryResult =
      entry.channel === 'rest-hook' ? await this.sendStatus(entry, 'handshake', 0) : { kind: 'delivered' };
    if (result.kind === 'delivered') {
      await noteHandshake(this.options.database, entry);
      await this.setStatus(entry, 'requested', 'active');
    } else {
      await this.setStatus(entry, 'requested', 'error', `Handshake: ${result.error}`);
    }
  }

  private sendStatus(entry: SubscriptionEntry, type: 'handshake' | 'heartbeat', last: number): Promise<DeliveryResult> {
    const now = this.options.clock();
    const status = type === 'handshake' ? 'requested' : 'active';
    const topic = entry.topic !== undefined && { topic: entry.topic };
    const body = statusBundle({ id: entry.id, status, type, ...topic, last }, now);
    return postRestHook(this.options.client, entry, body, () => ({
      ...entry.headers,
      'content-type': entry.contentType,
      'x-medplum-subscription': entry.id,
      ...signatureHeaders({
        secret: entry.secret,
        id: `${entry.id}.${type}.${randomUUID()}`,
        timestamp: Math.floor(now.getTime() / 1000),
        body,
      }),
    }));
  }

  /** Changes the status when it is still what it was; whoever changed the Subscription meanwhile has the last word. */
  private async setStatus(
    { tenant, id, author }: Pick<SubscriptionEntry, 'tenant' | 'id' | 'author'>,
    from: Subscription['status'],
    status: Subscription['status'],
    error?: string,
  ): Promise<void> {
    const repository = this.options.repositoryAs(tenant, author);
    const current = await repository.readResource<Subscription>('Subscription', id);
    if (current.status === from) {
      const { error: _before, ...rest } = current;
      const changed: Subscription = { ...rest, status, ...(error !== undefined && { error }) };
      await repository.updateResource(changed, { ifMatch: current.meta?.versionId });
    }
  }
}

/** A requested Subscription, taken apart as it will be once it is active. */
function requestedEntry(tenant: number, stored: StoredResource, ofClinic: ClinicTopics): SubscriptionEntry | undefined {
  if (stored.deleted) {
    return undefined;
  }
  const subscription = JSON.parse(stored.json) as Subscription;
  return subscription.status === 'requested'
    ? subscriptionEntry(tenant, { ...stored, json: JSON.stringify({ ...subscription, status: 'active' }) }, ofClinic)
    : undefined;
}
