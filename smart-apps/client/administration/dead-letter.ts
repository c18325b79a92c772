import type { Parameters } from '@medplum/fhirtypes';
import { parametersOf } from './parameter-parts.ts';

/** A change that could not be delivered. */
export interface DeadLetter {
  readonly key: string;
  readonly subscriptionId: string;
  /** Why the Subscription exists. */
  readonly reason: string;
  readonly channel: string;
  readonly eventNumber: string;
  readonly focus: string;
  readonly attempts: number;
  readonly error: string;
  readonly at?: string;
}

/** Reads the answer of `Subscription/$dead-letters`. */
export function deadLetters(parameters: Parameters): readonly DeadLetter[] {
  return parametersOf(parameters)
    .all('dead-letter')
    .map((one) => {
      const subscription = one.reference('subscription');
      const subscriptionId = subscription?.reference?.split('/')[1] ?? '';
      const eventNumber = one.text('event-number') ?? '';
      return {
        key: `${subscriptionId}-${eventNumber}`,
        subscriptionId,
        reason: subscription?.display ?? subscriptionId,
        channel: one.text('channel') ?? '',
        eventNumber,
        focus: one.text('focus') ?? '',
        attempts: one.number('attempts') ?? 0,
        error: one.text('error') ?? '',
        at: one.text('timestamp'),
      };
    });
}
