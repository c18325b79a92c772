import type { BotEvent, MedplumClient } from '@medplum/core';
import type { MeasureReport } from '@medplum/fhirtypes';
import {
  type BatchClient,
  type Clock,
  createdId,
  inputResource,
  ofType,
  readBatch,
  timeZoneOf,
  versionedReference,
  writeTransaction,
} from '../kit/index.ts';
import { bandCounts, countReads } from './counts.ts';
import { reportEntries } from './report.ts';

/** What a run needs from outside. */
export interface PopulationDeps {
  readonly client: BatchClient;
  readonly clock: Clock;
  readonly timeZone: string;
  /** Versioned reference of the score that set the run off. */
  readonly trigger?: string;
}

/** Counts the clinic's patients by band and keeps today's report; writes nothing when the counts have not moved. */
export async function runPopulation(deps: PopulationDeps): Promise<MeasureReport> {
  const now = deps.clock();
  const results = await readBatch(deps.client, countReads(now, deps.timeZone));
  const counts = bandCounts(results);
  const [current] = ofType(
    results.flatMap((each) => each.resources),
    'MeasureReport',
  );
  const [device] = ofType(
    results.flatMap((each) => each.resources),
    'Device',
  );
  const { timeZone, trigger } = deps;
  const draft = reportEntries({ counts, current, device, now, timeZone, trigger });
  if (draft.entries.length === 0) {
    return draft.report;
  }
  const written = await writeTransaction(deps.client, draft.entries);
  return { ...draft.report, id: draft.report.id ?? createdId(written, 'MeasureReport') };
}

/** Population bot: a score changed → today's MeasureReport of the bands. Answers the report. */
export async function handler(medplum: MedplumClient, event: BotEvent): Promise<MeasureReport> {
  const score = inputResource(event);
  const trigger = score && versionedReference(score);
  return runPopulation({ client: medplum, clock: () => new Date(), timeZone: timeZoneOf(event), trigger });
}
