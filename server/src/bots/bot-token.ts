import type { RunSubject } from './run-subject.ts';

/** The token of one run. */
export interface BotToken {
  readonly accessToken: string;
}

export interface BotTokenRequest {
  readonly tenant: number;
  /** Id of the run, which becomes that of the token. */
  readonly run: string;
  readonly botMembership: string;
  readonly runAs?: string;
  readonly depth: number;
  readonly ttlSeconds: number;
  /** What the bot's manifest declares; absent when it has none. */
  readonly declared?: { readonly reads: readonly string[]; readonly writes: readonly string[] };
  /** Whom the run is about: `%patient`, `%patients` and `%encounter` of the bot's policy. */
  readonly subject?: RunSubject;
}
