/** An alert that nobody acknowledges goes up the ladder, rung by rung; one that somebody took up stays where it is. */
import type { CareTeam, Patient, Reference, Task } from '@medplum/fhirtypes';
import { MockClient } from '@medplum/mock';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { indexDefinitions } from '../testing/clinic.ts';
import { runEscalation } from './bot.ts';

let medplum: MockClient;
let alert: Task & { id: string };
const start = Date.parse('2026-02-10T12:00:00Z');
const practitioner = (id: string): Reference<never> => ({ reference: `Practitioner/${id}` });

beforeAll(indexDefinitions);

beforeEach(async () => {
  medplum = new MockClient({ seedDefaultData: false });
  const patient = await medplum.createResource<Patient>({ resourceType: 'Patient' });
  const subject = { reference: `Patient/${patient.id}` };
  await medplum.createResource<CareTeam>({
    resourceType: 'CareTeam',
    status: 'active',
    subject,
    participant: [{ member: practitioner('maria') }, { member: practitioner('amara') }],
  });
  alert = await medplum.createResource<Task>({
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: { coding: [taskCoding.riskAlert] },
    for: subject,
    owner: practitioner('maria'),
    restriction: { period: { end: new Date(start).toISOString() } },
  });
});

const runAt = (hours: number) => {
  const clock = (): Date => new Date(start + hours * 3_600_000);
  return runEscalation({ client: medplum, clock, named: ['Practitioner/diane'] });
};
const ownerNow = async (): Promise<string | undefined> => {
  medplum.invalidateAll();
  return (await medplum.readResource('Task', alert.id)).owner?.reference;
};

describe('escalation', () => {
  it('leaves an alert alone until its time has passed', async () => {
    expect(await runAt(-1)).toEqual({ overdue: 0, raised: 0 });
    expect(await ownerNow()).toBe('Practitioner/maria');
  });

  it('goes up the care team, then to those named for everybody, and stops at the top', async () => {
    const owners: (string | undefined)[] = [];
    for (const hours of [0.1, 1.2, 2.3, 3.4, 4.5]) {
      await runAt(hours);
      owners.push(await ownerNow());
    }
    expect(owners).toEqual(['amara', 'diane', 'diane', 'diane', 'diane'].map((id) => `Practitioner/${id}`));
    const task = await medplum.readResource('Task', alert.id);
    expect(task.priority).toBe('stat');
    expect(task.note?.map((each) => each.text)).toEqual(
      ['maria', 'amara', 'diane'].map((id) => `Not acknowledged in time by Practitioner/${id}.`),
    );
  });

  it('leaves an alert that was acknowledged', async () => {
    await medplum.updateResource<Task>({ ...alert, status: 'accepted' });
    expect(await runAt(5)).toEqual({ overdue: 0, raised: 0 });
  });

  it('says who raised it, from which version', async () => {
    await runAt(0.1);
    const [provenance] = await medplum.searchResources('Provenance');
    expect(provenance?.entity?.[0]?.what.reference).toBe(`Task/${alert.id}/_history/${alert.meta?.versionId}`);
  });
});
