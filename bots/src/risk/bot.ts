import type { BotEvent, MedplumClient } from '@medplum/core';
import type { Parameters } from '@medplum/fhirtypes';
import { gatewayEngine, timeZoneOf } from '../kit/index.ts';
import { runRisk } from './run.ts';
import { summaryOf } from './summary.ts';
import { riskRequest } from './trigger.ts';

/**
 * Risk bot: Observation, Appointment, Encounter or QuestionnaireResponse → a new assessment of its patient; Patient or
 * Parameters with `patient` references → one assessment each. Answers Parameters with one `assessment` per patient and
 * the `statistics`.
 */
export async function handler(medplum: MedplumClient, event: BotEvent): Promise<Parameters> {
  const model = gatewayEngine(medplum, 'risk-narrative');
  const deps = { client: medplum, clock: () => new Date(), timeZone: timeZoneOf(event), model };
  return summaryOf(await runRisk(deps, riskRequest(event)));
}
