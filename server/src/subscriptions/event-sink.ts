import type { Resource } from '@medplum/fhirtypes';
import type { Database } from '../database/index.ts';
import type { ChangeEvent, EventSink } from '../outbox/index.ts';
import { type Deliverer, type KnownDelivery, type ShownTo, storedOf } from './deliverer.ts';
import type { Delivery } from './delivery.ts';
import { type ChangedResource, type MatchCriteria, matchEvent, patientOf } from './match-event.ts';
import { readContents } from './read-contents.ts';
import { type Match, type RecordedDelivery, recordDeliveries } from './record-deliveries.ts';
import type { SentNotification } from './sent-notification.ts';
import { type AskStore, StoreQuestions } from './store-questions.ts';
import type { SubscriptionAlert } from './subscription-alert.ts';
import type { SubscriptionCache } from './subscription-cache.ts';
import type { Coalescing, SubscriptionEntry } from './subscription-entry.ts';

/** Bots that set off bots: what a bot writes at this depth starts no further bot. */
export const MAX_DEPTH = 5;

export interface EventSinkOptions {
  readonly database: Database;
  readonly cache: SubscriptionCache;
  readonly deliverer: Deliverer;
  readonly matches: MatchCriteria;
  readonly askStore: AskStore;
  readonly shownTo: ShownTo;
  /** Told of the events once they are recorded. */
  readonly recorded?: (events: readonly ChangeEvent[]) => void;
  /** Told of what is withheld because bots set each other off. */
  readonly audit: (notification: SentNotification) => void;
  /** Told when bots were stopped that set each other off. */
  readonly alert: (alert: SubscriptionAlert) => void;
  readonly log: (code: string, error: unknown) => void;
  readonly clock: () => Date;
}

interface MatchedEvent {
  readonly event: ChangeEvent;
  readonly match: Match;
  readonly known: KnownDelivery | undefined;
}

/** The consumer of the outbox: matches each event with its tenant's Subscriptions, records the deliveries, starts them. */
export function subscriptionSink(options: EventSinkOptions): EventSink {
  return {
    interest: () => options.cache.interest(),
    unquiet: (tenant) => options.cache.forget(tenant),
    async handle(events) {
      await refreshCache(options, events);
      const matched = await matchAll(options, await withContents(options, events));
      const { deliveries, epochs } = await recordDeliveries(
        options.database,
        events.map((event) => event.seq),
        matched.map(({ match }) => match),
      );
      for (const { tenant, epoch } of epochs) {
        options.cache.advance(tenant, epoch);
      }
      deliverLeased(options, matched, deliveries);
      options.recorded?.(events);
    },
  };
}

async function refreshCache({ cache }: EventSinkOptions, events: readonly ChangeEvent[]): Promise<void> {
  for (const [tenant, ofTenant] of Map.groupBy(events, (event) => event.tenant)) {
    const changed = ofTenant.filter(({ type }) => /^(?:Subscription|Bot|Basic)$/.test(type)).map(({ id }) => id);
    await cache.refresh(tenant, { epoch: Math.max(...ofTenant.map((event) => event.epoch)), changed });
  }
}

/** Reads the texts that were not asked for when the batch was read, because their Subscriptions were not known then. */
async function withContents(
  options: EventSinkOptions,
  events: readonly ChangeEvent[],
): Promise<readonly ChangeEvent[]> {
  const { types, comparedTypes } = options.cache.interest();
  const missing = events.filter(
    (event) =>
      types.includes(event.type) &&
      (event.interaction === 'delete'
        ? event.previous === undefined
        : event.content === undefined ||
          (event.interaction === 'update' && event.previous === undefined && comparedTypes.includes(event.type))),
  );
  if (missing.length === 0) {
    return events;
  }
  const contents = await readContents(options.database, missing);
  return events.map((event) => ({ ...event, ...contents.get(event.seq) }));
}

interface FoundMatch {
  readonly entry: SubscriptionEntry;
  readonly event: ChangeEvent;
  readonly resource: Resource;
}

async function matchAll(options: EventSinkOptions, events: readonly ChangeEvent[]): Promise<MatchedEvent[]> {
  const questions = new StoreQuestions(options.matches, options.askStore, options.log);
  const now = options.clock();
  const match = (): FoundMatch[] => events.flatMap((event) => matchOne(options, event, questions, now));
  const first = match();
  const whole = (await questions.settle()) ? match() : first;
  const told = await Promise.all(whole.map((one) => matchesAsShown(options, one, questions, now)));
  const found = whole.filter((_, i) => told[i]);
  const leased = new Map<string, Set<string>>();
  return found.map(({ entry, event, resource }) => {
    const matched = toMatch(options, entry, event, resource, leased);
    return { event, match: matched, known: matched.lease ? known(options, entry, event) : undefined };
  });
}

function matchOne(options: EventSinkOptions, event: ChangeEvent, questions: StoreQuestions, now: Date): FoundMatch[] {
  const change = parse(event);
  const resource = change.current ?? change.previous;
  if (resource === undefined) {
    return [];
  }
  return [...options.cache.candidates(event.tenant, resource)]
    .filter((entry) => matchesSafely(options, entry, change, questions.of(entry, event), now))
    .map((entry) => ({ entry, event, resource }));
}

/**
 * Does it match still, without the elements that the Subscription's author does not see? Otherwise that something is sent
 * would tell him what they hold.
 */
async function matchesAsShown(
  options: EventSinkOptions,
  { entry, event }: FoundMatch,
  questions: StoreQuestions,
  now: Date,
): Promise<boolean> {
  const shown = async (content: string | undefined): Promise<string | undefined> =>
    content && options.shownTo(entry.author, entry.tenant, storedOf({ ...event, createdAt: event.at, content }));
  // What cannot be told here is asked again before anything is sent.
  const [content, previous] = await Promise.all([shown(event.content), shown(event.previous)]).catch(() => [
    event.content,
    event.previous,
  ]);
  return (
    (content === event.content && previous === event.previous) ||
    matchesSafely(options, entry, parse({ ...event, content, previous }), questions.of(entry, event), now)
  );
}

function parse(event: ChangeEvent): ChangedResource {
  return {
    interaction: event.interaction,
    ...(event.content !== undefined && { current: JSON.parse(event.content) as Resource }),
    ...(event.previous !== undefined && { previous: JSON.parse(event.previous) as Resource }),
  };
}

/** Criteria that cannot be evaluated match nothing and disturb no other Subscription. */
function matchesSafely(
  options: EventSinkOptions,
  entry: SubscriptionEntry,
  change: ChangedResource,
  matches: MatchCriteria,
  now: Date,
): boolean {
  try {
    return matchEvent(entry, change, matches, now);
  } catch (error) {
    options.log('subscription-criteria-failed', error);
    return false;
  }
}

function toMatch(
  { cache, deliverer, audit, alert }: EventSinkOptions,
  entry: SubscriptionEntry,
  event: ChangeEvent,
  resource: Resource,
  leased: Map<string, Set<string>>,
): Match {
  const coalescing = entry.bot === undefined ? undefined : cache.coalescing(event.tenant, entry.bot);
  const tooDeep = entry.channel === 'bot' && event.depth >= MAX_DEPTH;
  if (tooDeep) {
    alert({ kind: 'depth-exceeded', tenant: event.tenant, subscription: entry.id });
    audit(stoppedAt(entry, event));
  }
  const key = `${event.tenant} ${entry.id}`;
  const order = orderKey(entry, event, coalescing, resource);
  const orders = leased.get(key) ?? new Set<string>();
  leased.set(key, orders.add(order));
  const lease = entry.channel !== 'websocket' && orders.size <= 16 && deliverer.hasRoom(event.tenant, entry.id);
  return {
    seq: event.seq,
    subscription: entry.id,
    channel: entry.channel,
    orderKey: order,
    coalescing: coalescing !== undefined,
    lease,
    ...(tooDeep && { withheld: `Bots set each other off ${MAX_DEPTH} times` }),
  };
}

/** A run that was not made, for the audit; its number is given when it is recorded. */
function stoppedAt({ author, id, channel }: SubscriptionEntry, event: ChangeEvent): SentNotification {
  const stored = { type: event.type, id: event.id, version: event.version, json: contentOf(event) };
  return { tenant: event.tenant, author, subscription: id, number: 0, channel, stored, outcome: 'withheld' };
}

/**
 * What keeps its order: the resource; or, when one run of the bot covers all of a patient or all there is, a key that names
 * the bot and so is the same under all its Subscriptions.
 */
function orderKey(
  entry: SubscriptionEntry,
  event: ChangeEvent,
  coalescing: Coalescing | undefined,
  resource: Resource,
): string {
  const own = `${event.type}/${event.id}`;
  if (coalescing === undefined) {
    return own;
  }
  return coalescing === 'bot' ? `Bot/${entry.bot}` : `Bot/${entry.bot} ${patientOf(resource) ?? own}`;
}

/** The check of rights goes on while the delivery is being recorded; a failure is met where the answer is used. */
function known({ deliverer }: EventSinkOptions, entry: SubscriptionEntry, event: ChangeEvent): KnownDelivery {
  const mayRead = deliverer.mayRead(entry, { ...event, createdAt: event.at, content: contentOf(event) });
  mayRead.catch(() => undefined);
  return { entry, mayRead };
}

function contentOf({ interaction, previous, content }: ChangeEvent): string {
  return (interaction === 'delete' ? previous : content) ?? '';
}

function deliverLeased(
  { deliverer }: EventSinkOptions,
  matched: readonly MatchedEvent[],
  deliveries: readonly RecordedDelivery[],
): void {
  const byKey = new Map(matched.map((entry) => [`${entry.event.seq} ${entry.match.subscription}`, entry]));
  for (const recorded of deliveries) {
    const found = byKey.get(`${recorded.seq} ${recorded.subscription}`);
    if (found !== undefined && recorded.leased) {
      deliverer.deliver(toDelivery(found, recorded), found.known);
    } else if (recorded.state === 'pending') {
      deliverer.noteBacklog();
    }
  }
}

function toDelivery({ event, match }: MatchedEvent, recorded: RecordedDelivery): Delivery {
  const { seq, tenant, rid, type, id, version, interaction, depth } = event;
  return {
    ...{ seq, tenant, rid, type, id, version, interaction, depth, content: contentOf(event) },
    subscription: match.subscription,
    number: recorded.number,
    channel: match.channel,
    orderKey: match.orderKey,
    coalescing: match.coalescing,
    attempts: 0,
    createdAt: recorded.created_at,
  };
}
