import type { Prng } from './prng.ts';

/** What a patient's chart will say about the four coded risk factors. */
export interface RiskFacts {
  /** Crisis calls in the last 30 days. */
  readonly crisisCalls: number;
  /** Share of doses taken, in percent. */
  readonly adherence: number;
  /** Appointments not kept in the last 90 days. */
  readonly missed: number;
  /** Days since the patient was last seen. */
  readonly daysSinceSeen: number;
}

/** A third of the clinic's patients, by how much they need. */
export type PlannedBand = 'high' | 'medium' | 'low';

interface Range {
  readonly crisisCalls: readonly [number, number];
  readonly adherence: readonly [number, number];
  readonly missed: readonly [number, number];
  readonly daysSinceSeen: readonly [number, number];
  /** Points that the four factors may give together; clear of the band's edges. */
  readonly points: readonly [number, number];
}

/**
 * Ranges to draw from. The points stay so far from the edges (40 and 70) that the questionnaires planned for a patient,
 * rounding, and a day more or less move nobody into another band.
 */
export const factRanges: Readonly<Record<PlannedBand, Range>> = {
  high: { crisisCalls: [4, 7], adherence: [20, 55], missed: [2, 4], daysSinceSeen: [14, 60], points: [73, 87] },
  medium: { crisisCalls: [1, 3], adherence: [35, 70], missed: [1, 3], daysSinceSeen: [10, 60], points: [43, 60] },
  low: { crisisCalls: [0, 1], adherence: [70, 100], missed: [0, 1], daysSinceSeen: [1, 45], points: [2, 33] },
};

/** Points by the clinic's weighting: what decides whether drawn facts suit a band. The score itself is the bot's. */
export function plannedPoints(facts: RiskFacts): number {
  const calls = Math.min(40, facts.crisisCalls * 6);
  const adherence = Math.min(32, (100 - facts.adherence) * 0.32);
  const missed = Math.min(20, facts.missed * 5);
  const unseen = Math.min(15, (facts.daysSinceSeen / 52) * 15);
  return calls + adherence + missed + unseen;
}

function drawOnce(random: Prng, range: Range): RiskFacts {
  return {
    crisisCalls: random.integer(...range.crisisCalls),
    adherence: random.integer(...range.adherence),
    missed: random.integer(...range.missed),
    daysSinceSeen: random.integer(...range.daysSinceSeen),
  };
}

/** Facts that suit a band: drawn until the points lie within the band's range. */
export function drawFacts(random: Prng, band: PlannedBand): RiskFacts {
  const range = factRanges[band];
  for (;;) {
    const facts = drawOnce(random, range);
    const points = plannedPoints(facts);
    if (points >= range.points[0] && points <= range.points[1]) {
      return facts;
    }
  }
}
