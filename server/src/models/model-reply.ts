/** How a model's reply ended; only `complete` may be used. */
export type ReplyKind =
  | 'complete'
  | 'truncated'
  | 'refused'
  | 'malformed'
  | 'empty'
  | 'over-budget'
  | 'slow'
  | 'unavailable';

/** What the gateway answers. */
export interface ModelReply {
  readonly kind: ReplyKind;
  /** With a schema the parsed JSON, otherwise the text; unknown until the caller's own parser has read it. */
  readonly value?: unknown;
  /** Model that answered, as it names itself; the model asked for when none did. */
  readonly model: string;
  readonly stopReason?: string;
  /** Request id of the provider. */
  readonly providerId?: string;
  /** How often the call was sent again after the first time. */
  readonly retries?: number;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}

const STOPPED_SHORT = new Set(['max_tokens', 'model_context_window_exceeded', 'pause_turn']);

/** Reads what a message says: its kind, and its value by whether JSON was asked for. */
export function readMessage(
  text: string,
  stopReason: string | null,
  wantsJson: boolean,
): { readonly kind: ReplyKind; readonly value?: unknown } {
  if (stopReason === 'refusal') {
    return { kind: 'refused' };
  }
  if (stopReason !== null && STOPPED_SHORT.has(stopReason)) {
    return { kind: 'truncated' };
  }
  if (text.trim() === '') {
    return { kind: 'empty' };
  }
  if (!wantsJson) {
    return { kind: 'complete', value: text };
  }
  try {
    return { kind: 'complete', value: JSON.parse(text) as unknown };
  } catch {
    return { kind: 'malformed' };
  }
}
