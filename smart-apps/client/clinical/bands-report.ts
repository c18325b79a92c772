import type { CodeableConcept, MeasureReport, MeasureReportGroup } from '@medplum/fhirtypes';
import { codeSystemUrl, identifierSystem } from '@mindbridge/fhir-profiles';

/** How many patients of the clinic stand in each band on one day. Critical counts within high. */
export interface BandCounts {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly high: number;
  readonly medium: number;
  readonly low: number;
  readonly critical: number;
  readonly total: number;
}

function codesOf(concept: CodeableConcept | undefined): (string | undefined)[] {
  return (concept?.coding ?? [])
    .filter((coding) => coding.system === undefined || coding.system === codeSystemUrl.riskBand)
    .map((coding) => coding.code);
}

function count(group: { population?: { count?: number }[]; measureScore?: { value?: number } }): number {
  return (
    group.population?.find((population) => population.count !== undefined)?.count ?? group.measureScore?.value ?? 0
  );
}

/** One row per band, whether the report has a group, a stratum or a coded population for it. */
function rows(group: MeasureReportGroup): { codes: (string | undefined)[]; count: number }[] {
  const strata = (group.stratifier ?? []).flatMap((stratifier) => stratifier.stratum ?? []);
  return [
    { codes: codesOf(group.code), count: count(group) },
    ...strata.map((stratum) => ({ codes: codesOf(stratum.value), count: count(stratum) })),
    ...(group.population ?? []).map((population) => ({
      codes: codesOf(population.code),
      count: population.count ?? 0,
    })),
  ];
}

/** The counts of one day's report. Total: a report with nothing in it counts zero. */
export function bandCounts(report: MeasureReport): BandCounts {
  const all = (report.group ?? []).flatMap(rows);
  const of = (band: string): number => all.find((row) => row.codes.includes(band))?.count ?? 0;
  const day =
    report.identifier?.find((identifier) => identifier.system === identifierSystem.riskBands)?.value ??
    (report.date ?? report.period?.end ?? '').slice(0, 10);
  const [high, medium, low] = [of('high'), of('medium'), of('low')];
  return { day, high, medium, low, critical: of('critical'), total: high + medium + low };
}

/** One point per day, oldest first, the last `days` of them. */
export function trend(reports: readonly MeasureReport[], days: number): BandCounts[] {
  const byDay = new Map<string, BandCounts>();
  for (const counts of reports.map(bandCounts)) {
    if (counts.day) {
      byDay.set(counts.day, counts);
    }
  }
  return [...byDay.values()].sort((a, b) => a.day.localeCompare(b.day)).slice(-days);
}
