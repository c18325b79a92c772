import { expect, it } from 'vitest';
import { messageTo } from './message-dialog.tsx';
import { formError, formOf, isFilledIn } from './use-outreach-form.ts';

it('starts empty without an open outreach', () => {
  expect(formOf(undefined)).toEqual({
    contacted: false,
    scheduled: false,
    appointment: undefined,
    crisisTeam: false,
    note: '',
  });
  expect(isFilledIn(formOf(undefined))).toBe(false);
});

it('asks for the time of a scheduled appointment', () => {
  const form = { ...formOf(undefined), scheduled: true };
  expect(formError(form)).not.toBe('');
  expect(formError({ ...form, appointment: '2026-02-12T14:00:00Z' })).toBe('');
  expect(isFilledIn({ ...form, scheduled: false, note: '  ' })).toBe(false);
});

it('addresses a message to the patient from the person who writes', () => {
  const me = { reference: 'Practitioner/1', name: 'Maria Lopez', given: 'Maria' };
  const message = messageTo({ id: '4', name: 'Davis Robert', caseManagers: [] }, ' Hello ', me, '2026-02-10T09:00:00Z');
  expect(message).toMatchObject({
    subject: { reference: 'Patient/4' },
    sender: { reference: 'Practitioner/1' },
    payload: [{ contentString: 'Hello' }],
  });
});
