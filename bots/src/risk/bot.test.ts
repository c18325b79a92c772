/**
 * The whole run on Medplum's own mock: what is posted to a chart becomes assessment, score, Task, Flag and Provenance.
 * @see https://hl7.org/fhir/R4/riskassessment.html @see https://www.medplum.com/docs/bots/bot-basics
 */

import type { Basic, Parameters, Patient, Resource, RiskAssessment } from '@medplum/fhirtypes';
import { MockClient } from '@medplum/mock';
import { extensionUrl, identifierSystem } from '@mindbridge/fhir-profiles';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { botEvent, clinicThresholds, daysBefore, indexDefinitions, seedDavis } from '../testing/clinic.ts';
import { handler } from './bot.ts';

let medplum: MockClient;
let patient: Patient & { id: string };

beforeAll(indexDefinitions);

beforeEach(async () => {
  medplum = new MockClient({ seedDefaultData: false });
  patient = await seedDavis(medplum, new Date());
});

async function all<T extends Resource['resourceType']>(type: T): Promise<Extract<Resource, { resourceType: T }>[]> {
  medplum.invalidateAll();
  return (await medplum.searchResources(type, { _count: 100 })) as unknown as Extract<Resource, { resourceType: T }>[];
}

async function assessByHand(): Promise<Parameters> {
  return handler(medplum, botEvent(patient));
}

describe('risk bot', () => {
  it('scores Davis Robert at exactly 95, critical', async () => {
    const answer = await assessByHand();
    const [assessment] = await all('RiskAssessment');
    expect(assessment?.extension?.find((each) => each.url === extensionUrl.riskScore)?.valueInteger).toBe(95);
    expect(assessment?.prediction?.[0]?.qualitativeRisk?.coding?.map((coding) => coding.code)).toEqual([
      'critical',
      'high',
    ]);
    expect(assessment?.mitigation).toBe(
      'Immediate psychiatric evaluation required. Contact within 24 hours. Consider daily check-ins.',
    );
    expect(answer.parameter?.at(-1)?.part).toContainEqual({ name: 'critical', valueInteger: 1 });
  });

  it('writes contributions that sum to the score, each with the versions behind it', async () => {
    await assessByHand();
    const [assessment] = await all('RiskAssessment');
    const contributions = assessment?.extension?.filter((each) => each.url === extensionUrl.riskContribution) ?? [];
    const points = contributions.map((each) => each.extension?.find((one) => one.url === 'points')?.valueDecimal ?? 0);
    expect(points.reduce((sum, each) => sum + each, 0)).toBe(95);
    const calls = contributions.find((each) => each.extension?.some((one) => one.valueCode === 'crisis-calls'));
    const basis = calls?.extension?.filter((one) => one.url === 'basis').map((one) => one.valueReference?.reference);
    expect(basis).toHaveLength(6);
    expect(basis?.every((reference) => /^Observation\/[^/]+\/_history\/[^/]+$/.test(reference ?? ''))).toBe(true);
  });

  it('opens one Task for the case manager, one Flag, and says who wrote it', async () => {
    await assessByHand();
    await assessByHand();
    const [tasks, flags, devices, provenances] = [
      await all('Task'),
      await all('Flag'),
      await all('Device'),
      await all('Provenance'),
    ];
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatchObject({
      status: 'requested',
      priority: 'stat',
      owner: { reference: 'Practitioner/maria' },
    });
    expect(flags).toHaveLength(1);
    expect(devices).toHaveLength(1);
    expect(provenances[0]?.agent[0]?.who?.reference).toBe(`Device/${devices[0]?.id}`);
    expect(provenances[0]?.target.some((each) => each.reference?.startsWith('RiskAssessment/'))).toBe(true);
  });

  it('keeps every assessment and one score Observation', async () => {
    await assessByHand();
    await assessByHand();
    expect(await all('RiskAssessment')).toHaveLength(2);
    const scores = (await all('Observation')).filter(
      (each) => each.identifier?.[0]?.system === identifierSystem.riskScore,
    );
    expect(scores).toHaveLength(1);
    expect(scores[0]).toMatchObject({ valueQuantity: { value: 95 }, identifier: [{ value: patient.id }] });
  });

  it('writes nothing new for the same event twice', async () => {
    const [call] = (await all('Observation')).filter((each) => each.code?.coding?.[0]?.code === 'crisis-call');
    const first = await handler(medplum, botEvent(call));
    const second = await handler(medplum, botEvent(call));
    expect(second).toEqual(first);
    expect(await all('RiskAssessment')).toHaveLength(1);
    expect(await all('Provenance')).toHaveLength(1);
  });

  it('stands on the thresholds that a supervisor set, by their version', async () => {
    const thresholds = await medplum.createResource<Basic>(clinicThresholds('medium', 12, 6, 1));
    await assessByHand();
    const version = `Basic/${thresholds.id}/_history/${thresholds.meta?.versionId}`;
    const [assessment] = await all('RiskAssessment');
    expect(assessment?.basis).toContainEqual({ reference: version });
  });

  it('labels everything it wrote', async () => {
    await assessByHand();
    for (const type of ['RiskAssessment', 'Task', 'Flag', 'Provenance'] as const) {
      for (const resource of await all(type)) {
        expect(resource.meta?.security?.map((label) => label.code)).toContain('AIAST');
      }
    }
  });

  it('says what changed since the last assessment', async () => {
    await assessByHand();
    const before = (await all('Observation')).filter((each) => each.code?.coding?.[0]?.code === 'crisis-call');
    for (const call of before.slice(0, 5)) {
      await medplum.updateResource({ ...call, status: 'entered-in-error' });
    }
    await assessByHand();
    const assessments = await all('RiskAssessment');
    const changes = assessments.flatMap(
      (each) => each.extension?.filter((one) => one.url === extensionUrl.riskChange) ?? [],
    );
    expect(changes[0]?.extension).toContainEqual({ url: 'from', valueInteger: 95 });
    expect(changes[0]?.extension).toContainEqual({ url: 'to', valueInteger: 65 });
  });

  it('tells the trend of the weeks before in rationale, narrative and extension', async () => {
    for (const [days, score] of [
      [28, 35],
      [21, 50],
      [14, 65],
      [7, 80],
    ] as const) {
      await medplum.createResource<RiskAssessment>({
        resourceType: 'RiskAssessment',
        status: 'final',
        subject: { reference: `Patient/${patient.id}` },
        occurrenceDateTime: daysBefore(new Date(), days),
        extension: [{ url: extensionUrl.riskScore, valueInteger: score }],
      });
    }
    await assessByHand();
    const assessment = (await all('RiskAssessment')).find((each) => each.prediction);
    expect(assessment?.prediction?.[0]?.rationale).toContain('Trend of score over 4 weeks: rising, +15 a week');
    expect(assessment?.note?.[0]?.text).toContain('Over 4 weeks the score has risen by 15 a week.');
    const trend = assessment?.extension?.find(({ url }) => url === extensionUrl.riskTrend)?.extension;
    expect(trend).toContainEqual({ url: 'perWeek', valueDecimal: 15 });
  });

  it('codes the band by where the clinic lets it begin, and says so', async () => {
    await medplum.createResource<Basic>(clinicThresholds('high', 8, 4, 1, { medium: 20, high: 50, critical: 80 }));
    for (const call of (await all('Observation')).filter((each) => each.code?.coding?.[0]?.code === 'crisis-call')) {
      await medplum.updateResource({ ...call, status: 'entered-in-error' });
    }
    await assessByHand();
    const [assessment] = await all('RiskAssessment');
    expect(assessment?.extension).toContainEqual({ url: extensionUrl.riskScore, valueInteger: 59 });
    expect(assessment?.prediction?.[0]?.qualitativeRisk?.coding?.[0]?.code).toBe('high');
    expect(assessment?.extension?.find(({ url }) => url === extensionUrl.riskBands)?.extension).toContainEqual({
      url: 'highFrom',
      valueInteger: 50,
    });
  });

  it('shows a model the elements of what it stands on, by version, and says which', async () => {
    const asked: { readonly manifest?: readonly { reference: string; fields: readonly string[] }[] }[] = [];
    const post = medplum.post.bind(medplum);
    vi.spyOn(medplum, 'post').mockImplementation(async (url, body, ...rest) => {
      if (!String(url).endsWith('$model')) {
        return post(url, body, ...rest);
      }
      asked.push(body);
      return { kind: 'slow', model: 'm' };
    });
    await assessByHand();
    const manifest = asked[0]?.manifest ?? [];
    expect(new Set(manifest.map(({ reference }) => reference.split('/')[0]))).toEqual(
      new Set(['Observation', 'Appointment', 'Encounter']),
    );
    expect(manifest.every(({ reference }) => reference.includes('/_history/'))).toBe(true);
    expect(manifest.find(({ reference }) => reference.startsWith('Appointment/'))?.fields).toEqual([
      'status',
      'start',
      'end',
    ]);
  });

  it('opens one alert, to be acknowledged, when the band has risen', async () => {
    const [call, ...others] = (await all('Observation')).filter(
      (each) => each.code?.coding?.[0]?.code === 'crisis-call',
    );
    for (const each of [call, ...others].filter((one) => one !== undefined)) {
      await medplum.updateResource({ ...each, status: 'entered-in-error' });
    }
    await assessByHand();
    const alerts = async () => (await all('Task')).filter((each) => each.code?.coding?.[0]?.code === 'risk-alert');
    expect(await alerts()).toHaveLength(0);
    for (const each of [call, ...others].filter((one) => one !== undefined)) {
      await medplum.updateResource({ ...each, status: 'final' });
    }
    await assessByHand();
    await assessByHand();
    const [alert, ...more] = await alerts();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      status: 'requested',
      priority: 'stat',
      owner: { reference: 'Practitioner/maria' },
      description: 'The risk rose from medium (59) to critical (95).',
    });
  });

  it('closes Flag and untouched Task when the band falls', async () => {
    await assessByHand();
    for (const each of (await all('Observation')).filter((one) => one.code?.coding?.[0]?.code === 'crisis-call')) {
      await medplum.updateResource({ ...each, status: 'entered-in-error' });
    }
    await assessByHand();
    expect((await all('Task'))[0]).toMatchObject({
      status: 'cancelled',
      businessStatus: { coding: [{ code: 'resolved' }] },
    });
    expect((await all('Flag'))[0]).toMatchObject({ status: 'inactive' });
  });

  it('never touches a Task that a person has moved on', async () => {
    await assessByHand();
    const [task] = await all('Task');
    const moved = await medplum.updateResource({ ...task, status: 'in-progress' } as NonNullable<typeof task>);
    for (const each of (await all('Observation')).filter((one) => one.code?.coding?.[0]?.code === 'crisis-call')) {
      await medplum.updateResource({ ...each, status: 'entered-in-error' });
    }
    await assessByHand();
    expect((await all('Task'))[0]?.meta?.versionId).toBe(moved.meta?.versionId);
  });

  it('abstains for a patient that it cannot see', async () => {
    const answer = await handler(medplum, botEvent({ resourceType: 'Patient', id: 'nobody' }));
    expect(answer.parameter?.[0]?.part).toContainEqual({ name: 'code', valueCode: 'patient-not-visible' });
    expect(await all('RiskAssessment')).toHaveLength(0);
  });

  it('assesses a description in plain text and writes nothing', async () => {
    const event = {
      ...botEvent(undefined),
      contentType: 'text/plain',
      input: '6 crisis calls, 25 % adherence, 4 missed appointments, last seen 52 days ago',
    };
    const answer = await handler(medplum, event);
    expect(answer.parameter?.[0]?.part).toContainEqual({ name: 'score', valueInteger: 95 });
    expect(await all('RiskAssessment')).toHaveLength(0);
  });

  it('assesses a list, one summary each, with statistics', async () => {
    const other = await medplum.createResource<Patient>({ resourceType: 'Patient' });
    const list: Parameters = {
      resourceType: 'Parameters',
      parameter: [patient, other].map((each) => ({
        name: 'patient',
        valueReference: { reference: `Patient/${each.id}` },
      })),
    };
    const answer = await handler(medplum, botEvent(list));
    expect(answer.parameter?.filter((each) => each.name === 'assessment')).toHaveLength(2);
    const statistics = answer.parameter?.find((each) => each.name === 'statistics')?.part;
    expect(statistics).toContainEqual({ name: 'total', valueInteger: 2 });
    expect(statistics).toContainEqual({ name: 'low', valueInteger: 1 });
  });
});
