import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';

/** Patients in one request to the risk bot, and requests under way at once. */
export const CHUNK = 10;
export const PARALLEL = 3;

/** How far a run is. */
export interface AnalysisProgress {
  readonly total: number;
  readonly done: number;
  readonly scored: number;
  readonly failed: number;
}

/** What a run needs; `send` asks the bot for one chunk and gives its answer. */
export interface AnalysisPlan {
  readonly patientIds: readonly string[];
  readonly send: (body: Parameters) => Promise<unknown>;
  readonly onProgress: (progress: AnalysisProgress) => void;
  readonly signal: AbortSignal;
}

/** Input of the risk bot for some patients. */
function analysisRequest(patientIds: readonly string[]): Parameters {
  return {
    resourceType: 'Parameters',
    parameter: patientIds.map((id) => ({ name: 'patient', valueReference: { reference: `Patient/${id}` } })),
  };
}

function outcomeOf(parameter: ParametersParameter): string | undefined {
  return parameter.part?.find((part) => part.name === 'outcome')?.valueCode;
}

/** How many patients of a chunk the bot says it scored. */
export function scoredIn(answer: unknown): number {
  const parameters = answer as Parameters | undefined;
  const list = parameters?.resourceType === 'Parameters' ? (parameters.parameter ?? []) : [];
  return list.filter((parameter) => parameter.name === 'assessment' && outcomeOf(parameter) === 'assessed').length;
}

function chunksOf(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / CHUNK);
  return Array.from({ length: count }, (_, index) => ids.slice(index * CHUNK, (index + 1) * CHUNK));
}

/**
 * Re-scores patients in chunks, a few at once. A chunk that fails counts its patients as failed and the run goes on;
 * after a cancel no further chunk is sent.
 */
export async function runAnalysis(plan: AnalysisPlan): Promise<AnalysisProgress> {
  const waiting = chunksOf(plan.patientIds);
  let progress: AnalysisProgress = { total: plan.patientIds.length, done: 0, scored: 0, failed: 0 };
  const count = (size: number, scored: number): void => {
    progress = {
      ...progress,
      done: progress.done + size,
      scored: progress.scored + scored,
      failed: progress.failed + size - scored,
    };
    plan.onProgress(progress);
  };
  const work = async (): Promise<void> => {
    for (let chunk = waiting.shift(); chunk && !plan.signal.aborted; chunk = waiting.shift()) {
      const answer = await plan.send(analysisRequest(chunk)).catch(() => undefined);
      count(chunk.length, scoredIn(answer));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return progress;
}
