import { type GuardedClient, OutboundRefused } from '../outbound/index.ts';
import { type Delivery, type DeliveryResult, deliveryId } from './delivery.ts';
import { signatureHeaders } from './signature.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** Longest time in ms that a receiver has for one delivery. */
const TIMEOUT_MS = 10_000;

/** The headers of a rest-hook message. @see https://hl7.org/fhir/R4/subscription.html#2.46.7.1 */
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
  now: Date,
): Promise<DeliveryResult> {
  const body = delivery.interaction === 'delete' ? '{}' : delivery.content;
  try {
    const { status } = await client.send({
      url: entry.endpoint,
      method: 'POST',
      headers: restHookHeaders(entry, delivery, body, now),
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return status >= 200 && status < 300
      ? { kind: 'delivered' }
      : { kind: 'retry', error: `The receiver answered ${status}` };
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): DeliveryResult {
  if (error instanceof OutboundRefused) {
    return { kind: 'dead', error: error.message };
  }
  const code = (error as { code?: unknown } | null)?.code;
  const name = error instanceof Error ? error.name : 'Error';
  return { kind: 'retry', error: `The receiver could not be reached (${typeof code === 'string' ? code : name})` };
}
