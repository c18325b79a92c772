import type { Database } from '../../database/index.ts';
import type { CanRead, ShownTo } from '../deliverer.ts';

/** What the operations on Subscription work with. */
export interface SubscriptionOperationsOptions {
  readonly database: Database;
  readonly canRead: CanRead;
  readonly shownTo: ShownTo;
  /** Address of the server without a trailing slash, such as `https://clinic.example`. */
  readonly baseUrl: string;
  readonly clock: () => Date;
}
