import type { SectionName } from './draft-note.ts';
import type { PatientPronouns } from './third-person.ts';
import type { Utterance } from './utterance.ts';

const INTENDS =
  /\b(?:i will|i am going to|i would (?:like|recommend|suggest)|we will|we are going to|i recommend|i want (?:her|him|the patient)|continue (?:with|on|taking|the)|prescrib\w+|come back|look out for|test done|as needed|is (?:worse|worsening|getting worse))\b/;
const CONCLUDES = /\b(?:i (?:think|suspect|wonder)|diagnosis is|most likely|probably|sounds like|consistent with)\b/;
/** Speech that broke off. */
export const UNFINISHED = /\b(?:the|a|an|of|from|to|with|and|or|his|her|my|he|she|is|was|did|specifically|so)[.,-]*$/;

/** Where a statement of the clinician belongs that stands outside the examination and the plan. */
export function sectionOfStatement(text: string): SectionName {
  return INTENDS.test(text) ? 'plan' : CONCLUDES.test(text) ? 'assessment' : 'history';
}

/** Conjunctions that hung on the thought before. */
export function trimmed(text: string): string {
  return text
    .replace(/^not(?: really)?, /, '')
    .replace(/^(?:no|yes)(?:,+ ?| (?=(?:i|it|he|she|they|we|that|the patient)\b))/, '')
    .replace(/^(?:well|hey|like)[, ]+/, '')
    .replace(/^(?:and|but|so|because|then|or|also|that|it is like)[, ]+/g, '')
    .replace(/^(?:and|but|so|because|then)[, ]+/g, '')
    .replace(/[, ]+(?:and|but|so|or|because|you know)$/g, '');
}

/** "The patient reports" where a patient's words begin without a subject. */
export function withSubject(text: string, { role }: Utterance, who: PatientPronouns): string {
  if (role !== 'patient' || text.startsWith(`${who.subject} `)) {
    return text.replace(new RegExp(`^${who.subject} `), 'the patient ');
  }
  if (
    /^(?:cannot|can|could|did|do not|does|never|used to|had|have|has|was|were|is|tried|took|went|got|fell|started|stopped|noticed|felt)\b/.test(
      text,
    )
  ) {
    return `the patient ${text.replace(/^have\b/, 'has').replace(/^do not\b/, 'does not')}`;
  }
  return `the patient reports ${text}`;
}
