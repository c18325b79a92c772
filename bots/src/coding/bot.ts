import type { BotEvent, MedplumClient } from '@medplum/core';
import { BotError, timeZoneOf } from '../kit/index.ts';
import { curatedTables } from './curated-table.ts';
import { type CodingResult, runCoding } from './run.ts';
import { codingRequest } from './trigger.ts';

/**
 * Coder: a signed DocumentReference, or Parameters that name one as `document` → a draft Claim with diagnosis codes, the
 * level of the visit and services, each with its reason and words of the note; or the reason why there is none. Nothing
 * is submitted. Secret: `TIME_ZONE` (the clinic's, for the day of service).
 */
export async function handler(medplum: MedplumClient, event: BotEvent): Promise<CodingResult> {
  const request = codingRequest(event);
  if (!request) {
    throw new BotError('no-note', 'This bot needs a DocumentReference, or Parameters naming one.', {
      retryable: false,
    });
  }
  const deps = { client: medplum, clock: () => new Date(), timeZone: timeZoneOf(event), tables: curatedTables };
  return runCoding(deps, request);
}
