import type { Task } from '@medplum/fhirtypes';
import { codeSystemUrl, outreachOutcomeCoding, taskCoding, workStatusCoding } from '@mindbridge/fhir-profiles';
import { describe, expect, it } from 'vitest';
import { isDueToday, isOutreach, outreach, outreachByPatient } from './outreach.ts';

const now = new Date('2026-02-10T09:00:00');
const task: Task = {
  resourceType: 'Task',
  id: 't',
  meta: { versionId: '3' },
  status: 'requested',
  intent: 'order',
  code: { coding: [taskCoding.outreach] },
  businessStatus: { coding: [workStatusCoding.uncontacted] },
  for: { reference: 'Patient/4' },
  owner: { reference: 'Practitioner/maria' },
  restriction: { period: { end: new Date('2026-02-10T17:00:00').toISOString() } },
};

it('works on a Task with nothing in it', () => {
  const empty = outreach({ resourceType: 'Task' } as Task);
  expect(empty).toMatchObject({ patientId: '', workStatus: 'uncontacted', open: true, notes: [] });
  expect(empty.outcome).toEqual({ contacted: false, appointment: undefined, crisisTeam: false });
});

it('reads the outcomes', () => {
  const done = outreach({
    ...task,
    output: [
      { type: { coding: [outreachOutcomeCoding.patientContacted] }, valueBoolean: true },
      { type: { coding: [outreachOutcomeCoding.appointmentScheduled] }, valueDateTime: '2026-02-12T14:00:00Z' },
    ],
  });
  expect(done.outcome).toEqual({ contacted: true, appointment: '2026-02-12T14:00:00Z', crisisTeam: false });
});

it('knows outreach by its code system, not by its code alone', () => {
  expect(isOutreach(task)).toBe(true);
  expect(isOutreach({ ...task, code: { coding: [{ system: 'urn:x', code: 'outreach' }] } })).toBe(false);
  expect(codeSystemUrl.task).toContain('CodeSystem/task');
});

describe('isDueToday', () => {
  const due = (change: Partial<Task>): boolean => isDueToday(outreach({ ...task, ...change }), now);

  it('counts what is due today, overdue, or due within 24 hours', () => {
    expect(due({})).toBe(true);
    expect(due({ restriction: { period: { end: '2026-02-01T00:00:00Z' } } })).toBe(true);
    expect(due({ restriction: { period: { end: new Date('2026-02-11T08:59:00').toISOString() } } })).toBe(true);
  });

  it('counts a critical one at once, though it is due 24 hours after a clock that runs ahead of ours', () => {
    expect(
      due({ priority: 'stat', restriction: { period: { end: new Date('2026-02-11T09:00:20').toISOString() } } }),
    ).toBe(true);
  });

  it('leaves out what is due later, in process, or closed', () => {
    expect(due({ restriction: { period: { end: new Date('2026-02-12T12:00:00').toISOString() } } })).toBe(false);
    expect(due({ status: 'in-progress', businessStatus: { coding: [workStatusCoding.inProcess] } })).toBe(false);
    expect(due({ status: 'cancelled' })).toBe(false);
  });
});

it('prefers the open Task of a patient to a closed one', () => {
  const closed = outreach({ ...task, id: 'old', status: 'completed', meta: { lastUpdated: '2026-02-10' } });
  const open = outreach({ ...task, meta: { lastUpdated: '2026-01-01' } });
  expect(outreachByPatient([closed, open]).get('4')?.id).toBe('t');
  expect(outreachByPatient([open, closed]).get('4')?.id).toBe('t');
});
