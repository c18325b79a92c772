/** What the parent asks a bot process to do. */
export interface RunRequest {
  readonly kind: 'run';
  readonly run: string;
  /** Hash of the code; the process keeps the code it was last sent under it. */
  readonly codeHash: string;
  /** The code, when this process does not have it yet. */
  readonly code?: string;
  readonly moduleKind: 'cjs' | 'esm';
  /** The bot's event as JSON. */
  readonly event: string;
  /** Base URL of the server, with a trailing slash. */
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly timeLimitMs: number;
  /** Hosts beside the server that the run may call, as entries of an allow list. */
  readonly egress: readonly string[];
  /** Entries of the setting OUTBOUND_ALLOW: only these may lie inside the network, or be called without TLS. */
  readonly inside: readonly string[];
  /** A recording to answer from, instead of calling; packed. */
  readonly replay?: string;
  /** In a replay: ask the model gateway for real instead of giving its recorded replies. */
  readonly liveModels?: boolean;
}

/** Limits of every run of a process, given once at its start. */
export interface SandboxLimits {
  readonly memoryMb: number;
  readonly maxOutputBytes: number;
  readonly maxLogBytes: number;
  /** Largest recording that is kept of a run. */
  readonly maxRecordedBytes: number;
}

/** How a run ended, as the bot process saw it. */
export interface RunOutcome {
  readonly kind: 'outcome';
  readonly run: string;
  readonly state: 'succeeded' | 'failed' | 'timeout' | 'memory' | 'output';
  /** JSON of what the handler returned; absent for undefined. */
  readonly output?: string;
  readonly error?: string;
  /** False when the bot said that trying again is of no use. */
  readonly retryable: boolean;
  readonly log: string;
  readonly durationMs: number;
  /** The recording of the run, packed; absent when it was too large, or the process was killed. */
  readonly recording?: string;
  /** In a replay: what was done otherwise than recorded. */
  readonly differences?: readonly string[];
}

/** Sent once the process can take a run. */
export interface Ready {
  readonly kind: 'ready';
}

export type FromProcess = RunOutcome | Ready;
