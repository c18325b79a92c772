import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';

const PROFILE = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4';

/** One event as a status names it. */
export interface EventNotice {
  readonly number: number;
  readonly at: Date;
  /** Reference of what the event is about; absent in empty notifications. */
  readonly focus?: string;
}

/** What a status tells of a Subscription. */
export interface StatusFacts {
  readonly id: string;
  readonly status: string;
  readonly type: 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';
  readonly topic?: string | undefined;
  /** Number of the last event. */
  readonly last: number;
  readonly events?: readonly EventNotice[];
}

/** The SubscriptionStatus of the backport as R4 has it. @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/StructureDefinition-backport-subscription-status-r4.html */
export function statusParameters({ id, status, type, topic, last, events = [] }: StatusFacts): Parameters {
  const notified = events.map(
    ({ number, at, focus }): ParametersParameter => ({
      name: 'notification-event',
      part: [
        { name: 'event-number', valueString: String(number) },
        { name: 'timestamp', valueInstant: at.toISOString() },
        ...(focus === undefined ? [] : [{ name: 'focus', valueReference: { reference: focus } }]),
      ],
    }),
  );
  return {
    resourceType: 'Parameters',
    meta: { profile: [PROFILE] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `Subscription/${id}` } },
      ...(topic === undefined ? [] : [{ name: 'topic', valueCanonical: topic }]),
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(last) },
      ...notified,
    ],
  };
}
