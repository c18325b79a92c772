import { expect, test } from 'vitest';
import { patientsOf } from './patients-of.ts';

const version = (type: string, id: string, resource: object) => ({ type, id, json: JSON.stringify(resource) });

test('a patient himself and every patient that a reference names, once each', () => {
  const found = patientsOf([
    version('Patient', 'p1', { resourceType: 'Patient' }),
    version('Observation', 'o1', {
      subject: { reference: 'Patient/p2' },
      focus: [{ reference: 'Patient/p3/_history/2' }],
    }),
    version('Observation', 'o2', { subject: { reference: 'Patient/p2' } }),
  ]);
  expect([...found]).toEqual(['p1', 'p2', 'p3']);
});

test('words of a text are no reference', () => {
  const note = [{ text: '"reference":"Patient/p9"' }];
  expect([...patientsOf([version('Observation', 'o1', { note })])]).toEqual([]);
});
