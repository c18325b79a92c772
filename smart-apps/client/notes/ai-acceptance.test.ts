import { expect, it } from 'vitest';
import { aiAcceptance } from './ai-acceptance.ts';

const measure = 'https://mindbridge.health/fhir/Measure/ai-acceptance';

it('reads decisions, time and sections of each engine', () => {
  const [engine] = aiAcceptance({
    resourceType: 'MeasureReport',
    status: 'complete',
    type: 'summary',
    measure,
    period: {},
    group: [
      {
        code: { text: 'soap-embedded/1.0.0 with no prompt' },
        population: [
          { code: { text: 'decisions' }, count: 4 },
          { code: { text: 'accepted' }, count: 3 },
          { code: { text: 'seconds' }, count: 100 },
        ],
        measureScore: { value: 0.9 },
        stratifier: [
          {
            stratum: [
              {
                value: { coding: [{ display: 'Plan' }] },
                population: [{ code: { text: 'kept' }, count: 7 }],
                measureScore: { value: 0.875 },
              },
            ],
          },
        ],
      },
    ],
  });
  expect(engine).toMatchObject({ decisions: 4, accepted: 3, rejected: 0, seconds: 25, share: 0.9 });
  expect(engine?.sections).toEqual([{ section: 'Plan', kept: 7, edited: 0, removed: 0, added: 0, share: 0.875 }]);
});

it('reads the emptiest report', () => {
  const empty = { resourceType: 'MeasureReport', status: 'complete', type: 'summary', measure, period: {} } as const;
  expect(aiAcceptance(empty)).toEqual([]);
  expect(aiAcceptance({ ...empty, group: [{}] })).toMatchObject([{ engine: 'Not named', decisions: 0, sections: [] }]);
});
