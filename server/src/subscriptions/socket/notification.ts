/** What a SubscriptionStatus tells. */
export interface StatusOf {
  readonly subscription: string;
  readonly type: 'handshake' | 'heartbeat' | 'event-notification';
  /** Number of the last event of the Subscription. */
  readonly eventNumber: number;
  /** Reference of what the event is about. */
  readonly focus?: string;
  readonly at: Date;
}

function statusJson({ subscription, type, eventNumber, focus, at }: StatusOf): string {
  const event = type === 'event-notification' && {
    notificationEvent: [
      { eventNumber: String(eventNumber), timestamp: at.toISOString(), ...(focus && { focus: { reference: focus } }) },
    ],
  };
  return JSON.stringify({
    resourceType: 'SubscriptionStatus',
    status: 'active',
    type,
    eventsSinceSubscriptionStart: String(eventNumber),
    ...event,
    subscription: { reference: `Subscription/${subscription}` },
  });
}

/**
 * The notification Bundle as MedplumClient reads it: entry[0] the SubscriptionStatus, entry[1] the resource, whose stored text
 * goes in as it is.
 * @see https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/notifications.html
 */
export function notificationJson(
  status: StatusOf,
  resource?: { readonly json: string; readonly deleted: boolean },
): string {
  const entries = [`{"resource":${statusJson(status)}}`];
  if (resource?.deleted) {
    entries.push(JSON.stringify({ request: { method: 'DELETE', url: status.focus }, response: { status: '204' } }));
  } else if (resource !== undefined) {
    entries.push(`{"fullUrl":${JSON.stringify(status.focus)},"resource":${resource.json}}`);
  }
  const timestamp = JSON.stringify(status.at.toISOString());
  return `{"resourceType":"Bundle","type":"history","timestamp":${timestamp},"entry":[${entries.join(',')}]}`;
}
