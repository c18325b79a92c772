import type { BotHost } from './bot-host.ts';
import type { BotToken } from './bot-token.ts';

/** An event of a Subscription whose channel is a bot; what the subscriptions room hands over. */
export interface BotDelivery {
  readonly tenant: number;
  readonly subscription: string;
  readonly number: number;
  readonly seq: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly interaction: 'create' | 'update' | 'delete';
  readonly depth: number;
  readonly attempts: number;
  readonly content: string;
}

/** The Subscription of such an event. */
export interface BotSubscription {
  readonly bot?: string;
  readonly author: string;
  readonly contentType: string;
}

export type BotDeliveryResult =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly error: string }
  | { readonly kind: 'dead'; readonly error: string };

/** What a bot throws may speak of a patient: it stays with the run, sealed, and out of deliveries and dead letters. */
const FAILED = 'The bot failed: its runs say why';

/** Runs the bot of a Subscription on one event. The idempotency key is the same on every attempt. */
export async function runForSubscription<T extends BotToken>(
  host: BotHost<T>,
  entry: BotSubscription,
  delivery: BotDelivery,
): Promise<BotDeliveryResult> {
  const bot = entry.bot ?? '';
  const deleted = delivery.interaction === 'delete';
  const outcome = await host.run({
    tenant: delivery.tenant,
    bot,
    cause: 'subscription',
    inputJson: delivery.content || '{}',
    inputLabel: `${delivery.type}/${delivery.id}/_history/${delivery.version}`,
    contentType: entry.contentType,
    headers: {
      'x-medplum-subscription': delivery.subscription,
      'x-medplum-interaction': delivery.interaction,
      'x-event-number': String(delivery.number),
      ...(deleted && { 'x-medplum-deleted-resource': `${delivery.type}/${delivery.id}` }),
    },
    requester: entry.author,
    traceId: `${delivery.subscription}.${delivery.number}`,
    idempotencyKey: `${delivery.seq}.${bot}`,
    attempt: delivery.attempts + 1,
    depth: delivery.depth,
    subscription: delivery.subscription,
    number: delivery.number,
  });
  if (outcome.state === 'succeeded') {
    return { kind: 'delivered' };
  }
  const error = outcome.state === 'failed' ? FAILED : (outcome.error ?? FAILED);
  return { kind: outcome.retryable ? 'retry' : 'dead', error };
}
