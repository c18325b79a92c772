import type { BotEvent, MedplumClient } from '@medplum/core';
import { BotError } from '../kit/index.ts';
import { modelEngine } from '../kit/model-engine.ts';
import { runSoap, type SoapResult } from './run.ts';
import { draftRequest } from './trigger.ts';

/**
 * Scribe: Parameters of `$draft-note` (`encounter`, `patient`, `clinician`, `transcript`, `template`), an Encounter that
 * has finished, or the transcript of a finished one → a draft of the note, addressed to the clinician, or the reason why
 * there is none. Secrets: `AI_ENGINE` (`embedded`: no model is asked), `AI_FALLBACK` (`embedded`: rules may stand in when
 * the model fails), and those of `modelEngine`.
 */
export async function handler(medplum: MedplumClient, event: BotEvent): Promise<SoapResult> {
  const request = draftRequest(event);
  if (!request) {
    throw new BotError(
      'no-encounter',
      'This bot needs a finished Encounter, its transcript, or Parameters naming one.',
      {
        retryable: false,
      },
    );
  }
  const model = modelEngine(medplum, event, 'soap');
  const mayFallBack = event.secrets.AI_FALLBACK?.valueString === 'embedded';
  return runSoap({ client: medplum, clock: () => new Date(), model, mayFallBack }, request);
}
