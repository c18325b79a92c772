import type { Database } from '../../database/index.ts';
import type { JobQueue } from '../../repository/index.ts';
import type { BotHost } from '../bot-host.ts';
import type { BotToken } from '../bot-token.ts';

/** What the operations on Bot work with. */
export interface BotOperationsOptions<T extends BotToken = BotToken> {
  readonly database: Database;
  readonly host: BotHost<T>;
  /** Where runs for callers who do not wait are handed in. */
  readonly jobs: () => JobQueue;
  readonly clock: () => Date;
  /** Base of FHIR URLs with a trailing slash. */
  readonly fhirUrl: string;
}
