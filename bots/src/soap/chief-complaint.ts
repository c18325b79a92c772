import { findTerms } from '../kit/lexicon/term-index.ts';
import { tokenize } from '../kit/text/index.ts';
import { type DraftSentence, supportOf } from './draft-note.ts';
import { PLEASANTRY, speaking, trimmed, UNFINISHED } from './statement.ts';
import { symptomIndex } from './symptom-index.ts';
import { ofPatient, type PatientPronouns, sentenceCase } from './third-person.ts';
import type { Utterance } from './utterance.ts';
import { isShort } from './visit-parts.ts';

const OPENS =
  /\b(?:brings? you|can i (?:do|help)|what(?:'s| is| has been) (?:been )?(?:going on|happening|the (?:problem|matter|trouble)|wrong)|what seems|why are you here|reason for)\b/;

/** The first words of an answer to what brings the patient. */
function opened(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
  const asked = spoken.slice(0, 8).findIndex((each) => each.role === 'clinician' && OPENS.test(each.raw.toLowerCase()));
  const answer = asked < 0 ? undefined : spoken.slice(asked + 1, asked + 3).find((each) => each.role === 'patient');
  const text = answer && trimmed(ofPatient(answer.clean, speaking(answer, who)));
  return answer &&
    text &&
    text.split(' ').length > 2 &&
    text.split(' ').length < 25 &&
    !UNFINISHED.test(text) &&
    !PLEASANTRY.test(answer.clean)
    ? [{ section: 'complaint', text: sentenceCase(`chief complaint: ${text}`), support: supportOf(answer) }]
    : [];
}

/** What brings the patient: in a short visit by the patient's first words, else by the first symptom or condition named. */
export function complaint(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
  const first = isShort(spoken) ? opened(spoken, who) : [];
  if (first.length > 0) {
    return first;
  }
  const opening = spoken.slice(0, 25);
  const introduced = opening.find(
    (each) =>
      each.role === 'clinician' &&
      /\b(?:presents?|here (?:today )?(?:for|with)|comes in|complain|told me|come in)\b/.test(each.clean) &&
      each.weight > 0,
  );
  const stated = introduced ?? opening.find((each) => each.weight > 1 && !each.isQuestion);
  const term = stated && findTerms(symptomIndex, tokenize(stated.clean)).find((each) => !isTitle(stated.clean, each));
  const side =
    stated && term && /\b(?:right|left|bilateral)(?: \w+)?$/.exec(stated.clean.slice(0, term.start).trim())?.[0];
  return stated && term
    ? [
        {
          section: 'complaint',
          text: sentenceCase([side, stated.clean.slice(term.start, term.end)].filter(Boolean).join(' ')),
          support: supportOf(stated),
        },
      ]
    : [];
}

/** "Ms. Hill" names a person, not a disease. */
function isTitle(text: string, { start, end }: { readonly start: number; readonly end: number }): boolean {
  return /^m(?:s|rs?)$/.test(text.slice(start, end)) && /^ ?\./.test(text.slice(end));
}
