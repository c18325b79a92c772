import { type BandCuts, standardCuts } from './bands.ts';
import { changeSince, type PreviousScore, type RiskChange } from './change.ts';
import { type Counterfactual, counterfactuals } from './counterfactual.ts';
import { type RiskScore, scoreRisk } from './engine.ts';
import type { RiskFacts } from './facts.ts';
import { recommendationFor } from './recommendation.ts';
import type { Trend } from './trend.ts';

/** Everything the engine says about one patient: the same in every wrapper (subscription, batch, text). */
export interface Assessment {
  readonly facts: RiskFacts;
  readonly score: RiskScore;
  readonly counterfactuals: readonly Counterfactual[];
  readonly change?: RiskChange;
  /** How the score and the instruments moved over the last weeks, as far as there is enough to tell. */
  readonly trends: readonly Trend[];
  /** Where the bands begin. */
  readonly cuts: BandCuts;
  readonly recommendation: string;
}

/** What the facts are judged beside. */
export interface AssessmentContext {
  readonly previous?: PreviousScore;
  /** The clinic's bands; the standard ones where it set none. */
  readonly cuts?: BandCuts;
  readonly trendsTo?: (score: number) => readonly Trend[];
}

/** Assesses a patient's facts. The one entry to the risk logic. */
export function assess(facts: RiskFacts, context: AssessmentContext = {}): Assessment {
  const { previous, cuts = standardCuts, trendsTo } = context;
  const score = scoreRisk(facts, cuts);
  return {
    facts,
    score,
    counterfactuals: counterfactuals(facts, cuts),
    change: changeSince(previous, score),
    trends: trendsTo?.(score.score) ?? [],
    cuts,
    recommendation: recommendationFor(score.band),
  };
}
