import type { CryptoKey } from 'jose';
import type { RequestContext } from '../../fhir/index.ts';
import type { Repository } from '../../repository/index.ts';
import type { Search } from '../../search/index.ts';

/** What a run of a bot is asked to do. */
export interface DraftTask {
  readonly bot: string;
  readonly input: unknown;
  readonly context: RequestContext;
}

/** How a run of a bot ended. */
export interface DraftRun {
  readonly state: string;
  /** JSON text of what its handler returned. */
  readonly output?: string;
}

/** What the operations on notes need from the house. */
export interface NoteDependencies {
  readonly search: Search;
  /** Everything in the caller's clinic, in the caller's name: for what the server itself answers for. */
  readonly trusted: (context: RequestContext) => Repository;
  /** Has the person proved within the last minutes to be there? */
  readonly isSteppedUp: (context: RequestContext) => boolean;
  /** Runs a bot in its own process, with a token for that run alone. */
  readonly runBot: (task: DraftTask) => Promise<DraftRun>;
  /** The server's key for signatures (RS256). */
  readonly signingKey: { readonly kid: string; readonly privateKey: CryptoKey };
  readonly clock: () => Date;
}
