import type { Outcome } from './outcome.ts';
import type { Prompt } from './prompt.ts';

/** Which engine spoke. Shown beside every text. */
export type EngineKind = 'claude' | 'embedded';

/** How a model's reply ended; only `complete` may be used. */
export type ReplyKind =
  | 'complete'
  | 'truncated'
  | 'refused'
  | 'malformed'
  | 'empty'
  | 'over-budget'
  | 'slow'
  | 'unavailable'
  | 'not-configured';

/** What a prompt shows of one resource: the record of the gateway keeps it, and the gateway refuses what is hidden. */
export interface ShownElements {
  /** Versioned reference. */
  readonly reference: string;
  /** Names of elements, such as `code`. */
  readonly fields: readonly string[];
}

/** What is asked of a model: a prompt of the library and the values of its variables. */
export interface ModelRequest {
  readonly prompt: Prompt;
  readonly variables: Readonly<Record<string, string>>;
  /** What the variables show; the versions that the run has read where it is absent. */
  readonly manifest?: readonly ShownElements[];
  /** Upper limit of the reply, in tokens. */
  readonly maxTokens: number;
}

/** What a model gave back. The value is unknown until the prompt's own parser has read it. */
export interface ModelReply {
  readonly kind: ReplyKind;
  readonly value: unknown;
  /** Model that answered, as it names itself. */
  readonly model: string;
}

/** A model behind the one interface; it never throws: each failure is a reply kind. */
export interface ModelEngine {
  readonly kind: 'claude';
  ask(request: ModelRequest): Promise<ModelReply>;
}

/** Sentence for an abstention, by how the reply ended. */
export const replyReasons: Readonly<Record<Exclude<ReplyKind, 'complete'>, string>> = {
  truncated: 'The model stopped before it had finished.',
  refused: 'The model declined to answer.',
  malformed: 'The model answered in a form that the prompt does not allow.',
  empty: 'The model answered nothing.',
  'over-budget': 'The budget for model calls is used up.',
  slow: 'The model did not answer in time.',
  unavailable: 'The model cannot be reached.',
  'not-configured': 'No model is configured.',
};

/** Turns a reply into an outcome: the parser sees only complete replies, and may abstain itself. */
export function outcomeOfReply<T>(reply: ModelReply, parse: (value: unknown) => Outcome<T>): Outcome<T> {
  if (reply.kind !== 'complete') {
    return { kind: 'abstain', code: `model-${reply.kind}`, reason: replyReasons[reply.kind] };
  }
  return parse(reply.value);
}
