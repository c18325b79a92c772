import { isDeepStrictEqual } from 'node:util';
import type { BundleEntry, Resource } from '@medplum/fhirtypes';
import { identifierSystem } from '@mindbridge/fhir-profiles';
import { chartEntries, patientUrn } from '../clinic/chart.ts';
import type { ClinicReferences } from '../clinic/chart-context.ts';
import type { ClinicDay } from '../clinic/clinic-day.ts';
import { planPatients } from '../clinic/patient-plan.ts';
import { search, transaction } from './fhir-client.ts';
import { type Api, isJson, textAt } from './http-api.ts';
import type { Say } from './progress.ts';

/** One patient's entries; the first is the patient. */
type Chart = readonly BundleEntry[];

const patientsPerTransaction = 25;

/** Every chart of the demo clinic, relative to a day. */
export function chartsOf(day: ClinicDay, references: ClinicReferences): Chart[] {
  return planPatients().map((plan) => chartEntries(plan, day, references));
}

/** The entries that differ between two days, by chart; charts without any are left out. */
export function changedCharts(before: readonly Chart[], after: readonly Chart[]): Chart[] {
  return after.flatMap((chart, index) => {
    const known = new Map((before[index] ?? []).map((entry) => [entry.fullUrl, entry]));
    const changed = chart.filter((entry) => !isDeepStrictEqual(entry, known.get(entry.fullUrl)));
    return changed.length > 0 ? [changed] : [];
  });
}

/** Literal references of the patients on the server, by the `urn:uuid` that stands for each in a chart. */
export async function patientReferences(api: Api): Promise<Map<string, string>> {
  const patients = await search(api, 'Patient?_count=1000');
  return new Map(
    patients.flatMap((patient): [string, string][] => {
      const identifiers = Array.isArray(patient.identifier) ? patient.identifier.filter(isJson) : [];
      const number = identifiers.find(({ system }) => system === identifierSystem.patientNumber)?.value;
      return typeof number === 'string' ? [[patientUrn(number), `Patient/${textAt(patient, 'id')}`]] : [];
    }),
  );
}

/** A chart without its patient: references to the patient become literal ones. */
export function withLiteralPatient(chart: Chart, references: ReadonlyMap<string, string>): Chart {
  const text = JSON.stringify(chart.map(({ resource }) => resource));
  const literal = text.replace(/(?<="reference":")urn:uuid:[0-9a-f-]+(?=")/g, (urn) => references.get(urn) ?? urn);
  const resources: (Resource | undefined)[] = JSON.parse(literal);
  return chart.map((entry, index) => ({ ...entry, resource: resources[index] }));
}

/** The part of each chart that a test on the resource type keeps; charts without any are left out. */
export function partOf(charts: readonly Chart[], keep: (resourceType: string) => boolean): Chart[] {
  return charts
    .map((chart) => chart.filter(({ resource }) => resource !== undefined && keep(resource.resourceType)))
    .filter((chart) => chart.length > 0);
}

/** Loads charts, some patients per transaction; sending the same again changes nothing. */
export async function loadCharts(api: Api, charts: readonly Chart[], what: string, say: Say): Promise<void> {
  for (let from = 0; from < charts.length; from += patientsPerTransaction) {
    const part = charts.slice(from, from + patientsPerTransaction);
    await transaction(api, part.flat());
    say(`  loading ${what} ${from + part.length}/${charts.length}`);
  }
}
