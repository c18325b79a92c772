import type { Bot, Extension, Resource, Subscription } from '@medplum/fhirtypes';
import { extensionUrl } from '@mindbridge/fhir-profiles';
import type { StoredResource } from '../fhir/index.ts';
import { expressionOf, medplumExtensions, type StatusRange, statusRanges } from './medplum-extensions.ts';
import { filteredCriteria, isTopicUrl, type QueryCriteria, type Topic, topics } from './topics.ts';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
/** Extensions of the R5 backport. @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/ */
export const backportExtension = {
  filter: `${BACKPORT}/backport-filter-criteria`,
  channelType: `${BACKPORT}/backport-channel-type`,
  content: `${BACKPORT}/backport-payload-content`,
  heartbeat: `${BACKPORT}/backport-heartbeat-period`,
  timeout: `${BACKPORT}/backport-timeout`,
  maxCount: `${BACKPORT}/backport-max-count`,
} as const;

/** How much of the resource a notification carries, as the R5 backport names it. */
export type PayloadContent = 'empty' | 'id-only' | 'full-resource';

/** Attempts when the Subscription does not say (for a bot about a minute and a half); undefined = until 72 hours have passed. */
const DEFAULT_ATTEMPTS: Readonly<Partial<Record<Channel, number>>> = { bot: 10 };

export type Channel = 'rest-hook' | 'websocket' | 'bot' | 'email';
export type Interaction = 'create' | 'update' | 'delete';

/** One kind of change that a Subscription is told of. */
export interface Trigger {
  /** Resource type of the criteria. */
  readonly type: string;
  readonly criteria: string;
  /** Interactions that the topic names; undefined = all three. */
  readonly interactions?: ReadonlySet<Interaction>;
  /** FHIRPath of the topic over %current and %previous. */
  readonly expression?: string;
  /** Searches of the topic over both versions. */
  readonly queries?: QueryCriteria;
}

/** An active Subscription, taken apart once for matching and delivery. */
export interface SubscriptionEntry {
  readonly tenant: number;
  readonly id: string;
  /** Reference of who wrote the Subscription: deliveries need his rights. */
  readonly author: string;
  /** A change that meets one of them is an event: one of criteria, one or more of a topic. */
  readonly triggers: readonly Trigger[];
  /** Canonical URL of the topic, when the criteria name one. */
  readonly topic?: string;
  /** Set when notifications are Bundles of the backport; a plain R4 Subscription is sent the resource itself. */
  readonly content?: PayloadContent;
  /** Seconds without a notification after which a heartbeat is due. */
  readonly heartbeatSeconds?: number;
  /** Seconds that the receiver has for one notification, when that is less than what it has anyway. */
  readonly timeoutSeconds?: number;
  /** Most events in one notification Bundle; 1 when absent. */
  readonly maxCount?: number;
  readonly channel: Channel;
  readonly endpoint: string;
  /** Id of the Bot, on channel `bot`. */
  readonly bot?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Interactions it asks for; undefined = all three. */
  readonly interactions?: ReadonlySet<Interaction>;
  /** FHIRPath over %current and %previous. */
  readonly expression?: string;
  readonly secret?: string;
  readonly maxAttempts?: number;
  /** Answers that count as success; undefined = 2xx. */
  readonly successCodes?: readonly StatusRange[];
  /** Only resources that share one of these accounts, when there are any. */
  readonly accounts: readonly string[];
  readonly end?: Date;
}

/** The references under meta.account and meta.accounts. */
export function accountsOf(resource: Resource): string[] {
  const meta = resource.meta;
  const accounts = [...(meta?.accounts ?? []), ...(meta?.account ? [meta.account] : [])];
  return accounts.map((account) => account.reference).filter((reference) => reference !== undefined);
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (colon > 0 && /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\r\n\0]/.test(value) && !isReserved(name)) {
      headers[name.toLowerCase()] = value;
    }
  }
  return headers;
}

/** Headers that frame the message are ours to set. */
function isReserved(name: string): boolean {
  return /^(?:host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect)$/i.test(name);
}

/** Channel and bot of a Subscription; undefined when it has none that we serve. */
export function channelOf(subscription: Subscription): { channel: Channel; bot?: string } | undefined {
  const { type, endpoint } = subscription.channel ?? {};
  if (type === 'websocket') {
    return { channel: 'websocket' };
  }
  if (type === 'email') {
    return { channel: 'email' };
  }
  if (type !== 'rest-hook' || !endpoint) {
    return undefined;
  }
  const bot = /^Bot\/([A-Za-z0-9\-.]{1,64})$/.exec(endpoint)?.[1];
  return bot === undefined ? { channel: 'rest-hook' } : { channel: 'bot', bot };
}

/** The codes and numbers of an extension on an element that FHIR's JSON keeps beside it (`_criteria`, `channel._payload`). */
export function extensionsBeside(element: unknown, name: string): readonly Extension[] {
  const beside = (element as Readonly<Record<string, { extension?: readonly Extension[] } | undefined>>)[`_${name}`];
  return beside?.extension ?? [];
}

/** The filters of a topic's Subscription. */
export function filtersOf(subscription: Subscription): string[] {
  return extensionsBeside(subscription, 'criteria')
    .filter((extension) => extension.url === backportExtension.filter)
    .map((extension) => extension.valueString ?? '');
}

type BackportPart = Pick<SubscriptionEntry, 'content' | 'heartbeatSeconds' | 'timeoutSeconds' | 'maxCount'>;

function backportOf({ channel }: Subscription, isTopic: boolean): BackportPart {
  const content = extensionsBeside(channel, 'payload').find(({ url }) => url === backportExtension.content)?.valueCode;
  const known = content === 'empty' || content === 'id-only' || content === 'full-resource' ? content : undefined;
  const number = (wanted: string): number => {
    const found = (channel.extension ?? []).find(({ url }) => url === wanted);
    return found?.valueUnsignedInt ?? found?.valuePositiveInt ?? found?.valueInteger ?? 0;
  };
  const { heartbeat, timeout, maxCount } = backportExtension;
  return {
    ...((known !== undefined || isTopic) && { content: known ?? 'id-only' }),
    ...(number(heartbeat) > 0 && { heartbeatSeconds: number(heartbeat) }),
    ...(number(timeout) > 0 && { timeoutSeconds: number(timeout) }),
    ...(number(maxCount) > 0 && { maxCount: number(maxCount) }),
  };
}

/** Topics of a clinic by their canonical URLs. */
export type ClinicTopics = ReadonlyMap<string, Topic>;

/** What to match by: the criteria written down, or those of the topic's triggers with the filters. */
export function triggersOf(subscription: Subscription, topic: Topic | undefined): Trigger[] {
  const written = subscription.criteria ?? '';
  return (topic?.triggers ?? [{ criteria: written }]).flatMap((trigger) => {
    const criteria = topic ? filteredCriteria(trigger, filtersOf(subscription)) : written;
    const type = /^([A-Z][A-Za-z]+)(?:\?|$)/.exec(criteria)?.[1];
    const { interactions, expression, queries } = trigger;
    const narrowed = {
      ...(interactions && { interactions: new Set(interactions) }),
      ...(expression && { expression }),
      ...(queries && { queries }),
    };
    return type === undefined ? [] : [{ type, criteria, ...narrowed }];
  });
}

/** Takes a Subscription apart; undefined when it is not active, or its channel or criteria are not ones we serve. */
export function subscriptionEntry(
  tenant: number,
  stored: StoredResource,
  ofClinic: ClinicTopics = new Map(),
): SubscriptionEntry | undefined {
  const subscription = JSON.parse(stored.json) as Subscription;
  const channel = channelOf(subscription);
  const { criteria = '' } = subscription;
  const topic = topics.get(criteria) ?? ofClinic.get(criteria);
  const triggers = triggersOf(subscription, topic);
  if (subscription.status !== 'active' || channel === undefined || triggers.length === 0) {
    return undefined;
  }
  const interactions = medplumExtensions(subscription, 'subscription-supported-interaction').map(
    (extension) => extension.valueCode as Interaction,
  );
  const successCodes = statusRanges(
    medplumExtensions(subscription, 'subscription-success-codes')[0]?.valueString ?? '',
  );
  const maxAttempts = medplumExtensions(subscription, 'subscription-max-attempts')[0]?.valueInteger;
  return {
    tenant,
    id: stored.id,
    author: stored.author,
    triggers,
    ...(topic !== undefined && { topic: criteria }),
    ...backportOf(subscription, topic !== undefined),
    ...channel,
    endpoint: subscription.channel.endpoint ?? '',
    headers: headersOf(subscription.channel.header ?? []),
    contentType: subscription.channel.payload ?? 'application/fhir+json',
    ...(interactions.length > 0 && { interactions: new Set(interactions) }),
    expression: expressionOf(subscription),
    secret: medplumExtensions(subscription, 'subscription-secret')[0]?.valueString,
    maxAttempts: maxAttempts !== undefined && maxAttempts > 0 ? maxAttempts : DEFAULT_ATTEMPTS[channel.channel],
    ...(successCodes !== undefined && { successCodes }),
    accounts: accountsOf(subscription),
    ...(subscription.end !== undefined && { end: new Date(subscription.end) }),
  };
}

/** An active Subscription whose criteria name a topic that is neither ours nor the clinic's: no event can reach it. */
export type Topicless = Pick<SubscriptionEntry, 'tenant' | 'id' | 'author'> & { readonly url: string };

/** Tells a Subscription whose topic was deleted, retired or renamed; undefined for every other. */
export function topicless(tenant: number, stored: StoredResource, ofClinic: ClinicTopics): Topicless | undefined {
  const { status, criteria = '' } = JSON.parse(stored.json) as Subscription;
  const without = status === 'active' && isTopicUrl(criteria) && !topics.has(criteria) && !ofClinic.has(criteria);
  return without ? { tenant, id: stored.id, author: stored.author, url: criteria } : undefined;
}

/** What one run of a bot covers: the events of a patient that waited, or all that waited for the bot. */
export type Coalescing = 'patient' | 'bot';

/** What this Bot declares to cover with one run; undefined when each event has a run of its own. */
export function coalescingOf(stored: StoredResource): Coalescing | undefined {
  const bot = JSON.parse(stored.json) as Bot;
  const declared = (bot.extension ?? []).find((extension) => extension.url === extensionUrl.botCoalesce);
  const value = declared?.valueCode ?? declared?.valueString;
  return value === 'patient' || value === 'bot' ? value : undefined;
}
