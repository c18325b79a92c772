import { type DraftSentence, type SectionName, supportOf } from './draft-note.ts';
import { PLEASANTRY, sectionOfStatement, speaking, trimmed, UNFINISHED, withSubject } from './statement.ts';
import { ofPatient, type PatientPronouns, sentenceCase, toPatient } from './third-person.ts';
import type { Utterance } from './utterance.ts';
import { isShort, partsOfVisit } from './visit-parts.ts';

/** What the patient tells and what the clinician recalls before the examination; what stands in an answer stands there. */
export function history(
  spoken: readonly Utterance[],
  who: PatientPronouns,
  answered: ReadonlySet<number>,
): DraftSentence[] {
  const { exam, plan: planned } = partsOfVisit(spoken);
  const short = isShort(spoken);
  return spoken.slice(0, short ? planned : exam).flatMap((each, i): DraftSentence[] => {
    const isPatient = each.role === 'patient';
    const length = each.clean.split(' ').length;
    const stated = isPatient ? 'history' : sectionOfStatement(each.clean);
    const counts = isPatient || i > spoken.length * LATE || (short && stated !== 'plan');
    const minimum = leastWeight(each, short, counts ? stated : 'history');
    if (
      (!isPatient && i >= exam) ||
      answered.has(each.start) ||
      each.isQuestion ||
      each.weight < minimum ||
      length < leastLength(each, short) ||
      (short && PLEASANTRY.test(each.clean)) ||
      length > 45 ||
      isIdentity(spoken, i)
    ) {
      return [];
    }
    const told = isPatient ? ofPatient(each.clean, speaking(each, who)) : toPatient(each.clean, who);
    const text = once(withSubject(trimmed(told), each, who));
    return UNFINISHED.test(text)
      ? []
      : [{ section: counts ? stated : 'history', text: sentenceCase(text), support: supportOf(each) }];
  });
}

/** "The patient" stands once in a sentence where it goes on with "and". */
function once(text: string): string {
  return text.startsWith('the patient ') ? text.replace(/\b(and|but) the patient (?=[a-z])/g, '$1 ') : text;
}

function leastLength({ weight }: Utterance, short: boolean): number {
  return short && weight > 2 ? 2 : short && weight > 0 ? 3 : 4;
}

/** How much of clinical meaning a statement must name: in a short visit next to none. */
function leastWeight({ role }: Utterance, short: boolean, section: SectionName): number {
  if (role === 'patient') {
    return short ? 0 : 2;
  }
  return section === 'history' ? 4 : short ? 0 : 3;
}

const ASKS_WHO = /\b(?:your (?:full )?name|date of birth|your (?:home )?address|phone number)\b/i;

/** An answer to who somebody is: it stands in the record, not in a note. */
function isIdentity(spoken: readonly Utterance[], i: number): boolean {
  return spoken.slice(Math.max(0, i - 2), i).some(({ role, raw }) => role === 'clinician' && ASKS_WHO.test(raw));
}

/** From this part of a visit on a clinician who makes a statement may conclude or plan, though nobody said that the plan begins. */
const LATE = 1 / 3;
