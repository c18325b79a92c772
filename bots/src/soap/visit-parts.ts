import { isConclusion, sectionOfStatement } from './statement.ts';
import type { Utterance } from './utterance.ts';

/** Where the examination and the plan of a visit begin, as places among its utterances. */
export interface VisitParts {
  readonly exam: number;
  readonly plan: number;
}

const EXAM_BEGINS =
  /\b(?:physical exam|on (?:your|the) (?:\w+ )?exam|take a look|examine|exam on you|listen to your|look (?:at|in) your|look at your vital|your vital|get your vitals)/i;
const PLAN_BEGINS =
  /\b(?:assessment and (?:my )?plan|my assessment|for your first|first problem|my plan for|so what does (?:all )?that mean|what i(?:'d| would) like to do|what we(?:'re| are) gon na do)/i;

/** Visits below so many utterances seldom announce a part: there each statement counts by its words. */
const SHORT = 60;

function firstOf(spoken: readonly Utterance[], from: number, fits: (each: Utterance) => boolean): number {
  const at = spoken.findIndex((each, i) => i >= from && each.role === 'clinician' && fits(each));
  return at < 0 ? spoken.length : at;
}

/** Is a visit so short that nearly everything said in it matters? */
export function isShort(spoken: readonly Utterance[]): boolean {
  return spoken.length < SHORT;
}

/** Finds the parts of a visit by how clinicians announce them; failing that, by their first conclusion or order. */
export function partsOfVisit(spoken: readonly Utterance[]): VisitParts {
  const exam = firstOf(spoken, Math.floor(spoken.length * 0.2), ({ raw }) => EXAM_BEGINS.test(raw));
  const from = Math.min(exam, Math.floor(spoken.length * 0.4));
  const announced = firstOf(spoken, from, ({ raw }) => PLAN_BEGINS.test(raw));
  const examined = exam === spoken.length ? 0 : exam;
  const last = Math.max(examined, Math.floor(spoken.length * 0.75));
  const concluded = isShort(spoken)
    ? firstOf(spoken, Math.max(examined, from), (each) => !each.isQuestion && isDecision(each))
    : last;
  const plan = announced === spoken.length ? Math.min(concluded, spoken.length) : announced;
  return { exam: Math.min(exam, plan), plan };
}

function isDecision({ clean, weight }: Utterance): boolean {
  return (
    weight > 0 &&
    !/\blet me\b|\blet us look\b|\blet's (?:look|see)\b/.test(clean) &&
    (isConclusion(clean) || sectionOfStatement(clean) === 'plan')
  );
}
