import type { Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { expect, it } from 'vitest';
import { acknowledged, openAlerts } from './risk-alert.ts';

const NOW = new Date('2026-11-24T12:00:00Z');

function alert(id: string, due: string, priority: Task['priority'], status: Task['status'] = 'requested'): Task {
  return {
    resourceType: 'Task',
    id,
    status,
    intent: 'order',
    priority,
    code: { coding: [taskCoding.riskAlert] },
    for: { reference: 'Patient/p' },
    restriction: { period: { end: due } },
  };
}

it('lists what nobody has acknowledged, the overdue and the urgent first', () => {
  const alerts = openAlerts(
    [
      alert('later', '2026-11-24T16:00:00Z', 'urgent'),
      alert('stat', '2026-11-24T13:00:00Z', 'stat'),
      alert('over', '2026-11-24T11:00:00Z', 'urgent'),
      alert('seen', '2026-11-24T11:00:00Z', 'stat', 'completed'),
      { resourceType: 'Task', status: 'requested', intent: 'order' },
    ],
    NOW,
  );
  expect(alerts.map(({ id, overdue }) => [id, overdue])).toEqual([
    ['over', true],
    ['stat', false],
    ['later', false],
  ]);
  expect(alerts[0]?.patientId).toBe('p');
  const passed = alert('up', '2026-11-24T13:00:00Z', 'stat');
  const [escalated] = openAlerts(
    [{ ...passed, note: [{ text: 'Not acknowledged in time by Practitioner/maria.' }] }],
    NOW,
  );
  expect(escalated?.passedBy).toEqual(['Practitioner/maria']);
});

it('is acknowledged by somebody, at a time', () => {
  const task = acknowledged(alert('a', '', 'stat'), 'Practitioner/1', NOW);
  expect(task.status).toBe('completed');
  expect(task.note?.[0]).toMatchObject({ time: NOW.toISOString(), authorReference: { reference: 'Practitioner/1' } });
  expect(openAlerts([task], NOW)).toEqual([]);
});
