import { drugs } from '../kit/lexicon/drugs.ts';
import { findTerms, termIndex } from '../kit/lexicon/term-index.ts';
import { tokenize } from '../kit/text/index.ts';
import { type DraftSentence, supportOf } from './draft-note.ts';
import { sentenceCase } from './third-person.ts';
import type { Utterance } from './utterance.ts';

const names = termIndex(drugs.flatMap((drug) => drug.names.map((name) => [name, name] as const)));

const ASKS = /\b(?:taking|take|on|using|use)\b/;
const YES = /^(?:\W*(?:um|uh|well|oh|okay)\W+)*(?:yes|yeah|yep|i am|i do|every|still)\b/i;
const NO =
  /^(?:\W*(?:um|uh|well|oh|okay)\W+)*(?:no|nope|not|never|i (?:stopped|never|have ?n't|have not|did ?n't|did not|ran out))\b/i;
/** Dose and frequency, as they are said in an answer. */
const DOSAGE =
  /\b\d+(?:\.\d+)? ?(?:mg|mcg|units?|puffs?|tablets?|pills?)\b(?:,? (?:once|twice|three times|every|each|a|per|at|in|the|daily|day|morning|night|evening|bedtime|week|hours?|\d+|as needed))*|\b(?:once|twice|three times) (?:a|per|every) day\b|\bevery (?:morning|night|evening|day|other day)\b/;

/** Medicines that the clinician asks for and the patient confirms or denies: question and answer make one sentence. */
export function medicineAnswers(spoken: readonly Utterance[], until: number): DraftSentence[] {
  return spoken.slice(0, until).flatMap((question, i): DraftSentence[] => {
    const answer = spoken.slice(i + 1, i + 3).find((each) => each.role !== question.role);
    const [mention] = findTerms(names, tokenize(question.clean));
    if (question.role !== 'clinician' || !question.isQuestion || !answer || !mention || !ASKS.test(question.clean)) {
      return [];
    }
    const name = question.clean.slice(mention.start, mention.end);
    const support = supportOf(question, answer);
    if (NO.test(answer.raw)) {
      return [{ section: 'history', text: sentenceCase(`the patient does not take ${name}`), support }];
    }
    const other = findTerms(names, tokenize(answer.clean)).length > 0;
    const dosage = other ? undefined : DOSAGE.exec(answer.clean)?.[0];
    return YES.test(answer.raw) || dosage
      ? [
          {
            section: 'history',
            text: sentenceCase(['the patient takes', name, dosage].filter(Boolean).join(' ')),
            support,
          },
        ]
      : [];
  });
}
