import { type GuardedClient, OutboundRefused } from '../outbound/index.ts';
import { eventBundle, type NotificationFrame } from './backport-bundle.ts';
import { type Delivery, type DeliveryResult, deliveryId } from './delivery.ts';
import type { StatusRange } from './medplum-extensions.ts';
import { signatureHeaders } from './signature.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** Longest time in ms that a receiver has for one delivery. */
const TIMEOUT_MS = 10_000;
const SUCCESS: readonly StatusRange[] = [[200, 299]];

/** The headers of a rest-hook message; one with several events bears the id and the number of the first. @see https://hl7.org/fhir/R4/subscription.html#2.46.7.1 */
export function restHookHeaders(
  entry: SubscriptionEntry,
  delivery: Delivery,
  body: string,
  now: Date,
): Record<string, string> {
  const deleted = delivery.interaction === 'delete' && {
    'x-medplum-deleted-resource': `${delivery.type}/${delivery.id}`,
  };
  return {
    ...entry.headers,
    'content-type': entry.contentType,
    'x-medplum-subscription': entry.id,
    'x-medplum-interaction': delivery.interaction,
    'x-event-number': String(delivery.number),
    ...deleted,
    ...signatureHeaders({
      secret: entry.secret,
      id: deliveryId(delivery),
      timestamp: Math.floor(now.getTime() / 1000),
      body,
    }),
  };
}

/** POSTs the resource, as of its version, to the endpoint; anything but a 2xx answer is tried again. */
export async function sendRestHook(
  client: GuardedClient,
  entry: SubscriptionEntry,
  delivery: Delivery,
  frame: NotificationFrame,
): Promise<DeliveryResult> {
  return postRestHook(client, entry, restHookBody(entry, delivery, frame), (body) =>
    restHookHeaders(entry, delivery, body, frame.at),
  );
}

/** POSTs one notification with several events, by rising number. */
export async function sendRestHookBatch(
  client: GuardedClient,
  entry: SubscriptionEntry,
  deliveries: readonly Delivery[],
  frame: NotificationFrame,
): Promise<DeliveryResult> {
  const [first] = deliveries;
  return first === undefined
    ? { kind: 'delivered' }
    : postRestHook(client, entry, eventBundle(entry, deliveries, frame), (body) =>
        restHookHeaders(entry, first, body, frame.at),
      );
}

/** What is sent: the resource itself, or the notification of the backport when the Subscription asks for one. */
function restHookBody(entry: SubscriptionEntry, delivery: Delivery, frame: NotificationFrame): string {
  if (entry.content !== undefined) {
    return eventBundle(entry, [delivery], frame);
  }
  return delivery.interaction === 'delete' ? '{}' : delivery.content;
}

/** POSTs a text to the endpoint of a Subscription. */
export async function postRestHook(
  client: GuardedClient,
  entry: Pick<SubscriptionEntry, 'endpoint' | 'timeoutSeconds' | 'successCodes'>,
  body: string,
  headersFor: (body: string) => Record<string, string>,
): Promise<DeliveryResult> {
  try {
    const { status, headers } = await client.send({
      url: entry.endpoint,
      method: 'POST',
      headers: headersFor(body),
      body,
      withoutBody: true,
      signal: AbortSignal.timeout(Math.min(TIMEOUT_MS, (entry.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000)),
    });
    return (entry.successCodes ?? SUCCESS).some(([first, last]) => first <= status && status <= last)
      ? { kind: 'delivered' }
      : { kind: 'retry', error: `The receiver answered ${status}`, notBeforeMs: retryAfterMs(headers['retry-after']) };
  } catch (error) {
    return refusal(error);
  }
}

/** How long a receiver asks to be left alone, in ms. @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function retryAfterMs(header: string | string[] | undefined): number | undefined {
  const text = typeof header === 'string' ? header.trim() : '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return ms > 0 ? ms : undefined;
}

/** An address that must not be called never will be; one that only a redirect led to may be another one next time. */
function refusal(error: unknown): DeliveryResult {
  if (error instanceof OutboundRefused) {
    return { kind: error.redirected ? 'retry' : 'dead', error: error.message };
  }
  const code = (error as { code?: unknown } | null)?.code;
  const name = error instanceof Error ? error.name : 'Error';
  return { kind: 'retry', error: `The receiver could not be reached (${typeof code === 'string' ? code : name})` };
}
