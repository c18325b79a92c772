/** Task and Flag: opened once, raised, closed, never taken out of a person's hands. */
import type { Flag, Task } from '@medplum/fhirtypes';
import { taskCoding, workStatusCoding } from '@mindbridge/fhir-profiles';
import { describe, expect, it } from 'vitest';
import type { Band } from './bands.ts';
import { caseManagerOf, dueAt, flagEntries, type OutreachContext, taskEntries } from './outreach.ts';
import type { PatientRecord } from './reads.ts';

const now = new Date('2026-02-10T20:00:00Z');
const record: PatientRecord = {
  patient: {
    resourceType: 'Patient',
    id: 'p1',
    meta: { accounts: [{ reference: 'Practitioner/maria' }, { reference: 'Organization/team' }] },
  },
  chart: { observations: [], appointments: [], encounters: [], responses: [] },
  earlier: [],
  openTasks: [],
  careTeams: [],
};
const context = (band: Band, more: Partial<PatientRecord> = {}): OutreachContext => ({
  record: { ...record, ...more },
  band,
  recommendation: 'Call.',
  assessment: 'urn:uuid:1',
  now,
  timeZone: 'America/New_York',
});
const open: Task = {
  resourceType: 'Task',
  id: 't1',
  meta: { versionId: '3' },
  status: 'requested',
  intent: 'order',
  priority: 'urgent',
  code: { coding: [taskCoding.outreach] },
  owner: { reference: 'Practitioner/maria' },
  businessStatus: { coding: [workStatusCoding.uncontacted] },
  restriction: { period: { end: '2026-02-11T04:59:59.000Z' } },
};

describe('taskEntries', () => {
  it('opens one at high, due in the clinic’s day, and at critical within 24 hours', () => {
    expect(taskEntries(context('high'), 'urn:uuid:2')[0]?.resource).toMatchObject({
      priority: 'urgent',
      restriction: { period: { end: '2026-02-11T04:59:59.000Z' } },
    });
    expect(taskEntries(context('critical'), 'urn:uuid:2')[0]?.resource).toMatchObject({
      priority: 'stat',
      restriction: { period: { end: '2026-02-11T20:00:00.000Z' } },
    });
    expect(taskEntries(context('medium'), 'urn:uuid:2')).toEqual([]);
  });

  it('raises an untouched one, only against the version that was read, and never puts it off', () => {
    const [entry] = taskEntries(context('critical', { openTasks: [open] }), 'urn:uuid:2');
    expect(entry).toMatchObject({
      request: { method: 'PUT', url: 'Task/t1', ifMatch: 'W/"3"' },
      resource: { priority: 'stat' },
    });
    expect(entry?.resource?.restriction?.period?.end).toBe('2026-02-11T04:59:59.000Z');
  });

  it('leaves alone what would not change and what a person has taken up', () => {
    expect(taskEntries(context('high', { openTasks: [open] }), 'urn:uuid:2')).toEqual([]);
    const taken: Task = { ...open, status: 'in-progress', businessStatus: { coding: [workStatusCoding.inProcess] } };
    expect(taskEntries(context('low', { openTasks: [taken] }), 'urn:uuid:2')).toEqual([]);
  });

  it('cancels an untouched one when the band falls', () => {
    expect(taskEntries(context('medium', { openTasks: [open] }), 'urn:uuid:2')[0]?.resource).toMatchObject({
      status: 'cancelled',
    });
  });
});

describe('flagEntries', () => {
  const flag: Flag = {
    resourceType: 'Flag',
    id: 'f1',
    status: 'active',
    code: {},
    subject: { reference: 'Patient/p1' },
    period: { start: '2026-01-01' },
  };

  it('opens at critical, ends below it, and opens again', () => {
    expect(flagEntries(context('critical'), 'urn:uuid:3')[0]?.resource?.status).toBe('active');
    expect(flagEntries(context('high', { flag }), 'urn:uuid:3')[0]?.resource).toMatchObject({
      status: 'inactive',
      period: { end: now.toISOString() },
    });
    expect(
      flagEntries(context('critical', { flag: { ...flag, status: 'inactive' } }), 'urn:uuid:3')[0]?.resource?.status,
    ).toBe('active');
    expect(flagEntries(context('critical', { flag }), 'urn:uuid:3')).toEqual([]);
    expect(flagEntries(context('high'), 'urn:uuid:3')).toEqual([]);
  });
});

describe('caseManagerOf', () => {
  it('takes the care team first, then the account, then the general practitioner, then nobody', () => {
    const role = [{ coding: [{ system: 'http://snomed.info/sct', code: '768832004' }] }];
    const careTeams = [
      { resourceType: 'CareTeam' as const, participant: [{ role, member: { reference: 'Practitioner/ann' } }] },
    ];
    expect(caseManagerOf({ ...record, careTeams })?.reference).toBe('Practitioner/ann');
    expect(caseManagerOf(record)?.reference).toBe('Practitioner/maria');
    const bare = { resourceType: 'Patient' as const, id: 'p1' };
    expect(
      caseManagerOf({ ...record, patient: { ...bare, generalPractitioner: [{ reference: 'Practitioner/gp' }] } })
        ?.reference,
    ).toBe('Practitioner/gp');
    expect(caseManagerOf({ ...record, patient: bare })).toBeUndefined();
  });
});

describe('dueAt', () => {
  it('ends the clinic’s day where clocks change', () => {
    expect(dueAt('high', new Date('2026-03-08T12:00:00Z'), 'America/New_York')).toBe('2026-03-09T03:59:59.000Z');
  });
});
