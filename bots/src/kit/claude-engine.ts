import Anthropic from '@anthropic-ai/sdk';
import type { ModelEngine, ModelReply, ModelRequest, ReplyKind } from './engine.ts';
import { renderPrompt } from './prompt.ts';

/** How a bot reaches Claude by itself, on a server without a model gateway. */
export interface ClaudeAccess {
  /** From the bot's secrets; never written anywhere. */
  readonly apiKey: string;
  readonly model: string;
  readonly baseUrl?: string;
}

const TIMEOUT_MS = 45_000;

/** Claude through the SDK inside the bot; it never throws: each failure is a reply kind. @see https://docs.anthropic.com/en/api/messages */
export const claudeEngine: ((access: ClaudeAccess) => ModelEngine) | undefined = (access) => ({
  kind: 'claude',
  async ask(request: ModelRequest): Promise<ModelReply> {
    try {
      return await askClaude(access, request);
    } catch (error) {
      const isSlow = error instanceof Anthropic.APIConnectionTimeoutError;
      return { kind: isSlow ? 'slow' : 'unavailable', value: undefined, model: access.model };
    }
  },
});

async function askClaude({ apiKey, model, baseUrl }: ClaudeAccess, request: ModelRequest): Promise<ModelReply> {
  lendGlobals();
  const client = new Anthropic({
    apiKey,
    timeout: TIMEOUT_MS,
    maxRetries: 1,
    logLevel: 'off',
    dangerouslyAllowBrowser: true,
    fetch: plainFetch(apiKey),
    ...(baseUrl && { baseURL: baseUrl }),
  });
  const { system, user } = renderPrompt(request.prompt, request.variables);
  const message = await client.messages.create({
    model,
    max_tokens: request.maxTokens,
    system,
    messages: [{ role: 'user', content: user }],
    output_config: { format: { type: 'json_schema', schema: { ...request.prompt.schema } } },
  });
  const text = message.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('');
  const early = EARLY[message.stop_reason ?? ''];
  return early ? { kind: early, value: undefined, model: message.model } : { ...parsed(text), model: message.model };
}

/** Sends with header fields as a plain object: those of a bare realm are none that the host's `fetch` knows. */
function plainFetch(apiKey: string): typeof fetch {
  return (url, init) => {
    const given = init?.headers && Symbol.iterator in init.headers ? Object.fromEntries(init.headers) : {};
    const headers = {
      'anthropic-version': '2023-06-01',
      ...(given as Record<string, string>),
      'x-api-key': apiKey,
      'content-type': 'application/json',
    };
    return fetch(url, {
      method: init?.method ?? 'POST',
      headers,
      body: init?.body ?? null,
      signal: init?.signal ?? null,
    });
  };
}

/** Reasons for which a reply ended before it was complete. */
const EARLY: Readonly<Record<string, ReplyKind>> = {
  max_tokens: 'truncated',
  model_context_window_exceeded: 'truncated',
  refusal: 'refused',
  pause_turn: 'truncated',
};

function parsed(text: string): Pick<ModelReply, 'kind' | 'value'> {
  if (text.trim() === '') {
    return { kind: 'empty', value: undefined };
  }
  try {
    return { kind: 'complete', value: JSON.parse(text) as unknown };
  } catch {
    return { kind: 'malformed', value: undefined };
  }
}

/** Aborts nothing: the host ends a run that takes too long. */
class NoAbort {
  readonly signal = undefined;
  abort(): void {}
}

/** A class of which nothing is ever an instance. */
class Absent {}

/** Header fields by their names in lower case. @see https://fetch.spec.whatwg.org/#headers-class */
class PlainHeaders extends Map<string, string> {
  override get(name: string): string | undefined {
    return super.get(name.toLowerCase());
  }
  override has(name: string): boolean {
    return super.has(name.toLowerCase());
  }
  override set(name: string, value: string): this {
    return super.set(name.toLowerCase(), String(value));
  }
  override delete(name: string): boolean {
    return super.delete(name.toLowerCase());
  }
  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === undefined ? value : `${before}, ${value}`);
  }
}

/** Hosts that run bots in process lend neither timers nor these classes; the SDK needs little more than their presence. */
function lendGlobals(): void {
  const lent: Readonly<Record<string, unknown>> = {
    setTimeout: () => 0,
    clearTimeout: () => undefined,
    AbortController: NoAbort,
    Headers: PlainHeaders,
    FormData: Absent,
    Blob: Absent,
    ReadableStream: Absent,
    Response: Absent,
  };
  for (const [name, value] of Object.entries(lent)) {
    if (!(name in globalThis)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  }
}
