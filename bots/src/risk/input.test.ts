/** Facts out of charts: windows, time zones, order, and the emptiest valid resources. @see https://hl7.org/fhir/R4/observation.html */
import type { Appointment, Encounter, Observation, QuestionnaireResponse } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daysBefore, riskObservation } from '../testing/clinic.ts';
import { scoreRisk } from './engine.ts';
import { type RiskChart, readFacts } from './input.ts';

const now = new Date('2026-02-10T15:00:00Z');
const empty: RiskChart = { observations: [], appointments: [], encounters: [], responses: [] };
const read = (chart: Partial<RiskChart>, timeZone = 'America/New_York') =>
  readFacts({ ...empty, ...chart }, now, timeZone);
const call = (at: string, value: Partial<Observation> = {}) => riskObservation('1', 'crisis-call', at, value);
const percent = (value: number, at: string, code = '%') =>
  riskObservation('1', 'medication-adherence', at, { id: `a${value}`, valueQuantity: { value, code } });
const loinc = (code: string, valueInteger: number, at = daysBefore(now, 5)): Observation => ({
  ...riskObservation('1', 'x', at, { valueInteger }),
  code: { coding: [{ system: 'http://loinc.org', code }] },
});

describe('crisis calls', () => {
  it('counts by instants inside 30 days', () => {
    const edge = now.getTime() - 30 * 86_400_000;
    const at = (ms: number): string => new Date(ms).toISOString();
    expect(read({ observations: [call(at(edge)), call(at(edge - 1))] }).crisisCalls.value).toBe(1);
  });

  it('adds the count that an Observation may hold', () => {
    expect(
      read({ observations: [call(daysBefore(now, 1), { valueInteger: 3 }), call(daysBefore(now, 2))] }).crisisCalls
        .value,
    ).toBe(4);
  });

  it('leaves out what was entered in error and what lies in the future', () => {
    const observations = [call(daysBefore(now, 1), { status: 'entered-in-error' }), call(daysBefore(now, -2))];
    expect(read({ observations }).crisisCalls.value).toBe(0);
  });

  it('reads a plain date as the clinic’s day', () => {
    expect(read({ observations: [call('2026-01-11')] }).crisisCalls.value).toBe(1);
    expect(read({ observations: [call('2026-01-10')] }).crisisCalls.value).toBe(0);
  });
});

describe('medication adherence', () => {
  it('takes the latest and marks it stale after 90 days', () => {
    const observations = [percent(80, daysBefore(now, 120)), percent(40, daysBefore(now, 91))];
    expect(read({ observations }).medicationAdherence).toMatchObject({ value: 40, stale: true });
  });

  it('reads a ratio as percent, and leaves another unit unknown', () => {
    expect(read({ observations: [percent(0.25, daysBefore(now, 1), '1')] }).medicationAdherence?.value).toBe(25);
    expect(read({ observations: [percent(25, daysBefore(now, 1), 'mg')] }).medicationAdherence).toBeUndefined();
  });
});

describe('days since last seen', () => {
  const seen = (end: string): Encounter => ({
    resourceType: 'Encounter',
    status: 'finished',
    class: {},
    period: { end },
  });

  it('counts the clinic’s calendar days, not hours', () => {
    expect(read({ encounters: [seen('2026-02-10T03:00:00Z')] }).daysSinceSeen?.value).toBe(1);
    expect(read({ encounters: [seen('2026-02-10T03:00:00Z')] }, 'UTC').daysSinceSeen?.value).toBe(0);
  });

  it('counts 52 days from 2025-12-20 to 2026-02-10, and whole days across a change of clocks', () => {
    expect(read({ encounters: [seen('2025-12-20T14:00:00-05:00')] }).daysSinceSeen?.value).toBe(52);
    const march = new Date('2026-03-09T04:30:00Z');
    const facts = readFacts({ ...empty, encounters: [seen('2026-03-08T06:30:00Z')] }, march, 'America/New_York');
    expect(facts.daysSinceSeen?.value).toBe(1);
  });

  it('takes the later of a finished Encounter and a kept Appointment', () => {
    const kept: Appointment = {
      resourceType: 'Appointment',
      status: 'fulfilled',
      end: daysBefore(now, 10),
      participant: [],
    };
    expect(read({ encounters: [seen(daysBefore(now, 52))], appointments: [kept] }).daysSinceSeen?.value).toBe(10);
  });
});

describe('missed appointments', () => {
  const missed = (days: number): Appointment => ({
    resourceType: 'Appointment',
    status: 'noshow',
    start: daysBefore(now, days),
    participant: [],
  });

  it('counts noshow within 90 days', () => {
    expect(read({ appointments: [missed(1), missed(90), missed(91)] }).missedAppointments.value).toBe(2);
  });
});

describe('instruments', () => {
  const item = (linkId: string, valueInteger: number) => ({ linkId, answer: [{ valueInteger }] });
  const response = (items: QuestionnaireResponse['item'], days: number): QuestionnaireResponse => ({
    resourceType: 'QuestionnaireResponse',
    status: 'completed',
    authored: daysBefore(now, days),
    item: items,
  });

  it('reads totals and item 9 from Observations and their components', () => {
    const panel: Observation = {
      ...loinc('44261-6', 12),
      component: [
        {
          code: { coding: [{ system: 'http://loinc.org', code: '44260-8' }] },
          valueCodeableConcept: { coding: [{ code: 'LA6569-3' }] },
        },
      ],
    };
    const facts = read({ observations: [panel, loinc('70274-6', 9)] });
    expect([facts.phq9?.value, facts.phq9Item9?.value, facts.gad7?.value]).toEqual([12, 1, 9]);
    expect(scoreRisk(facts).band).toBe('critical');
  });

  it('reads them from a QuestionnaireResponse, nested and prefixed', () => {
    const facts = read({
      responses: [response([{ linkId: 'group', item: [item('/44260-8', 2), item('44261-6', 15)] }], 3)],
    });
    expect([facts.phq9?.value, facts.phq9Item9?.value]).toEqual([15, 2]);
  });

  it('ignores a total that the instrument cannot have', () => {
    expect(read({ observations: [loinc('44261-6', 28)] }).phq9).toBeUndefined();
  });

  it('takes the highest positive C-SSRS item; a later "no" to item 2 skips items 3 to 5', () => {
    const yes = (no: number, at: string) => riskObservation('1', `cssrs-item-${no}`, at, { valueBoolean: true });
    const observations = [yes(2, daysBefore(now, 9)), yes(4, daysBefore(now, 9))];
    expect(read({ observations }).cssrs?.value).toBe(4);
    const later = riskObservation('1', 'cssrs-item-2', daysBefore(now, 2), { valueBoolean: false });
    expect(read({ observations: [...observations, later] }).cssrs?.value).toBe(0);
  });

  it('keeps a stale positive answer: time alone never lowers a score', () => {
    const facts = read({ observations: [loinc('44260-8', 1, daysBefore(now, 200))] });
    expect(facts.phq9Item9).toMatchObject({ value: 1, stale: true });
    expect(scoreRisk(facts).band).toBe('critical');
  });
});

describe('every chart', () => {
  it('is read without its order mattering', () => {
    const when = fc.integer({ min: 0, max: 120 }).map((days) => daysBefore(now, days));
    const observation = fc.oneof(
      when.map((at) => call(at)),
      fc.tuple(fc.integer({ min: 0, max: 100 }), when).map(([value, at]) => percent(value, at)),
      fc.tuple(fc.integer({ min: 0, max: 27 }), when).map(([value, at]) => loinc('44261-6', value, at)),
      fc
        .tuple(fc.integer({ min: 1, max: 6 }), fc.boolean(), when)
        .map(([no, valueBoolean, at]) => riskObservation('1', `cssrs-item-${no}`, at, { valueBoolean })),
    );
    const numbered = fc
      .array(observation, { maxLength: 12 })
      .map((all) => all.map((each, i) => ({ ...each, id: `o${i}` })));
    fc.assert(
      fc.property(numbered, fc.infiniteStream(fc.nat()), (observations, keys) => {
        const shuffled = observations
          .map((each) => [keys.next().value ?? 0, each] as const)
          .sort((a, b) => a[0] - b[0]);
        expect(read({ observations: shuffled.map(([, each]) => each) })).toEqual(read({ observations }));
      }),
    );
  });

  it('is read from the emptiest valid resources', () => {
    const facts = read({
      observations: [{ resourceType: 'Observation', status: 'final', code: {} }],
      appointments: [{ resourceType: 'Appointment', status: 'noshow', participant: [] }],
      encounters: [{ resourceType: 'Encounter', status: 'finished', class: {} }],
      responses: [{ resourceType: 'QuestionnaireResponse', status: 'completed' }],
    });
    expect(facts).toEqual(read({}));
    expect(scoreRisk(facts)).toMatchObject({ score: 0, band: 'low' });
  });
});
