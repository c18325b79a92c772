/** Random charts and facts for property tests. */
import fc from 'fast-check';
import type { Counted, Measured, RiskFacts } from '../risk/facts.ts';

const measured = (least: number, most: number): fc.Arbitrary<Measured> =>
  fc.record({
    value: fc.integer({ min: least, max: most }),
    at: fc.constant('2026-02-01T10:00:00.000Z'),
    stale: fc.boolean(),
    basis: fc.constant(['Observation/1/_history/1']),
  });

const counted = (most: number): fc.Arbitrary<Counted> =>
  fc.record({ value: fc.integer({ min: 0, max: most }), basis: fc.constant(['Observation/2/_history/1']) });

const maybe = (value: fc.Arbitrary<Measured>): fc.Arbitrary<Measured | undefined> =>
  fc.option(value, { nil: undefined });

/** Facts of any patient. */
export const anyFacts: fc.Arbitrary<RiskFacts> = fc.record({
  asOf: fc.constant('2026-02-10T12:00:00.000Z'),
  crisisCalls: counted(20),
  medicationAdherence: maybe(measured(0, 100)),
  missedAppointments: counted(12),
  daysSinceSeen: maybe(measured(0, 400)),
  phq9: maybe(measured(0, 27)),
  phq9Item9: maybe(measured(0, 3)),
  gad7: maybe(measured(0, 21)),
  cssrs: maybe(measured(0, 6)),
});

/** Facts of the clinic's named patients. */
export function clinicFacts(calls: number, adherence: number, missed: number, days: number): RiskFacts {
  const at = '2026-02-01T10:00:00.000Z';
  return {
    asOf: '2026-02-10T12:00:00.000Z',
    crisisCalls: { value: calls, basis: [] },
    medicationAdherence: { value: adherence, at, stale: false, basis: [] },
    missedAppointments: { value: missed, basis: [] },
    daysSinceSeen: { value: days, at, stale: false, basis: [] },
  };
}

/** P004 Davis Robert, as the clinic gave it. */
export const davis = clinicFacts(6, 25, 4, 52);

/** P009 Jackson David: calls and adherence as the clinic gave them, the milder two values are ours. */
export const jackson = clinicFacts(7, 20, 3, 40);
