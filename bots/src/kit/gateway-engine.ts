import type { MedplumClient } from '@medplum/core';
import type { ModelEngine, ModelReply, ModelRequest } from './engine.ts';
import { replyReasons } from './engine.ts';
import { renderPrompt } from './prompt.ts';

/** The part of MedplumClient that reaches the gateway. */
export type GatewayClient = Pick<MedplumClient, 'post' | 'fhirUrl'>;

/**
 * Claude behind the server's model gateway (`Bot/$model`): the key, the budget and the record stay in the server. A
 * server without a gateway or without a key has no model configured; nothing is thrown.
 */
export function gatewayEngine(client: GatewayClient, purpose: string): ModelEngine {
  return {
    kind: 'claude',
    async ask(request: ModelRequest): Promise<ModelReply> {
      try {
        return readReply(
          await client.post(client.fhirUrl('Bot', '$model'), bodyOf(request, purpose), 'application/json'),
        );
      } catch (error) {
        return { kind: hasNoModel(error) ? 'not-configured' : 'unavailable', value: undefined, model: '' };
      }
    },
  };
}

/** Did the server answer that it has no gateway, or no key for it? Known by its shape: a host may carry another client. */
function hasNoModel(error: unknown): boolean {
  const text = JSON.stringify(typeof error === 'object' && error !== null && 'outcome' in error ? error.outcome : '');
  return /"no-model"|"code":"(?:not-found|not-supported)"/.test(text);
}

function bodyOf(request: ModelRequest, purpose: string): Record<string, unknown> {
  const { system, user } = renderPrompt(request.prompt, request.variables);
  return {
    system,
    messages: [{ role: 'user', content: user }],
    schema: request.prompt.schema,
    maxTokens: request.maxTokens,
    purpose,
    promptId: request.prompt.id,
    promptVersion: request.prompt.version,
    ...(request.manifest && { manifest: request.manifest }),
  };
}

function readReply(answer: unknown): ModelReply {
  const reply = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  const known = reply.kind === 'complete' || Object.hasOwn(replyReasons, String(reply.kind));
  const model = typeof reply.model === 'string' ? reply.model : '';
  return { kind: known ? (reply.kind as ModelReply['kind']) : 'malformed', value: reply.value, model };
}
