import { changeSince, type PreviousScore, type RiskChange } from './change.ts';
import { type Counterfactual, counterfactuals } from './counterfactual.ts';
import { type RiskScore, scoreRisk } from './engine.ts';
import type { RiskFacts } from './facts.ts';
import { recommendationFor } from './recommendation.ts';

/** Everything the engine says about one patient: the same in every wrapper (subscription, batch, text). */
export interface Assessment {
  readonly facts: RiskFacts;
  readonly score: RiskScore;
  readonly counterfactuals: readonly Counterfactual[];
  readonly change?: RiskChange;
  readonly recommendation: string;
}

/** Assesses a patient's facts. The one entry to the risk logic. */
export function assess(facts: RiskFacts, previous?: PreviousScore): Assessment {
  const score = scoreRisk(facts);
  return {
    facts,
    score,
    counterfactuals: counterfactuals(facts),
    change: changeSince(previous, score),
    recommendation: recommendationFor(score.band),
  };
}
