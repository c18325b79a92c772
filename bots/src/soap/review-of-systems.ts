import { findTerms } from '../kit/lexicon/term-index.ts';
import { tokenize } from '../kit/text/index.ts';
import { type DraftSentence, supportOf } from './draft-note.ts';
import { symptomIndex } from './symptom-index.ts';
import { type PatientPronouns, toPatient } from './third-person.ts';
import type { Utterance } from './utterance.ts';

const ANSWER_NO = /^(?:\W*(?:um|uh|well|oh|okay)\W+)*(?:no|nope|not|none|never|nothing|i (?:do|did|have) n't)\b/i;
const ANSWER_YES = /^(?:\W*(?:um|uh|well|oh|okay)\W+)*(?:yes|yeah|yep|a little|i do|i have|i did|sometimes|some)\b/i;

/** Questions about symptoms with their answers: what is denied and what is reported. */
export function review(spoken: readonly Utterance[], until: number, who: PatientPronouns): DraftSentence[] {
  const denied = new Map<string, Utterance>();
  const reported = new Map<string, Utterance>();
  spoken.slice(0, until).forEach((each, i) => {
    const answer = spoken.slice(i + 1, i + 3).find((next) => next.turn > each.turn && next.role !== each.role);
    if (each.role !== 'clinician' || !answer) {
      return;
    }
    const into = ANSWER_NO.test(answer.raw)
      ? denied
      : ANSWER_YES.test(answer.raw) && each.isQuestion
        ? reported
        : undefined;
    for (const mention of into ? findTerms(symptomIndex, tokenize(each.clean)) : []) {
      into?.set(toPatient(each.clean.slice(mention.start, mention.end), who), each);
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
