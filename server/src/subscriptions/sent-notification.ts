import type { StoredResource } from '../fhir/index.ts';
import type { Channel } from './subscription-entry.ts';

/** What became of telling a subscriber of one version: for the audit. */
export interface SentNotification {
  readonly tenant: number;
  /** In whose name: the author of the Subscription, or whoever bound a socket. */
  readonly author: string;
  readonly subscription: string;
  readonly number: number;
  readonly channel: Channel;
  readonly stored: Pick<StoredResource, 'type' | 'id' | 'version' | 'json'>;
  /** `withheld`: nothing left the server; `failed`: the receiver may have got it all the same. */
  readonly outcome: 'sent' | 'withheld' | 'failed';
}
