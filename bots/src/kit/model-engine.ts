import type { BotEvent } from '@medplum/core';
import { claudeEngine } from './claude-engine.ts';
import type { ModelEngine } from './engine.ts';
import { type GatewayClient, gatewayEngine } from './gateway-engine.ts';

/** Model that is asked where the secrets name none. */
const MODEL = 'claude-sonnet-5-5';

/**
 * The model of a bot: none where the secret `AI_ENGINE` is `embedded`; the SDK with the secret `ANTHROPIC_API_KEY` on a server
 * without a gateway (`ANTHROPIC_MODEL`, `ANTHROPIC_BASE_URL` are optional); else the server's gateway.
 */
export function modelEngine(client: GatewayClient, event: BotEvent, purpose: string): ModelEngine | undefined {
  const secret = (name: string): string | undefined => event.secrets[name]?.valueString;
  if (secret('AI_ENGINE') === 'embedded') {
    return undefined;
  }
  const apiKey = secret('ANTHROPIC_API_KEY');
  return apiKey && claudeEngine
    ? claudeEngine({ apiKey, model: secret('ANTHROPIC_MODEL') ?? MODEL, baseUrl: secret('ANTHROPIC_BASE_URL') })
    : gatewayEngine(client, purpose);
}
