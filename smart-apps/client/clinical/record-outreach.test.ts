import type { Task } from '@medplum/fhirtypes';
import { workStatusCoding } from '@mindbridge/fhir-profiles';
import { expect, it } from 'vitest';
import { outreach } from './outreach.ts';
import type { OutreachForm } from './record-outreach.ts';
import { newOutreachTask, outreachTransaction, withOutreach, withWorkStatus } from './record-outreach.ts';

const context = {
  patient: { reference: 'Patient/4' },
  author: { reference: 'Practitioner/maria', display: 'Maria Lopez' },
  now: '2026-02-10T09:00:00.000Z',
};
const form: OutreachForm = {
  contacted: true,
  scheduled: true,
  appointment: '2026-02-12T14:00:00.000Z',
  crisisTeam: false,
  note: '  Spoke with him. ',
};
const task: Task = {
  ...newOutreachTask(context),
  id: 't',
  meta: { versionId: '3' },
  note: [{ text: 'Earlier' }],
  output: [{ type: { text: 'foreign' }, valueString: 'kept' }],
};

it('moves the Task to in process with its outcomes, and keeps what was there', () => {
  const next = withOutreach(task, form, context);
  expect(next.status).toBe('in-progress');
  expect(next.businessStatus?.coding).toEqual([workStatusCoding.inProcess]);
  expect(next.note?.map((note) => note.text)).toEqual(['Earlier', 'Spoke with him.']);
  expect(next.output?.[0]?.valueString).toBe('kept');
  expect(outreach(next).outcome).toEqual({ contacted: true, appointment: form.appointment, crisisTeam: false });
});

it('replaces outcomes when saved again instead of adding them twice', () => {
  const again = withOutreach(withOutreach(task, form, context), { ...form, contacted: false, note: '' }, context);
  expect(outreach(again).outcome.contacted).toBe(false);
  expect(again.output).toHaveLength(2);
  expect(again.note).toHaveLength(2);
});

it('writes the Task only on the version that was seen, together with the Appointment', () => {
  const bundle = outreachTransaction(task, form, context);
  expect(bundle.type).toBe('transaction');
  expect(bundle.entry?.[0]?.request).toEqual({ method: 'PUT', url: 'Task/t', ifMatch: 'W/"3"' });
  const appointment = bundle.entry?.[1]?.resource;
  expect(appointment).toMatchObject({ resourceType: 'Appointment', status: 'booked', end: '2026-02-12T14:45:00.000Z' });
});

it('books no second Appointment when the time has not changed', () => {
  expect(outreachTransaction(withOutreach(task, form, context), form, context).entry).toHaveLength(1);
});

it('opens a Task for a patient who has none', () => {
  const bundle = outreachTransaction(newOutreachTask(context), { ...form, scheduled: false }, context);
  expect(bundle.entry).toHaveLength(1);
  expect(bundle.entry?.[0]?.request).toEqual({ method: 'POST', url: 'Task' });
});

it('keeps status and business status together', () => {
  expect(withWorkStatus(task, 'uncontacted', context.now).status).toBe('requested');
  expect(withWorkStatus(task, 'in-process', context.now).status).toBe('in-progress');
  expect(withWorkStatus(task, 'resolved', context.now).status).toBe('completed');
});
