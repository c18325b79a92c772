import type Anthropic from '@anthropic-ai/sdk';
import type { ModelPrice } from './model-price.ts';
import { type ModelReply, readMessage } from './model-reply.ts';

/** How Claude is reached; the key never leaves this room. */
export interface ClaudeSettings {
  readonly apiKey: string;
  readonly baseUrl?: string;
  readonly model: string;
  /** Longest time in ms for a call with its retries; default 60,000. */
  readonly timeoutMs?: number;
  /** What its operator pays; absent where nobody set it. */
  readonly price?: ModelPrice;
}

/** What is asked. */
export interface ModelQuestion {
  readonly system: string;
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  /** JSON Schema of the answer; without one the answer is text. */
  readonly schema?: Readonly<Record<string, unknown>>;
  readonly maxTokens: number;
}

/** Asks Claude; each failure is a kind of reply, none is thrown. */
export type AskClaude = (question: ModelQuestion) => Promise<ModelReply>;

/** Makes the caller of Claude. The SDK is loaded at the first call. @see https://docs.anthropic.com/en/api/messages */
export function createAskClaude(settings: ClaudeSettings): AskClaude {
  let client: Promise<Anthropic> | undefined;
  const timeout = settings.timeoutMs ?? 60_000;
  return async (question) => {
    client ??= loadClient(settings, timeout);
    const counter = { sent: 0 };
    const retries = () => Math.max(0, counter.sent - 1);
    try {
      const counting = (await client).withOptions({ fetch: countingFetch(counter) });
      const reply = await ask(counting, settings.model, question, AbortSignal.timeout(timeout));
      return { ...reply, retries: retries() };
    } catch (error) {
      return { ...failed(settings.model, error), retries: retries() };
    }
  };
}

/** `fetch` that counts what it sends: the SDK tries again by itself. */
function countingFetch(counter: { sent: number }): typeof fetch {
  return (input, init) => {
    counter.sent++;
    return fetch(input, init);
  };
}

async function loadClient({ apiKey, baseUrl }: ClaudeSettings, timeout: number): Promise<Anthropic> {
  const { default: Client } = await import('@anthropic-ai/sdk');
  return new Client({
    apiKey,
    timeout,
    maxRetries: 2,
    logLevel: 'off',
    ...(baseUrl !== undefined && { baseURL: baseUrl }),
  });
}

async function ask(
  client: Anthropic,
  model: string,
  question: ModelQuestion,
  signal: AbortSignal,
): Promise<ModelReply> {
  const { system, messages, schema, maxTokens } = question;
  const message = await client.messages.create(
    {
      model,
      max_tokens: maxTokens,
      system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
      messages: messages.map(({ role, content }) => ({ role, content })),
      ...(schema !== undefined && { output_config: { format: { type: 'json_schema', schema: { ...schema } } } }),
    },
    { signal },
  );
  const text = message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const { usage } = message;
  const read = (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
  return {
    ...readMessage(text, message.stop_reason, schema !== undefined),
    model: message.model,
    ...(message.stop_reason !== null && { stopReason: message.stop_reason }),
    ...(message._request_id && { providerId: message._request_id }),
    usage: { inputTokens: usage.input_tokens + read, outputTokens: usage.output_tokens },
  };
}

function failed(model: string, error: unknown): ModelReply {
  const name = error instanceof Error ? error.constructor.name : '';
  const slow = name === 'APIConnectionTimeoutError' || name === 'APIUserAbortError' || name === 'DOMException';
  return { kind: slow ? 'slow' : 'unavailable', model, usage: { inputTokens: 0, outputTokens: 0 } };
}
