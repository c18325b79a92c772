import type { Database } from '../../database/index.ts';
import type { BotHost } from '../bot-host.ts';
import type { BotToken } from '../bot-token.ts';

/** What the operations on Bot work with. */
export interface BotOperationsOptions<T extends BotToken = BotToken> {
  readonly database: Database;
  readonly host: BotHost<T>;
  readonly clock: () => Date;
  /** Base of FHIR URLs with a trailing slash. */
  readonly fhirUrl: string;
}
