import { randomUUID } from 'node:crypto';
import type { Delivery } from './delivery.ts';
import { type StatusFacts, statusParameters } from './status-parameters.ts';
import type { PayloadContent, SubscriptionEntry } from './subscription-entry.ts';

const NOTIFICATION =
  'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-notification-r4';

/** What a notification says of one event. */
export type NotifiedEvent = Pick<Delivery, 'number' | 'type' | 'id' | 'interaction' | 'createdAt' | 'content'>;

/** When a notification is made, and the base of the URLs in it. */
export interface NotificationFrame {
  readonly at: Date;
  /** Address of the server without a trailing slash, such as `https://clinic.example`. */
  readonly baseUrl: string;
}

/** The Bundle of a notification without events: a handshake or a heartbeat. */
export function statusBundle(status: StatusFacts, at: Date): string {
  return bundle(status, [], at);
}

/** The notification of events of an active Subscription. */
export function eventBundle(
  { id, topic, content = 'full-resource' }: Pick<SubscriptionEntry, 'id' | 'topic' | 'content'>,
  events: readonly NotifiedEvent[],
  frame: NotificationFrame,
): string {
  const last = Math.max(...events.map(({ number }) => number));
  const facts = { id, topic, status: 'active', type: 'event-notification', last } as const;
  return eventsBundle(facts, events, content, frame);
}

/**
 * A Bundle of events: empty says only that there were some, id-only names the resources, full-resource carries the versions,
 * whose stored text goes in as it is.
 * @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/payloads.html
 */
export function eventsBundle(
  facts: Omit<StatusFacts, 'events'>,
  events: readonly NotifiedEvent[],
  content: PayloadContent,
  { at, baseUrl }: NotificationFrame,
): string {
  const notices = events.map(({ number, createdAt, type, id }) => ({
    number,
    at: createdAt,
    ...(content !== 'empty' && { focus: `${type}/${id}` }),
  }));
  const entries = content === 'empty' ? [] : events.map((event) => eventEntry(event, content, baseUrl));
  return bundle({ ...facts, events: notices }, entries, at);
}

function eventEntry(event: NotifiedEvent, content: PayloadContent, baseUrl: string): string {
  const { type, id, interaction } = event;
  const deleted = interaction === 'delete';
  const method = deleted ? 'DELETE' : interaction === 'create' ? 'POST' : 'PUT';
  const status = deleted ? '204' : interaction === 'create' ? '201' : '200';
  const focus = `${type}/${id}`;
  const request = { method, url: method === 'POST' ? type : focus };
  const head = JSON.stringify({ fullUrl: `${baseUrl}/fhir/R4/${focus}`, request, response: { status } });
  return content === 'full-resource' && !deleted ? `${head.slice(0, -1)},"resource":${event.content}}` : head;
}

function bundle(status: StatusFacts, entries: readonly string[], at: Date): string {
  const first = {
    fullUrl: `urn:uuid:${randomUUID()}`,
    resource: statusParameters(status),
    request: { method: 'GET', url: `Subscription/${status.id}/$status` },
    response: { status: '200' },
  };
  const all = [JSON.stringify(first), ...entries].join(',');
  const meta = JSON.stringify({ profile: [NOTIFICATION] });
  return `{"resourceType":"Bundle","id":"${randomUUID()}","meta":${meta},"type":"history","timestamp":"${at.toISOString()}","entry":[${all}]}`;
}
