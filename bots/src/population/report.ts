import type { BundleEntry, Device, MeasureReport, MeasureReportGroup } from '@medplum/fhirtypes';
import { identifierSystem, measureUrl, profileUrl, riskBandCoding } from '@mindbridge/fhir-profiles';
import { addDays, deviceEntry, labelled, localDate, localUuid, provenanceOf, startOfDay } from '../kit/index.ts';
import type { BandCounts } from './counts.ts';
import { populationEngine } from './engine.ts';

/** What a report is made of. */
export interface ReportInput {
  readonly counts: BandCounts;
  /** Today's report, if there is one. */
  readonly current?: MeasureReport;
  readonly device?: Device;
  /** Versioned reference of the score that set the count off. */
  readonly trigger?: string;
  readonly now: Date;
  readonly timeZone: string;
}

const bands = ['high', 'critical', 'medium', 'low'] as const;

/** Count of one band in a report; undefined when the report does not hold it. */
export function countIn(report: MeasureReport | undefined, band: keyof BandCounts): number | undefined {
  const group = report?.group?.find((each) => each.code?.coding?.some((coding) => coding.code === band));
  return group?.population?.[0]?.count;
}

/** Today's report: one group per band with one population each; `high` includes `critical`. @see https://hl7.org/fhir/R4/measurereport.html */
export function bandsReport(input: ReportInput): MeasureReport {
  const today = localDate(input.now, input.timeZone);
  const instant = (day: string, before: number): string =>
    new Date(startOfDay(day, input.timeZone) - before).toISOString();
  return labelled<MeasureReport>({
    resourceType: 'MeasureReport',
    ...(input.current?.id && { id: input.current.id }),
    meta: { profile: [profileUrl.riskBandsReport] },
    identifier: [{ system: identifierSystem.riskBands, value: today }],
    status: 'complete',
    type: 'summary',
    measure: measureUrl.riskBands,
    date: input.now.toISOString(),
    period: { start: instant(today, 0), end: instant(addDays(today, 1), 1) },
    group: bands.map((band) => groupOf(band, input.counts[band])),
  });
}

function groupOf(band: (typeof bands)[number], count: number): MeasureReportGroup {
  const population = { system: 'http://terminology.hl7.org/CodeSystem/measure-population', code: 'initial-population' };
  return {
    code: { coding: [riskBandCoding[band]] },
    population: [{ code: { coding: [population] }, count }],
    measureScore: { value: count },
  };
}

/** The report, and the writes that bring it into the store: none when today's report holds the same counts. */
export function reportEntries(input: ReportInput): { readonly report: MeasureReport; readonly entries: BundleEntry[] } {
  const { current } = input;
  if (current && bands.every((band) => countIn(current, band) === input.counts[band])) {
    return { report: current, entries: [] };
  }
  const report = bandsReport(input);
  const day = localDate(input.now, input.timeZone);
  const seed = `${day} ${input.now.toISOString()}`;
  const fullUrl = current?.id ? `MeasureReport/${current.id}` : `urn:uuid:${localUuid(`report ${seed}`)}`;
  const url = current?.id ? fullUrl : `MeasureReport?identifier=${identifierSystem.riskBands}|${day}`;
  const entries: BundleEntry[] = [{ fullUrl, resource: report, request: { method: 'PUT', url } }];
  return current ? { report, entries } : { report, entries: [...entries, ...firstOfDay(input, fullUrl, seed)] };
}

/** The first report of a day says who counts: Device and Provenance. */
function firstOfDay(input: ReportInput, target: string, seed: string): BundleEntry[] {
  const device = input.device?.id ? `Device/${input.device.id}` : `urn:uuid:${localUuid(`device ${seed}`)}`;
  const provenance = provenanceOf({
    engine: populationEngine,
    device: { reference: device },
    targets: [target],
    sources: input.trigger ? [input.trigger] : [],
    recorded: input.now.toISOString(),
  });
  return [
    ...(input.device?.id ? [] : [deviceEntry(populationEngine, device)]),
    {
      fullUrl: `urn:uuid:${localUuid(`provenance ${seed}`)}`,
      resource: provenance,
      request: { method: 'POST', url: 'Provenance' },
    },
  ];
}
