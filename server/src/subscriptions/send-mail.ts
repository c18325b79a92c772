import { type Delivery, type DeliveryResult, deliveryId } from './delivery.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

/** One message, as the mail service of the installation takes it. */
export interface NoticeMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Hands a message to the mail service. */
export type SendMail = (mail: NoticeMail) => Promise<void>;

/**
 * Tells by mail that there was an event. The message carries no content and no name: what it was about is read behind
 * a sign-in.
 */
export async function sendNoticeMail(
  send: SendMail | undefined,
  entry: SubscriptionEntry,
  delivery: Delivery,
  baseUrl: string,
): Promise<DeliveryResult> {
  if (send === undefined) {
    return { kind: 'dead', error: 'No mail service is set up: nothing was sent' };
  }
  const events = `${baseUrl}/fhir/R4/Subscription/${entry.id}/$events?eventsSinceNumber=${delivery.number}`;
  try {
    await send({
      to: entry.endpoint.replace(/^mailto:/, ''),
      subject: 'MindBridge: something you asked to be told about',
      text: `There was an event that you subscribed to.\n\nRead it after signing in:\n${events}\n\nMessage ${deliveryId(delivery)}`,
    });
    return { kind: 'delivered' };
  } catch {
    return { kind: 'retry', error: 'The mail service did not take the message' };
  }
}
