/** A patient described in words (product.md R1, R14): the same logic as for a record. */
import { describe, expect, it } from 'vitest';
import { assess } from './assessment.ts';
import { factsFromText } from './from-text.ts';

const now = new Date('2026-02-10T15:00:00Z');
const score = (text: string): number => assess(factsFromText(text, now, 'America/New_York')).score.score;

describe('factsFromText', () => {
  it.each([
    'Davis Robert: 6 crisis calls in 30 days, 25 % medication adherence, 4 missed appointments, last seen 2025-12-20.',
    'Six crisis calls, adherence 25%, missed four appointments, last seen 52 days ago',
    'Crisis calls: 6\nAdherence: 25 %\nMissed appointments: 4\nLast seen: 2025-12-20',
  ])('scores 95 for: %s', (text) => {
    expect(score(text)).toBe(95);
  });

  it('reads instruments, and item 9 apart from the total', () => {
    const facts = factsFromText('PHQ-9 of 12, PHQ-9 item 9: 1, GAD-7 score 8', now, 'UTC');
    expect([facts.phq9?.value, facts.phq9Item9?.value, facts.gad7?.value]).toEqual([12, 1, 8]);
    expect(assess(facts).score.band).toBe('critical');
  });

  it('leaves unknown what the text does not state or what cannot be', () => {
    const facts = factsFromText('Adherence 250 %. Last seen 2027-01-01. PHQ-9: 99.', now, 'UTC');
    expect([facts.medicationAdherence, facts.daysSinceSeen, facts.phq9]).toEqual([undefined, undefined, undefined]);
    expect(score('')).toBe(0);
  });
});
