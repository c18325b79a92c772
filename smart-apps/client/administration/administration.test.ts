import { expect, it } from 'vitest';
import {
  auditLine,
  chartAccesses,
  chartViewers,
  deadLetters,
  mergeRuns,
  replayOf,
  runDetail,
  runPage,
} from './index.ts';

const RUN = {
  name: 'run',
  part: [
    { name: 'id', valueString: 'r1' },
    { name: 'bot', valueReference: { reference: 'Bot/b1', display: 'Coder' } },
    { name: 'state', valueCode: 'succeeded' },
    { name: 'started', valueInstant: '2026-11-24T12:00:00Z' },
    { name: 'duration', valueQuantity: { value: 12.4, unit: 'ms' } },
    { name: 'recorded', valueBoolean: true },
  ],
};

it('reads the runs of bots, and keeps the list current by their ids', () => {
  const page = runPage({
    resourceType: 'Parameters',
    parameter: [RUN, { name: 'since', valueInstant: '2026-11-24T12:00:01Z' }],
  });
  expect(page.since).toBe('2026-11-24T12:00:01Z');
  expect(page.runs[0]).toMatchObject({ id: 'r1', botId: 'b1', botName: 'Coder', duration: 12.4, recorded: true });
  const [run] = page.runs;
  const merged = mergeRuns(run ? [run, { ...run, id: 'r0', started: '2026-11-24T11:00:00Z' }] : [], [
    ...(run ? [{ ...run, state: 'failed' as const }] : []),
  ]);
  expect(merged.map(({ id, state }) => [id, state])).toEqual([
    ['r1', 'failed'],
    ['r0', 'succeeded'],
  ]);
});

it('reads what a run did, and what its replay gave', () => {
  const detail = runDetail({
    resourceType: 'Parameters',
    parameter: [
      ...RUN.part,
      { name: 'log', valueString: 'line' },
      { name: 'read', valueReference: { reference: 'Patient/1/_history/2' } },
      {
        name: 'call',
        part: [
          { name: 'method', valueCode: 'GET' },
          { name: 'path', valueString: '/Patient/1' },
          { name: 'status', valueInteger: 200 },
        ],
      },
    ],
  });
  expect(detail).toMatchObject({ log: 'line', read: ['Patient/1/_history/2'], calls: ['GET /Patient/1 200'] });
  expect(
    replayOf({
      resourceType: 'Parameters',
      parameter: [
        { name: 'equal', valueBoolean: false },
        { name: 'difference', valueString: 'x' },
      ],
    }),
  ).toEqual({ equal: false, differences: ['x'] });
});

it('reads what could not be delivered', () => {
  const [letter] = deadLetters({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'dead-letter',
        part: [
          { name: 'subscription', valueReference: { reference: 'Subscription/s1', display: 'Alerts' } },
          { name: 'event-number', valueString: '7' },
          { name: 'attempts', valueInteger: 5 },
        ],
      },
    ],
  });
  expect(letter).toMatchObject({ key: 's1-7', reason: 'Alerts', attempts: 5 });
});

it('reads the emptiest audit event, and who saw a chart', () => {
  expect(auditLine({ resourceType: 'AuditEvent' } as never)).toMatchObject({ agent: '', records: [], refused: false });
  const searched = { subtype: [{ code: 'search-type' }], entity: [{ name: 'Observation' }] };
  expect(auditLine({ resourceType: 'AuditEvent', ...searched } as never).what).toBe('Searched Observation');
  const [access] = chartAccesses({
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'access',
        part: [
          { name: 'agent', valueReference: { reference: 'Practitioner/1' } },
          { name: 'interaction', valueCode: 'read' },
          { name: 'count', valueInteger: 3 },
        ],
      },
    ],
  });
  expect(access).toMatchObject({ agent: 'Practitioner/1', interaction: 'read', count: 3 });
  const other = {
    key: '2',
    agent: 'Practitioner/1',
    interaction: 'search-type',
    type: 'Task',
    count: 2,
    first: '1',
    last: '2',
  };
  const viewers = chartViewers(access ? [access, { ...other, purpose: 'BTG' }] : []);
  expect(viewers).toEqual([
    { agent: 'Practitioner/1', count: 5, kinds: ['read', 'search'], types: ['Task'], emergency: true, last: '2' },
  ]);
});
