import type { Device } from '@medplum/fhirtypes';
import {
  type BatchClient,
  BotError,
  botCanonical,
  type Clock,
  createdId,
  deviceEntry,
  engineDevice,
  identifierOf,
  inParallel,
  type ModelEngine,
  writeTransaction,
} from '../kit/index.ts';
import { assess } from './assessment.ts';
import { type RunDraft, rephrasedEntries, transactionOf } from './draft.ts';
import { riskEngine } from './engine.ts';
import { trendsTo } from './history.ts';
import { readFacts } from './input.ts';
import { modelNarrative } from './model-narrative.ts';
import { narrate } from './narrative.ts';
import { needsOutreach } from './outreach.ts';
import { previousScore } from './previous.ts';
import { type PatientRecord, type Records, readRecords } from './reads.ts';
import { shownOf } from './shown.ts';
import type { PatientResult } from './summary.ts';
import { type Thresholds, thresholdsOf } from './thresholds.ts';
import type { RiskRequest } from './trigger.ts';

/** What a run needs from outside. */
export interface RunDeps {
  readonly client: BatchClient;
  readonly clock: Clock;
  /** The clinic's time zone, such as `America/New_York`. */
  readonly timeZone: string;
  /** The thresholds of alerts that hold unless a supervisor set others. */
  readonly standard: Thresholds;
  /** A model for the wording; without one the embedded narrative stays. */
  readonly model?: ModelEngine;
}

/** Patients read in one batch, and transactions sent at the same time. */
const CHUNK = 20;
const CONCURRENCY = 4;

/** Attempts for one patient when another writer was faster. */
const ATTEMPTS = 3;

/**
 * Assesses the patients of a request: per chunk one batch of reads, then one transaction of writes for each patient.
 * One patient's failure never stops the others. Throws BotError when the request names one patient and that one fails,
 * so that the host can retry the event.
 */
export async function runRisk(deps: RunDeps, request: RiskRequest): Promise<PatientResult[]> {
  const results: PatientResult[] = [];
  for (let start = 0; start < request.patientIds.length; start += CHUNK) {
    results.push(...(await runChunk(deps, request, request.patientIds.slice(start, start + CHUNK))));
  }
  return results;
}

async function runChunk(deps: RunDeps, request: RiskRequest, ids: readonly string[]): Promise<PatientResult[]> {
  const { records, missing, device } = await readRecords(deps.client, ids);
  const known = device ?? (records.length > 1 ? await ensureDevice(deps.client) : undefined);
  const assessed = await inParallel(records, CONCURRENCY, (record) => runPatient(deps, request, record, known));
  const results = [...assessed, ...missing.map(notVisible)];
  return ids.flatMap((id) => results.filter((result) => result.patientId === id));
}

/** Creates the engine's Device before many transactions refer to it, so that they do not compete to create it. */
async function ensureDevice(client: BatchClient): Promise<Device | undefined> {
  const entry = deviceEntry(riskEngine, 'urn:uuid:00000000-0000-4000-8000-000000000000');
  const id = createdId(await writeTransaction(client, [entry]), 'Device');
  return id ? { ...engineDevice(riskEngine), id } : undefined;
}

async function runPatient(
  deps: RunDeps,
  request: RiskRequest,
  record: PatientRecord,
  device: Device | undefined,
): Promise<PatientResult> {
  const patientId = record.patient.id;
  try {
    return await assessWithRetry(deps, request, record, device);
  } catch (error) {
    if (request.patientIds.length > 1 && error instanceof BotError) {
      return { kind: 'failed', patientId, code: error.code, reason: error.message };
    }
    throw error;
  }
}

/** Somebody else may have written the patient's Task or score between our read and our write: then read again. */
async function assessWithRetry(
  deps: RunDeps,
  request: RiskRequest,
  record: PatientRecord,
  device: Device | undefined,
): Promise<PatientResult> {
  let current: PatientRecord | undefined = record;
  for (let attempt = 1; current; attempt++) {
    try {
      return await assessPatient(deps, request, current, device);
    } catch (error) {
      if (attempt >= ATTEMPTS || !(error instanceof BotError) || !error.retryable) {
        throw error;
      }
      const again: Records = await readRecords(deps.client, [record.patient.id]);
      current = again.records[0];
    }
  }
  return notVisible(record.patient.id);
}

async function assessPatient(
  deps: RunDeps,
  request: RiskRequest,
  record: PatientRecord,
  device: Device | undefined,
): Promise<PatientResult> {
  const patientId = record.patient.id;
  if (record.patient.deceasedBoolean || record.patient.deceasedDateTime) {
    const reason = 'The record says that the patient has died.';
    return { kind: 'abstained', patientId, code: 'patient-deceased', reason };
  }
  const now = deps.clock();
  const runKey = `${patientId}:${request.key ?? now.toISOString()}`;
  const earlier = earlierResult(record, runKey);
  if (earlier) {
    return earlier;
  }
  const { timeZone, standard } = deps;
  const thresholds = thresholdsOf(record.thresholds, standard);
  const assessment = assess(readFacts(record.chart, now, timeZone), {
    previous: previousScore(record.earlier[0]),
    cuts: thresholds.cuts,
    trendsTo: trendsTo(record, now, timeZone),
  });
  const narrative = { engine: 'embedded', text: narrate(assessment) } as const;
  const draft = { record, assessment, narrative, runKey, device, thresholds, now, timeZone };
  const written = await writeTransaction(deps.client, transactionOf(draft));
  const { score, band } = assessment.score;
  const assessmentId = createdId(written, 'RiskAssessment');
  if (assessmentId && deps.model && request.patientIds.length === 1 && needsOutreach(band)) {
    await rephrase(deps.client, deps.model, draft, assessmentId);
  }
  return { kind: 'assessed', patientId, score, band, assessmentId };
}

/**
 * The assessment is already written and readable with the embedded narrative; a model's wording that passes its check
 * replaces it in a second version. A refused write leaves the first version, which is complete.
 */
async function rephrase(client: BatchClient, model: ModelEngine, draft: RunDraft, assessmentId: string): Promise<void> {
  const narrative = await modelNarrative(model, draft.assessment, shownOf(draft));
  if (narrative.kind === 'draft') {
    await writeTransaction(client, rephrasedEntries(draft, assessmentId, narrative.value)).catch(() => []);
  }
}

/** The result of an earlier delivery of the same event, if the patient's latest assessment is its work. */
function earlierResult(record: PatientRecord, runKey: string): PatientResult | undefined {
  const [latest] = record.earlier;
  const previous = previousScore(latest);
  if (!previous || identifierOf(latest?.identifier, botCanonical.riskRun) !== runKey) {
    return undefined;
  }
  const { score, band } = previous;
  return { kind: 'assessed', patientId: record.patient.id, score, band, assessmentId: latest?.id };
}

function notVisible(patientId: string): PatientResult {
  const reason = 'The patient is unknown, or not visible to this bot.';
  return { kind: 'abstained', patientId, code: 'patient-not-visible', reason };
}
