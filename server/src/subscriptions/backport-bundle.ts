import type { Delivery } from './delivery.ts';
import { type StatusFacts, statusParameters } from './status-parameters.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** The Bundle of a notification without events: a handshake or a heartbeat. */
export function statusBundle(status: StatusFacts, at: Date): string {
  return bundle(status, [], at);
}

/**
 * The notification of one event: empty says only that there was one, id-only names the resource, full-resource carries the
 * version, whose stored text goes in as it is.
 * @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/payloads.html
 */
export function eventBundle(entry: SubscriptionEntry, delivery: Delivery, at: Date): string {
  const focus = `${delivery.type}/${delivery.id}`;
  const named = entry.content !== 'empty' && { focus };
  const status: StatusFacts = {
    id: entry.id,
    status: 'active',
    type: 'event-notification',
    ...(entry.topic !== undefined && { topic: entry.topic }),
    last: delivery.number,
    events: [{ number: delivery.number, at: delivery.createdAt, ...named }],
  };
  return bundle(status, entry.content === 'empty' ? [] : [eventEntry(entry, delivery, focus)], at);
}

function eventEntry(entry: SubscriptionEntry, delivery: Delivery, focus: string): string {
  const deleted = delivery.interaction === 'delete';
  const method = deleted ? 'DELETE' : delivery.interaction === 'create' ? 'POST' : 'PUT';
  const status = deleted ? '204' : delivery.interaction === 'create' ? '201' : '200';
  const url = method === 'POST' ? delivery.type : focus;
  const head = JSON.stringify({ fullUrl: focus, request: { method, url }, response: { status } });
  return entry.content === 'full-resource' && !deleted ? `${head.slice(0, -1)},"resource":${delivery.content}}` : head;
}

function bundle(status: StatusFacts, entries: readonly string[], at: Date): string {
  const first = {
    resource: statusParameters(status),
    request: { method: 'GET', url: `Subscription/${status.id}/$status` },
    response: { status: '200' },
  };
  const all = [JSON.stringify(first), ...entries].join(',');
  return `{"resourceType":"Bundle","type":"history","timestamp":"${at.toISOString()}","entry":[${all}]}`;
}
