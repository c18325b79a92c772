/** NEWS2 from the chart to the record: score, points, what is unknown, and what it stands on. */
import type { CareTeam, Observation, Patient } from '@medplum/fhirtypes';
import { MockClient } from '@medplum/mock';
import { observationCoding } from '@mindbridge/fhir-profiles';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { botEvent, indexDefinitions, vitalSign } from '../testing/clinic.ts';
import { handler, runNews2 } from './bot.ts';

const now = new Date('2026-02-10T12:00:00Z');
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

let medplum: MockClient;
let patient: Patient & { id: string };

beforeAll(indexDefinitions);
beforeEach(async () => {
  medplum = new MockClient({ seedDefaultData: false });
  patient = await medplum.createResource<Patient>({ resourceType: 'Patient' });
});

const record = (code: string, value: number, unit: string, at = hoursAgo(1)) =>
  medplum.createResource(vitalSign(patient.id, code, value, unit, at));
const run = (key = 'event-1') => runNews2({ client: medplum, clock: () => now, timeZone: 'UTC' }, patient.id, key);

async function scored(key?: string): Promise<Observation> {
  const result = await run(key);
  if (result.kind !== 'scored') {
    throw new Error(result.code);
  }
  return medplum.readResource('Observation', result.observation.id ?? '');
}

const partOf = ({ component }: Observation, code: string) =>
  component?.find((each) => each.code.coding?.[0]?.code === code);

describe('NEWS2 bot', () => {
  it('writes the sum, the risk and the points of each parameter', async () => {
    for (const [code, value, unit] of [
      ['9279-1', 22, '/min'],
      ['2708-6', 94, '%'],
      ['8480-6', 95, 'mm[Hg]'],
      ['8867-4', 115, '/min'],
      ['8310-5', 38.5, 'Cel'],
      ['3151-8', 0, 'L/min'],
    ] as const) {
      await record(code, value, unit);
    }
    const score = await scored();
    expect(score.valueQuantity?.value).toBe(2 + 1 + 2 + 2 + 1);
    expect(score.interpretation?.[0]?.coding?.[0]?.code).toBe('high');
    expect(partOf(score, 'news2-pulse')?.valueInteger).toBe(2);
    expect(partOf(score, 'news2-supplemental-oxygen')?.valueInteger).toBe(0);
    expect(score.meta?.security?.map(({ code }) => code)).toEqual(['AIAST']);
  });

  it('names what is missing and what is stale, and lowers nothing for it', async () => {
    await record('8867-4', 135, '/min', hoursAgo(30));
    const score = await scored();
    expect(score.valueQuantity?.value).toBe(3);
    expect(partOf(score, 'news2-pulse')).toMatchObject({ valueInteger: 3, interpretation: [{ text: 'stale' }] });
    expect(partOf(score, 'news2-temperature')).toMatchObject({
      dataAbsentReason: { coding: [{ code: 'unknown' }] },
    });
    expect(score.interpretation?.[1]?.text).toContain('respiratory rate');
    expect(score.interpretation?.[1]?.text).toContain('pulse');
  });

  it('stands on the versions it read, in the score and in its Provenance', async () => {
    const pulse = await record('8867-4', 80, '/min');
    const score = await scored();
    const version = `Observation/${pulse.id}/_history/${pulse.meta?.versionId}`;
    expect(score.derivedFrom).toEqual([{ reference: version }]);
    const [provenance] = await medplum.searchResources('Provenance');
    expect(provenance?.target).toEqual([{ reference: `Observation/${score.id}` }]);
    expect(await medplum.searchResources('Task')).toHaveLength(0);
    expect(provenance?.entity?.map(({ what }) => what.reference)).toEqual([version]);
  });

  it('uses the second SpO2 scale for those for whom a clinician decided so', async () => {
    await record('2708-6', 90, '%');
    expect((await scored('before')).valueQuantity?.value).toBe(3);
    await medplum.createResource<Observation>({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [observationCoding.news2OxygenScale] },
      subject: { reference: `Patient/${patient.id}` },
      effectiveDateTime: hoursAgo(2).toISOString(),
      valueInteger: 2,
    });
    const after = await scored('after');
    expect(after.valueQuantity?.value).toBe(0);
    expect(after.derivedFrom).toHaveLength(2);
  });

  it('opens one alert at high, for the first of the care team, to be acknowledged within a quarter of an hour', async () => {
    await medplum.createResource<CareTeam>({
      resourceType: 'CareTeam',
      status: 'active',
      subject: { reference: `Patient/${patient.id}` },
      participant: [{ member: { reference: 'Organization/1' } }, { member: { reference: 'Practitioner/nora' } }],
    });
    await record('9279-1', 26, '/min');
    await record('8480-6', 88, 'mm[Hg]');
    await record('8867-4', 120, '/min');
    const score = await scored('first');
    await scored('second');
    const tasks = await medplum.searchResources('Task');
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({
      status: 'requested',
      priority: 'stat',
      code: { coding: [{ code: 'risk-alert' }] },
      owner: { reference: 'Practitioner/nora' },
      focus: { reference: `Observation/${score.id}` },
      description: 'NEWS2 is 8, high: an emergency assessment by a clinician is due now.',
      restriction: { period: { end: '2026-02-10T12:15:00.000Z' } },
    });
  });

  it('writes one score for one event, however often it comes', async () => {
    await record('8867-4', 80, '/min');
    expect((await scored()).id).toBe((await scored()).id);
  });

  it('writes nothing for a patient without vital signs, and refuses an event without a patient', async () => {
    expect(await run()).toEqual({ kind: 'abstained', code: 'vitals-missing' });
    await expect(handler(medplum, botEvent(undefined))).rejects.toThrow('NEWS2 needs');
  });
});
