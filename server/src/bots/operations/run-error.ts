import { FhirError } from '../../fhir/index.ts';
import type { RunOutcome } from '../sandbox/protocol.ts';

/** What the caller is told of a run that did not succeed: 400 for what the bot threw, 422 for a limit. */
export function runError({ state, error }: RunOutcome): FhirError {
  const text = error ?? 'The bot failed';
  return new FhirError(state === 'failed' ? 400 : 422, [
    { severity: 'error', code: 'processing', key: `bot-${state}`, text },
  ]);
}
