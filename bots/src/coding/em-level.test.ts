/**
 * The public rules for office visits since 2021, in our own words.
 * @see https://www.cms.gov/medicare/payment/fee-schedules/physician/evaluation-management-visits
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EmFacts, emDecision, type ManagementRisk, problemKinds } from './em-level.ts';

const facts = (change: Partial<EmFacts> = {}): EmFacts => ({
  isNewPatient: false,
  problems: [],
  data: [],
  interpreted: [],
  discussed: [],
  risk: 'minimal',
  riskReasons: [],
  ...change,
});
const problem = (...kinds: (typeof problemKinds)[number][]): EmFacts['problems'] =>
  kinds.map((kind, i) => ({ name: `problem ${i + 1}`, kind }));

describe('emDecision', () => {
  it.each([
    [facts({ problems: problem('minor') }), 2],
    [facts({ problems: problem('minor', 'minor'), risk: 'low' }), 3],
    [facts({ problems: problem('stable-chronic'), risk: 'moderate' }), 3],
    [facts({ problems: problem('stable-chronic', 'stable-chronic'), risk: 'moderate' }), 4],
    [facts({ problems: problem('worsening-chronic'), risk: 'moderate' }), 4],
    [facts({ problems: problem('undiagnosed-uncertain'), data: ['a', 'b', 'c'] }), 4],
    [facts({ problems: problem('acute-uncomplicated'), data: ['a', 'b'] }), 3],
    [facts({ problems: problem('life-threatening'), risk: 'high' }), 5],
    [facts({ problems: problem('life-threatening'), risk: 'moderate' }), 4],
    [facts({ data: ['a', 'b', 'c'], interpreted: ['x'], risk: 'high' }), 5],
  ])('takes the level that two of three elements reach (%#)', (given, level) => {
    expect(emDecision(given)).toMatchObject({ level, basis: 'decision-making' });
  });

  it.each([
    [9, false, 2],
    [10, false, 2],
    [19, false, 2],
    [20, false, 3],
    [30, false, 4],
    [40, false, 5],
    [29, true, 2],
    [30, true, 3],
    [45, true, 4],
    [60, true, 5],
  ])('%i minutes, new %s, are level %i', (minutes, isNewPatient, level) => {
    expect(emDecision(facts({ minutes, isNewPatient })).level).toBe(level);
  });

  it('takes time only where it gives more, and says on what it stands', () => {
    const busy = facts({ problems: problem('worsening-chronic'), risk: 'moderate', minutes: 22 });
    expect(emDecision(busy)).toMatchObject({ level: 4, basis: 'decision-making', byTime: 3 });
    const long = emDecision({ ...busy, minutes: 41 });
    expect(long).toMatchObject({ level: 5, basis: 'time' });
    expect(long.atRisk).toContain('41 minutes');
  });

  it('shows what is missing for more and what the level hangs on, alike', () => {
    const decision = emDecision(facts({ problems: problem('worsening-chronic'), risk: 'moderate' }));
    expect(decision.forHigher).toMatch(/^Level 5 needs .*40 minutes/);
    expect(decision.atRisk).toContain('problems or risk');
    const least = emDecision(facts());
    expect([least.atRisk, emDecision(facts({ minutes: 90 })).forHigher]).toEqual([undefined, undefined]);
  });

  it('never falls when more is documented', () => {
    const risks: readonly ManagementRisk[] = ['minimal', 'low', 'moderate', 'high'];
    const kinds = fc.array(fc.constantFrom(...problemKinds), { maxLength: 4 });
    fc.assert(
      fc.property(kinds, fc.nat(4), fc.nat(3), fc.nat(80), (some, tests, risk, minutes) => {
        const less = facts({
          problems: problem(...some),
          data: Array.from({ length: tests }, (_, i) => `t${i}`),
          risk: risks[risk] ?? 'high',
          minutes,
        });
        const more = facts({
          ...less,
          problems: [...less.problems, { name: 'one more', kind: 'worsening-chronic' }],
          data: [...less.data, 'one more'],
          risk: risks[risk + 1] ?? 'high',
          minutes: minutes + 5,
        });
        expect(emDecision(more).level).toBeGreaterThanOrEqual(emDecision(less).level);
      }),
    );
  });
});
