import type { Delivery, DeliveryResult } from './delivery.ts';
import type { SubscriptionEntry } from './subscription-entry.ts';

export interface NotificationBatchesOptions {
  /** Sends one notification with all of these events. */
  readonly send: (entry: SubscriptionEntry, deliveries: readonly Delivery[]) => Promise<DeliveryResult>;
  /** May the author read the version now? */
  readonly mayRead: (entry: SubscriptionEntry, delivery: Delivery) => Promise<boolean>;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly done: (result: DeliveryResult) => void;
}

const WITHHELD = { kind: 'withheld', error: 'The author of the Subscription may not read this version' } as const;

/**
 * Notifications with several events, for Subscriptions with a `backport-max-count`: nothing is held back to wait for more; what
 * comes while a notification is under way goes with the next one.
 */
export class NotificationBatches {
  private readonly options: NotificationBatchesOptions;
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(options: NotificationBatchesOptions) {
    this.options = options;
  }

  /** Sends an event with the next notification of its Subscription; gives what became of it. */
  send(entry: SubscriptionEntry, delivery: Delivery): Promise<DeliveryResult> {
    return new Promise((done) => {
      const key = `${entry.tenant} ${entry.id}`;
      const waiting = this.waiting.get(key);
      if (waiting !== undefined) {
        waiting.push({ delivery, done });
        return;
      }
      this.waiting.set(key, [{ delivery, done }]);
      setImmediate(() => void this.sendAll(key, entry));
    });
  }

  private async sendAll(key: string, entry: SubscriptionEntry): Promise<void> {
    for (let waiting = this.waiting.get(key) ?? []; waiting.length > 0; ) {
      const readable: Waiting[] = [];
      for (const each of waiting.splice(0, entry.maxCount ?? 1)) {
        if (await this.options.mayRead(entry, each.delivery).catch(() => false)) {
          readable.push(each);
        } else {
          each.done(WITHHELD);
        }
      }
      if (readable.length > 0) {
        const result = await this.sendOnce(entry, readable);
        for (const { done } of readable) {
          done(result);
        }
      }
    }
    this.waiting.delete(key);
  }

  private async sendOnce(entry: SubscriptionEntry, batch: readonly Waiting[]): Promise<DeliveryResult> {
    try {
      return await this.options.send(
        entry,
        batch.map(({ delivery }) => delivery).sort((a, b) => a.number - b.number),
      );
    } catch {
      return { kind: 'retry', error: 'The delivery failed inside the server' };
    }
  }
}
