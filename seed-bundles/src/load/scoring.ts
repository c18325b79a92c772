import { bandThreshold, observationCoding } from '@mindbridge/fhir-profiles';
import { count, search } from './fhir-client.ts';
import { type Api, isJson, type Json } from './http-api.ts';
import type { Surroundings } from './progress.ts';

const scoreQuery = `Observation?code=${observationCoding.riskScore.system}|${observationCoding.riskScore.code}`;

/** How many patients stand in each band; critical counts within high. */
export interface BandCounts {
  readonly high: number;
  readonly medium: number;
  readonly low: number;
}

/** What is waited for, and how long without any progress. */
export interface ScoringWait {
  readonly patients: number;
  /** Only scores from this instant on count (ISO 8601). */
  readonly since?: string;
  /** Milliseconds without a new score after which waiting ends. */
  readonly quietLimit: number;
}

/** Waits until the risk bot has scored the patients, or nothing moves any more. Gives the number that it reached. */
export async function waitForScores(api: Api, wait: ScoringWait, { say, pause, now }: Surroundings): Promise<number> {
  const query = wait.since ? `${scoreQuery}&date=ge${wait.since}` : scoreQuery;
  let reached = -1;
  let said = -1;
  let movedAt = now().getTime();
  for (;;) {
    const scored = Math.min(await count(api, query), wait.patients);
    if (scored !== reached) {
      reached = scored;
      movedAt = now().getTime();
    }
    const over = scored === wait.patients || now().getTime() - movedAt > wait.quietLimit;
    if (said !== scored && (over || scored - said >= wait.patients / 10)) {
      said = scored;
      say(`  scoring patients ${scored}/${wait.patients}`);
    }
    if (over) {
      return scored;
    }
    await pause(300);
  }
}

function scoreOf(observation: Json): number {
  const quantity = observation.valueQuantity;
  return isJson(quantity) && typeof quantity.value === 'number' ? quantity.value : 0;
}

/** Counts the scores by band. */
export async function countBands(api: Api): Promise<BandCounts> {
  const scores = (await search(api, `${scoreQuery}&_count=1000`)).map(scoreOf);
  const high = scores.filter((score) => score >= bandThreshold.high).length;
  const low = scores.filter((score) => score < bandThreshold.medium).length;
  return { high, medium: scores.length - high - low, low };
}
