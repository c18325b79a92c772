import type { Observation, Patient, Task } from '@medplum/fhirtypes';
import {
  identifierSystem,
  observationCoding,
  riskFactorCoding,
  taskCoding,
  workStatusCoding,
} from '@mindbridge/fhir-profiles';
import { expect, it } from 'vitest';
import { filterWorklist, matchesText, sortWorklist, worklist } from './worklist.ts';

const patient = (id: string, family: string, manager: string): Patient => ({
  resourceType: 'Patient',
  id,
  meta: { accounts: [{ reference: `Practitioner/${manager}` }] },
  identifier: [{ system: identifierSystem.patientNumber, value: `P00${id}` }],
  name: [{ family, given: ['José'] }],
});
const score = (id: string, value: number, days: number): Observation => ({
  resourceType: 'Observation',
  id: `s${id}`,
  status: 'final',
  code: { coding: [observationCoding.riskScore] },
  subject: { reference: `Patient/${id}` },
  effectiveDateTime: '2026-02-10T12:00:00',
  valueQuantity: { value },
  component: [
    { code: { coding: [riskFactorCoding.crisisCalls] }, valueQuantity: { value: 0 } },
    { code: { coding: [riskFactorCoding.medicationAdherence] }, valueQuantity: { value: 25 } },
    { code: { coding: [riskFactorCoding.daysSinceSeen] }, valueQuantity: { value: days } },
  ],
});
const task: Task = {
  resourceType: 'Task',
  id: 't',
  status: 'requested',
  intent: 'order',
  code: { coding: [taskCoding.outreach] },
  businessStatus: { coding: [workStatusCoding.uncontacted] },
  for: { reference: 'Patient/2' },
};
const rows = worklist(
  [patient('1', 'Adams', 'maria'), patient('2', 'Brown', 'tom'), patient('3', 'Cole', 'maria')],
  [score('1', 50, 5), score('2', 95, 52)],
  [task],
);

it('joins patient, score and outreach, and keeps a patient without a score', () => {
  expect(rows.map((row) => [row.patient.number, row.band, row.workStatus])).toEqual([
    ['P001', 'medium', 'none'],
    ['P002', 'critical', 'uncontacted'],
    ['P003', 'unknown', 'none'],
  ]);
});

it('says when the patient was last seen, and why the score is raised', () => {
  expect(rows[1]?.lastSeen).toBe('2025-12-20');
  expect(rows[1]?.reasons.map((reason) => reason.code)).toEqual(['medication-adherence']);
  expect(rows[2]?.lastSeen).toBeUndefined();
});

it('sorts by priority, by name, and by last seen with the undocumented first', () => {
  const order = (sort: Parameters<typeof sortWorklist>[1]): (string | undefined)[] =>
    sortWorklist(rows, sort).map((row) => row.patient.number);
  expect(order('priority')).toEqual(['P002', 'P001', 'P003']);
  expect(order('name')).toEqual(['P001', 'P002', 'P003']);
  expect(order('last-seen')).toEqual(['P003', 'P002', 'P001']);
  expect(order('due')[0]).toBe('P002');
});

it('filters by band, work status, case manager and text, all at once', () => {
  expect(filterWorklist(rows, { band: 'high-and-critical' })).toHaveLength(1);
  expect(filterWorklist(rows, { workStatus: 'uncontacted' })).toHaveLength(1);
  expect(filterWorklist(rows, { caseManager: 'maria' })).toHaveLength(2);
  expect(filterWorklist(rows, { caseManager: 'maria', text: 'cole' })).toHaveLength(1);
  expect(filterWorklist(rows, {})).toHaveLength(3);
});

it('finds by part of the name or number, whatever the accents and the order', () => {
  const [row] = rows;
  expect(row && matchesText(row, 'jose ad')).toBe(true);
  expect(row && matchesText(row, 'p001')).toBe(true);
  expect(row && matchesText(row, 'brown')).toBe(false);
});
