/** Counts by band, one report per day. @see https://hl7.org/fhir/R4/measurereport.html */
import type { MeasureReport, Observation, Provenance } from '@medplum/fhirtypes';
import { MockClient } from '@medplum/mock';
import { identifierSystem, observationCoding, riskBandCoding } from '@mindbridge/fhir-profiles';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { indexDefinitions } from '../testing/clinic.ts';
import { runPopulation } from './bot.ts';
import { countIn } from './report.ts';

let medplum: MockClient;
let now = new Date('2026-02-10T15:00:00Z');

beforeAll(indexDefinitions);
beforeEach(() => {
  medplum = new MockClient({ seedDefaultData: false });
  now = new Date('2026-02-10T15:00:00Z');
});

const run = () => runPopulation({ client: medplum, clock: () => now, timeZone: 'America/New_York' });

async function score(band: keyof typeof riskBandCoding): Promise<void> {
  await medplum.createResource<Observation>({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [observationCoding.riskScore] },
    component: [
      { code: { coding: [observationCoding.riskBand] }, valueCodeableConcept: { coding: [riskBandCoding[band]] } },
    ],
  });
}

async function reports(): Promise<MeasureReport[]> {
  medplum.invalidateAll();
  return medplum.searchResources('MeasureReport');
}

describe('population bot', () => {
  it('counts by band, critical within high', async () => {
    for (const band of ['critical', 'high', 'high', 'medium', 'low', 'low'] as const) {
      await score(band);
    }
    const report = await run();
    expect(['critical', 'high', 'medium', 'low'].map((band) => countIn(report, band as 'low'))).toEqual([1, 3, 1, 2]);
  });

  it('keeps one report per day of the clinic, updated in place', async () => {
    await run();
    await score('high');
    await run();
    const [report, ...others] = await reports();
    expect(others).toEqual([]);
    expect(report?.identifier).toEqual([{ system: identifierSystem.riskBands, value: '2026-02-10' }]);
    expect(countIn(report, 'high')).toBe(1);
  });

  it('starts a new report when the clinic’s day changes, and keeps the old one for the trend', async () => {
    await run();
    now = new Date('2026-02-11T04:59:00Z');
    await run();
    expect(await reports()).toHaveLength(1);
    now = new Date('2026-02-11T05:01:00Z');
    await run();
    expect(await reports()).toHaveLength(2);
  });

  it('writes nothing when the counts have not moved', async () => {
    await run();
    const before = (await reports())[0]?.meta?.versionId;
    await run();
    expect((await reports())[0]?.meta?.versionId).toBe(before);
    expect(await medplum.searchResources<'Provenance'>('Provenance')).toHaveLength(1);
  });

  it('holds no patient', async () => {
    await score('high');
    expect(JSON.stringify(await run())).not.toMatch(/Patient\//);
    const [provenance] = (await medplum.searchResources('Provenance')) as Provenance[];
    expect(JSON.stringify(provenance)).not.toMatch(/Patient\//);
  });
});
