import { isDeepStrictEqual } from 'node:util';
import type { BundleEntry } from '@medplum/fhirtypes';
import { chartEntries } from '../clinic/chart.ts';
import type { ClinicReferences } from '../clinic/chart-context.ts';
import type { ClinicDay } from '../clinic/clinic-day.ts';
import { planPatients } from '../clinic/patient-plan.ts';
import { transaction } from './fhir-client.ts';
import type { Api } from './http-api.ts';
import type { Say } from './progress.ts';

/** One patient's entries; the first is the patient. */
type Chart = readonly BundleEntry[];

const patientsPerTransaction = 20;

/** Every chart of the demo clinic, relative to a day. */
export function chartsOf(day: ClinicDay, references: ClinicReferences): Chart[] {
  return planPatients().map((plan) => chartEntries(plan, day, references));
}

/** The entries that differ between two days, each chart with its patient first so that references resolve. */
export function changedCharts(before: readonly Chart[], after: readonly Chart[]): Chart[] {
  return after.flatMap((chart, index) => {
    const known = new Map((before[index] ?? []).map((entry) => [entry.fullUrl, entry]));
    const changed = chart.filter((entry) => !isDeepStrictEqual(entry, known.get(entry.fullUrl)));
    return changed.length > 0 ? [changed] : [];
  });
}

/** Loads charts, some patients per transaction; sending the same again changes nothing. */
export async function loadCharts(api: Api, charts: readonly Chart[], say: Say): Promise<void> {
  for (let from = 0; from < charts.length; from += patientsPerTransaction) {
    const part = charts.slice(from, from + patientsPerTransaction);
    await transaction(api, part.flat());
    say(`  loading patients ${from + part.length}/${charts.length}`);
  }
}
