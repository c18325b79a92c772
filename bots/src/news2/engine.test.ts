/** Every band edge of NEWS2, both SpO2 scales, the rule of the single 3. @see https://www.rcp.ac.uk/improving-care/resources/national-early-warning-score-news-2/ */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoreNews2, type VitalSign, type Vitals } from './engine.ts';

const sign = (value: number): VitalSign => ({ value, stale: false });
const well: Vitals = {
  respiratoryRate: sign(16),
  oxygenSaturation: sign(97),
  supplementalOxygen: { value: false, stale: false },
  systolicPressure: sign(120),
  pulse: sign(70),
  consciousness: { value: 'A', stale: false },
  temperature: sign(37),
};

describe('band edges', () => {
  it.each([
    [
      'respiratoryRate',
      [
        [8, 3],
        [9, 1],
        [11, 1],
        [12, 0],
        [20, 0],
        [21, 2],
        [24, 2],
        [25, 3],
      ],
    ],
    [
      'oxygenSaturation',
      [
        [91, 3],
        [92, 2],
        [93, 2],
        [94, 1],
        [95, 1],
        [96, 0],
        [100, 0],
      ],
    ],
    [
      'systolicPressure',
      [
        [90, 3],
        [91, 2],
        [100, 2],
        [101, 1],
        [110, 1],
        [111, 0],
        [219, 0],
        [220, 3],
      ],
    ],
    [
      'pulse',
      [
        [40, 3],
        [41, 1],
        [50, 1],
        [51, 0],
        [90, 0],
        [91, 1],
        [110, 1],
        [111, 2],
        [130, 2],
        [131, 3],
      ],
    ],
    [
      'temperature',
      [
        [35, 3],
        [35.1, 1],
        [36, 1],
        [36.1, 0],
        [38, 0],
        [38.1, 1],
        [39, 1],
        [39.1, 2],
      ],
    ],
  ] as const)('%s', (name, edges) => {
    for (const [value, points] of edges) {
      expect([value, scoreNews2({ ...well, [name]: sign(value) }).score]).toEqual([value, points]);
    }
  });

  it.each([
    [83, 3],
    [84, 2],
    [85, 2],
    [86, 1],
    [87, 1],
    [88, 0],
    [92, 0],
    [93, 0],
    [97, 0],
  ])('SpO2 scale 2 on air: %i %% gives %i', (value, points) => {
    expect(scoreNews2({ ...well, oxygenSaturation: sign(value) }, 2).score).toBe(points);
  });

  it.each([
    [83, 3],
    [88, 0],
    [92, 0],
    [93, 1],
    [94, 1],
    [95, 2],
    [96, 2],
    [97, 3],
    [100, 3],
  ])('SpO2 scale 2 on oxygen: %i %% gives %i, and 2 for the oxygen', (value, points) => {
    const onOxygen: Vitals = {
      ...well,
      supplementalOxygen: { value: true, stale: false },
      oxygenSaturation: sign(value),
    };
    expect(scoreNews2(onOxygen, 2).score).toBe(points + 2);
  });

  it.each(['C', 'V', 'P', 'U'] as const)('consciousness %s gives 3', (value) => {
    expect(scoreNews2({ ...well, consciousness: { value, stale: false } }).points.consciousness).toBe(3);
  });
});

describe('risk', () => {
  it.each([
    [{}, 0, 'low'],
    [{ pulse: sign(91), temperature: sign(38.1) }, 2, 'low'],
    [{ pulse: sign(131) }, 3, 'low-medium'],
    [{ pulse: sign(131), temperature: sign(38.1), oxygenSaturation: sign(95) }, 5, 'medium'],
    [{ pulse: sign(131), respiratoryRate: sign(25), temperature: sign(38.1) }, 7, 'high'],
  ] as const)('%o is %i, %s', (change, score, risk) => {
    expect(scoreNews2({ ...well, ...change })).toMatchObject({ score, risk });
  });

  it('asks for an urgent review when a single parameter is at 3', () => {
    expect(scoreNews2({ ...well, consciousness: { value: 'C', stale: false } })).toMatchObject({
      score: 3,
      singleThree: true,
    });
    expect(scoreNews2({ ...well, pulse: sign(111), temperature: sign(38.5) })).toMatchObject({
      score: 3,
      singleThree: false,
    });
  });
});

describe('missing and stale inputs', () => {
  it('scores nothing from nothing and names every input', () => {
    expect(scoreNews2({})).toMatchObject({ score: 0, risk: 'low' });
    expect(scoreNews2({}).unknown).toHaveLength(7);
  });

  it('keeps the points of a stale input and names it', () => {
    const stale = scoreNews2({ ...well, pulse: { value: 131, stale: true } });
    expect(stale).toMatchObject({ score: 3, unknown: ['pulse'] });
  });

  it('never rises when an input is lost', () => {
    const vital = fc.record({ value: fc.integer({ min: 20, max: 240 }), stale: fc.boolean() });
    fc.assert(
      fc.property(vital, vital, vital, (respiratoryRate, pulse, systolicPressure) => {
        const all = { ...well, respiratoryRate, pulse, systolicPressure };
        expect(scoreNews2({ ...all, pulse: undefined }).score).toBeLessThanOrEqual(scoreNews2(all).score);
      }),
    );
  });
});
