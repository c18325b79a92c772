import { findTerms } from '../kit/lexicon/term-index.ts';
import { tokenize } from '../kit/text/index.ts';
import { type DraftSentence, supportOf } from './draft-note.ts';
import { symptomIndex } from './symptom-index.ts';
import { type PatientPronouns, toPatient } from './third-person.ts';
import type { Utterance } from './utterance.ts';

const ANSWER_NO =
  /^(?:(?:he|she) says )?(?:\W*(?:um|uh|well|oh|okay)\W+)*(?:no|nope|not|none|never|nothing|i (?:do|did|have) n't)\b/i;
const ANSWER_YES =
  /^(?:(?:he|she) says )?(?:\W*(?:um|uh|well|oh|okay)\W+)*(?:yes|yeah|yep|a little|i do|i have|i did|sometimes|some)\b/i;

/** Of several things that were asked for, only a plain yes reports each. */
const ALL = /^(?:yes|yeah|yep)?[ ,.]*(?:all|both|those|everything)\b|^(?:yes|yeah|yep)[.!]?$/;
/** A question about "the pain" asks how it is, not whether it is there. */
const KNOWN_ALREADY = /\b(?:the|this|that|these|those|your) (?:\w+ )?$/;
/** Habits are asked for in words of their own. */
const HABIT = /\b(?:smok|drink|alcohol|tobacco|drug|pregnan|pills)/;
/** What is asked about others is no symptom of the patient. */
const OF_OTHERS =
  /\b(?:family|famil\w+|mother|father|mum|mom|dad|parents?|sister|brother|siblings?|relatives?|grand\w+|wife|husband|partner|kids?|children|son|daughter|anyone|anybody|someone|run(?:s|ning)? in)\b/;
const NEGATION = /\b(?:no|not|never|none|without|den(?:y|ies)|n't)\b/;

/** What the patient says to have: of that a "no" to another question denies nothing. */
function affirmed(spoken: readonly Utterance[]): ReadonlySet<string> {
  const stated = spoken.filter((each) => each.role === 'patient' && !each.isQuestion && !NEGATION.test(each.clean));
  return new Set(
    stated.flatMap(({ clean }) =>
      findTerms(symptomIndex, tokenize(clean)).map(({ start, end }) => clean.slice(start, end)),
    ),
  );
}

/** Questions about symptoms with their answers: what is denied and what is reported. */
export function review(spoken: readonly Utterance[], until: number, who: PatientPronouns): DraftSentence[] {
  const told = affirmed(spoken);
  const denied = new Map<string, Utterance>();
  const reported = new Map<string, Utterance>();
  const isPunctuated = spoken.some(({ raw }) => /\?\s*$/.test(raw));
  spoken.slice(0, until).forEach((each, i) => {
    const answer = spoken.slice(i + 1, i + 3).find((next) => next.turn > each.turn && next.role !== each.role);
    const isStatement = isPunctuated && !each.isQuestion && /[.!]\s*$/.test(each.raw);
    if (each.role !== 'clinician' || !answer || isStatement || OF_OTHERS.test(each.clean)) {
      return;
    }
    const into = ANSWER_NO.test(answer.raw)
      ? denied
      : ANSWER_YES.test(answer.raw) && each.isQuestion
        ? reported
        : undefined;
    const terms = into ? findTerms(symptomIndex, tokenize(each.clean)) : [];
    if (into === reported && terms.length > 1 && !ALL.test(answer.clean)) {
      return;
    }
    for (const { start, end } of terms) {
      const term = each.clean.slice(start, end);
      const isAsked = !KNOWN_ALREADY.test(each.clean.slice(0, start)) && !HABIT.test(term);
      if (isAsked && !(into === denied && told.has(term))) {
        into?.set(toPatient(term, who), each);
      }
    }
  });
  const line = (verb: string, found: ReadonlyMap<string, Utterance>): DraftSentence[] =>
    found.size === 0
      ? []
      : [
          {
            section: 'review',
            text: `${verb} ${listed([...found.keys()])}.`,
            support: supportOf(...new Set(found.values())),
          },
        ];
  const both = [...reported.keys()].filter((name) => !denied.has(name));
  return [
    ...line('Reports', new Map(both.map((name) => [name, reported.get(name) as Utterance]))),
    ...line('Denies', denied),
  ];
}

function listed(names: readonly string[]): string {
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')}${names.length > 2 ? ',' : ''} or ${names.at(-1)}`;
}
