import type { BotEvent, MedplumClient } from '@medplum/core';
import type { Parameters } from '@medplum/fhirtypes';
import { timeZoneOf } from '../kit/index.ts';
import { modelEngine } from '../kit/model-engine.ts';
import { assess } from './assessment.ts';
import { factsFromText } from './from-text.ts';
import { narrate } from './narrative.ts';
import { runRisk } from './run.ts';
import { summaryOf } from './summary.ts';
import { standardThresholds } from './thresholds.ts';
import { riskRequest } from './trigger.ts';

/**
 * Risk bot: Observation, Appointment, Encounter or QuestionnaireResponse → a new assessment of its patient; Patient or
 * Parameters with `patient` references → one assessment each. Answers Parameters with one `assessment` per patient and
 * the `statistics`. Plain text describes a patient without a record: the same logic, and nothing is written.
 */
export async function handler(medplum: MedplumClient, event: BotEvent): Promise<Parameters> {
  if (typeof event.input === 'string') {
    return textSummary(event.input, new Date(), timeZoneOf(event));
  }
  const model = modelEngine(medplum, event, 'risk-narrative');
  const standard = standardThresholds(event.secrets.RISK_ALERT_FROM?.valueString);
  const deps = { client: medplum, clock: () => new Date(), timeZone: timeZoneOf(event), standard, model };
  return summaryOf(await runRisk(deps, riskRequest(event)));
}

function textSummary(description: string, now: Date, timeZone: string): Parameters {
  const assessment = assess(factsFromText(description, now, timeZone));
  const part = [
    { name: 'outcome', valueCode: 'assessed' },
    { name: 'score', valueInteger: assessment.score.score },
    { name: 'band', valueCode: assessment.score.band },
    { name: 'recommendation', valueString: assessment.recommendation },
    { name: 'narrative', valueString: narrate(assessment) },
  ];
  return { resourceType: 'Parameters', parameter: [{ name: 'assessment', part }] };
}
