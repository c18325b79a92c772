// Security matrix, AI modules: `%patient` and `%patients` are those of the run, and no others.
import { expect, test } from 'vitest';
import { runSubject } from './run-subject.ts';

test.each([
  [
    { resourceType: 'Patient', id: '1' },
    { patient: 'Patient/1', patients: 'Patient/1' },
  ],
  [
    {
      resourceType: 'Appointment',
      id: '4',
      participant: [{ actor: { reference: 'Patient/1' } }, { actor: { reference: 'Practitioner/1' } }],
    },
    { patient: 'Patient/1', patients: 'Patient/1' },
  ],
  [
    { resourceType: 'Encounter', id: '2', subject: { reference: 'Patient/1' } },
    { patient: 'Patient/1', patients: 'Patient/1', encounter: 'Encounter/2' },
  ],
  [
    {
      resourceType: 'DocumentReference',
      id: '3',
      subject: { reference: 'Patient/1' },
      context: { encounter: [{ reference: 'Encounter/2' }] },
    },
    { patient: 'Patient/1', patients: 'Patient/1', encounter: 'Encounter/2' },
  ],
  [
    {
      resourceType: 'Parameters',
      parameter: [
        { name: 'patient', valueReference: { reference: 'Patient/1' } },
        { name: 'encounter', valueReference: { reference: 'Encounter/2' } },
        { name: 'template', valueCode: 'SOAP' },
      ],
    },
    { patient: 'Patient/1', patients: 'Patient/1', encounter: 'Encounter/2' },
  ],
  [
    {
      resourceType: 'Parameters',
      parameter: ['1', '2'].map((id) => ({ name: 'patient', valueReference: { reference: `Patient/${id}` } })),
    },
    { patients: 'Patient/1,Patient/2' },
  ],
  [
    {
      resourceType: 'Parameters',
      parameter: Array.from({ length: 501 }, (_, i) => ({
        name: 'patient',
        valueReference: { reference: `Patient/${i}` },
      })),
    },
    {},
  ],
  [{ resourceType: 'Task', for: { reference: 'Patient/1&_id=2' } }, {}],
  [{ resourceType: 'Task', subject: 7 }, {}],
  ['text', {}],
])('reads whom a run is about (%#)', (input, subject) => {
  expect(runSubject(JSON.stringify(input))).toEqual(subject);
});

test('reads nothing from what is no JSON', () => {
  expect(runSubject('{')).toEqual({});
});
