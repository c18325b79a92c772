import type { Resource } from '@medplum/fhirtypes';
import type { StoredResource } from '../fhir/index.ts';
import type { Interest } from '../outbox/index.ts';
import { type ClinicTopic, storedTopic } from './clinic-topic.ts';
import { CriteriaIndex } from './criteria-index.ts';
import type { SubscriptionReader } from './load-subscriptions.ts';
import {
  type ClinicTopics,
  type Coalescing,
  coalescingOf,
  type SubscriptionEntry,
  subscriptionEntry,
  type Topicless,
  topicless,
} from './subscription-entry.ts';

interface TenantSubscriptions {
  epoch: number;
  readonly entries: Map<string, SubscriptionEntry>;
  /** Active Subscriptions whose topic is not there (any more), by id. */
  readonly topicless: Map<string, Topicless>;
  readonly coalescing: Map<string, Coalescing>;
  /** The topics of the clinic, by the ids of their resources. */
  readonly topics: Map<string, ClinicTopic>;
  readonly index: CriteriaIndex;
}

/** What a batch of events changed about the Subscriptions themselves. */
export interface SubscriptionChanges {
  /** Epoch at which the batch was read. */
  readonly epoch: number;
  /** Ids of the Subscriptions, Bots and Basic resources, which topics are, in the batch. */
  readonly changed: readonly string[];
}

/** The active Subscriptions per tenant, as of an epoch; refreshed before the events behind a change are matched. */
export class SubscriptionCache {
  private readonly read: SubscriptionReader;
  private readonly tenants = new Map<number, TenantSubscriptions>();
  private cachedInterest: Interest | undefined;

  constructor(read: SubscriptionReader) {
    this.read = read;
  }

  /** Brings a tenant up to date: loads it when it is unknown or another process changed it, then applies this batch's changes. */
  async refresh(tenant: number, changes: SubscriptionChanges): Promise<void> {
    const known = this.tenants.get(tenant);
    if (known === undefined || known.epoch < changes.epoch) {
      await this.load(tenant, changes.epoch);
    } else if (changes.changed.length > 0) {
      const changed = await this.read(tenant, changes.changed);
      if (changed.some((stored) => known.topics.has(stored.id) || storedTopic(stored) !== undefined)) {
        await this.load(tenant, changes.epoch);
      } else {
        this.apply(tenant, known, changed);
        this.cachedInterest = undefined;
      }
    }
  }

  private async load(tenant: number, epoch: number): Promise<void> {
    const resources = await this.read(tenant);
    const topics = resources.flatMap((stored) => {
      const topic = storedTopic(stored);
      return topic === undefined ? [] : [[stored.id, topic] as const];
    });
    const state: TenantSubscriptions = {
      epoch,
      entries: new Map(),
      topicless: new Map(),
      coalescing: new Map(),
      topics: new Map(topics),
      index: new CriteriaIndex(),
    };
    this.apply(tenant, state, resources);
    this.tenants.set(tenant, state);
    this.cachedInterest = undefined;
  }

  private apply(tenant: number, state: TenantSubscriptions, resources: readonly StoredResource[]): void {
    const topics = topicsOf(state);
    for (const stored of resources) {
      if (stored.type === 'Basic') {
        continue;
      }
      if (stored.type === 'Bot') {
        const coalescing = stored.deleted ? undefined : coalescingOf(stored);
        if (coalescing === undefined) {
          state.coalescing.delete(stored.id);
        } else {
          state.coalescing.set(stored.id, coalescing);
        }
        continue;
      }
      replaceEntry(state, stored.id, stored.deleted ? undefined : subscriptionEntry(tenant, stored, topics));
      const without = stored.deleted ? undefined : topicless(tenant, stored, topics);
      if (without === undefined) {
        state.topicless.delete(stored.id);
      } else {
        state.topicless.set(stored.id, without);
      }
    }
  }

  /** The epoch that recording a batch gave: one more than before when nobody else changed anything, else the tenant is forgotten. */
  advance(tenant: number, epoch: number): void {
    const state = this.tenants.get(tenant);
    if (state !== undefined && state.epoch + 1 === epoch) {
      state.epoch = epoch;
      this.cachedInterest = undefined;
    } else {
      this.forget(tenant);
    }
  }

  forget(tenant: number): void {
    this.tenants.delete(tenant);
    this.cachedInterest = undefined;
  }

  get(tenant: number, id: string): SubscriptionEntry | undefined {
    return this.tenants.get(tenant)?.entries.get(id);
  }

  /** The topics that a clinic defined, by their canonical URLs. */
  topics(tenant: number): ClinicTopics {
    const state = this.tenants.get(tenant);
    return state === undefined ? new Map() : topicsOf(state);
  }

  /** Every active Subscription known here, over all tenants. */
  *entries(): IterableIterator<SubscriptionEntry> {
    for (const { entries } of this.tenants.values()) {
      yield* entries.values();
    }
  }

  /** Every active Subscription known here whose topic is not there (any more), over all tenants. */
  *topicless(): IterableIterator<Topicless> {
    for (const { topicless: found } of this.tenants.values()) {
      yield* found.values();
    }
  }

  candidates(tenant: number, resource: Resource): Iterable<SubscriptionEntry> {
    return this.tenants.get(tenant)?.index.candidates(resource) ?? [];
  }

  /** What one run of a Bot covers, when it declares that. */
  coalescing(tenant: number, bot: string): Coalescing | undefined {
    return this.tenants.get(tenant)?.coalescing.get(bot);
  }

  /** What the outbox should read for us, over all tenants known so far. */
  interest(): Interest {
    this.cachedInterest ??= this.computeInterest();
    return this.cachedInterest;
  }

  private computeInterest(): Interest {
    const quiet: { tenant: number; epoch: number }[] = [];
    const types = new Set<string>();
    const comparedTypes = new Set<string>();
    for (const [tenant, { epoch, entries }] of this.tenants) {
      if (entries.size === 0) {
        quiet.push({ tenant, epoch });
      }
      for (const entry of entries.values()) {
        for (const { type, expression = entry.expression, queries } of entry.triggers) {
          types.add(type);
          if (expression !== undefined || queries?.previous !== undefined) {
            comparedTypes.add(type);
          }
        }
      }
    }
    return { quiet, types: [...types], comparedTypes: [...comparedTypes] };
  }
}

function topicsOf({ topics }: TenantSubscriptions): ClinicTopics {
  return new Map([...topics.values()].map(({ url, topic }) => [url, topic]));
}

function replaceEntry({ entries, index }: TenantSubscriptions, id: string, entry: SubscriptionEntry | undefined): void {
  const before = entries.get(id);
  if (before !== undefined) {
    index.remove(before);
    entries.delete(id);
  }
  if (entry !== undefined) {
    index.add(entry);
    entries.set(id, entry);
  }
}
