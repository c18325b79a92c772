import type { ParametersParameter } from '@medplum/fhirtypes';
import type { BotRunRow } from '../list-runs.ts';

/** A run as parts of a parameter; what it does not have is left out. */
export function runParts(run: BotRunRow): ParametersParameter[] {
  const bot = { reference: `Bot/${run.bot}`, ...(run.bot_name !== null && { display: run.bot_name }) };
  const asked: ParametersParameter[] = [
    { name: 'model-calls', valueInteger: run.model_calls },
    { name: 'input-tokens', valueInteger: run.input_tokens },
    { name: 'output-tokens', valueInteger: run.output_tokens },
  ];
  return [
    { name: 'id', valueString: run.run },
    { name: 'bot', valueReference: bot },
    { name: 'state', valueCode: run.state },
    { name: 'cause', valueCode: run.cause },
    { name: 'started', valueInstant: run.started_at.toISOString() },
    ...(run.duration_ms === null ? [] : [{ name: 'duration', valueQuantity: milliseconds(run.duration_ms) }]),
    { name: 'input', valueString: run.input },
    { name: 'requester', valueReference: { reference: run.requester } },
    { name: 'code-version', valueInteger: run.code_version },
    { name: 'attempt', valueInteger: run.attempt },
    { name: 'idempotency-key', valueString: run.idempotency_key },
    ...eventParts(run),
    ...(run.error === null ? [] : [{ name: 'error', valueString: run.error }]),
    ...(run.model_calls === 0 ? [] : asked),
    { name: 'recorded', valueBoolean: run.recorded },
  ];
}

function eventParts({ subscription, number }: BotRunRow): ParametersParameter[] {
  return subscription === null
    ? []
    : [
        { name: 'subscription', valueReference: { reference: `Subscription/${subscription}` } },
        { name: 'event-number', valueString: String(number) },
      ];
}

/** A span as a Quantity, to a tenth of a millisecond. */
export function milliseconds(span: number): { value: number; unit: string } {
  return { value: Math.round(span * 10) / 10, unit: 'ms' };
}
