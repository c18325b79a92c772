import type { SectionName } from './draft-note.ts';
import type { PatientPronouns } from './third-person.ts';
import type { Utterance } from './utterance.ts';

const INTENDS =
  /\b(?:i will|i am going to|i would (?:like|recommend|suggest)|we will|we are going to|i recommend|i want (?:an?|to|her|him|the patient|you)|i am (?:also )?(?:restarting|adding|starting|prescribing|ordering|refilling)|let us|let's|we could|i also want|you will get|continue (?:with|on|taking|the)|prescrib\w+|come back|look out for|test done|as needed|is (?:worse|worsening|getting worse)|follow up (?:in|with)|see you in|(?:he|she|you|patient) (?:needs?|will need|should|can keep|is due|are due) |(?:next|labs?|appointment|session) (?:session |visit |appointment )?(?:is|in|on) )\b/;
/** Orders begin with the verb. */
const ORDERS =
  /^if (?:he|she|you|it|the)\b.*\b(?:bring|call|go|come|return)\b|^(?:and |so |then |please |also |just |okay,? )*(?:start|stop|continue|increase|decrease|reduce|take|use|avoid|apply|keep (?!hearing)|give|call|return|rest|drink plenty|try|hang up|(?:do not|don't) (?:eat|drink|take|drive|lift)|low \w+ diet|weigh|bring|have|see (?:the|a)|go to|recheck|repeat|order|refer|restart|hold|finish|follow|ice|elevate)\b|\brtc\b/;
const CONCLUDES =
  /\b(?:i (?:think|suspect|wonder|believe)|i am (?:worried|concerned)|diagnosis is|most likely|probably|sounds like|looks like|consistent with|meets? criteria|(?:this|that|it) is (?:an? (?!\d)|just |mild|moderate|severe)|not (?:well )?controlled|stable (?!angina)|(?:is|are|looks) (?:well |much |fully )?(?:stable|compensated|controlled|improv(?:ing|ed)|better)|(?:is|are) (?:from|due to|caused by)|in (?:early|sustained|partial|full) remission|uncontrolled|(?:he|she|you|patient) (?:has|have) (?:an? )?\w+(?: \w+){0,3} (?:infection|disorder|disease|strain|sprain|tear|fracture|syndrome))\b/;
const MEASURED =
  /\b(?:temp(?:erature)?|pulse|heart rate|hr|bp|blood pressure|pressure|respirations?|oxygen|sat(?:uration)?s?|o2 sat|weight|bmi|fundal height|heartbeat|peak flow)\b[^.?!]{0,30}?\b\d/;
const EXAMINED =
  /\b(?:tender\w*|to auscultation|murmurs?|edema|wheez\w+|crackles|rales|effusion|reflex\w*|range of motion|strength is|eardrums?|non ?focal|gait|straight leg|rebound|bowel sounds|retractions|vesicles|patches|mcmurray|ligaments|jvp|lungs? (?:is|are|sounds?)|chest is|throat is|heart sounds?|bulging|regular rate|rrr|ctab?|neuro(?:logic)? exam|exam is)\b/;
const RESULTED =
  /\bscored \d|\b(?:x-?ray|mri|ct|ultrasound|ekg|ecg|a1c|creatinine|potassium|sodium|tsh|hemoglobin|cholesterol|ldl|troponin|kidney function|liver function|glucose|(?:lithium|your|the) level|urine dip|dip|white count|phq-?9|gad-?7|moca|(?:he|she|you|patient) scored)\b[^.?!]*\b(?:is|was|are|were|shows?|showed|came back|came in|scored|normal|negative|positive|high|low)\b/;
/** What is said for courtesy, or says nothing by itself. */
export const PLEASANTRY =
  /^(?:thank|thanks|sounds|nice|good (?:morning|afternoon|evening)|hi\b|hello|see you|bye|that is (?:fine|good|right|correct)|will do|got it|i can do that|(?:no,? )?(?:nothing|none)\b(?:,? (?:like that|of (?:the others|those|that|them)))?$|(?:no,? )?not at all$|let me (?:look|see|check)|let's look)/;
/** Speech that broke off. */
export const UNFINISHED = /\b(?:the|a|an|of|from|to|with|and|or|his|her|my|he|she|is|was|did|specifically|so)[.,-]*$/;

/** Where a statement of the clinician belongs by its words alone. */
export function sectionOfStatement(text: string): SectionName {
  if (INTENDS.test(text) || ORDERS.test(text)) {
    return 'plan';
  }
  return foundIn(text) ?? (CONCLUDES.test(text) ? 'assessment' : 'history');
}

/** What was examined, or what a test showed; undefined for anything else. */
export function foundIn(text: string): 'exam' | 'results' | undefined {
  return MEASURED.test(text) || EXAMINED.test(text) ? 'exam' : RESULTED.test(text) ? 'results' : undefined;
}

/** Does a statement say what the clinician makes of it? */
export function isConclusion(text: string): boolean {
  return CONCLUDES.test(text);
}

/** Conjunctions that hung on the thought before. */
export function trimmed(text: string): string {
  return text
    .replace(/^not(?: really)?, /, '')
    .replace(/^(?:no|yes)(?:,+ ?| (?=(?:i|it|he|she|they|we|that|the patient)\b))/, '')
    .replace(/^(?:she|he) says (?:that )?(?=\w)/, '')
    .replace(/^(?:well|hey|like|great|oh no)[, ]+/, '')
    .replace(/^(?:and|but|so|because|then|or|also|that|it is like)[, ]+/g, '')
    .replace(/^(?:and|but|so|because|then)[, ]+/g, '')
    .replace(/[, ]+(?:and|but|so|or|because|you know)$/g, '');
}

/** "The patient reports" where a patient's words begin without a subject. */
export function withSubject(text: string, { role, informant }: Utterance, who: PatientPronouns): string {
  if (informant !== undefined) {
    return `the ${informant} reports ${text}`;
  }
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

/** Whom "I" means: the patient, or who speaks for the patient. */
export function speaking({ informant }: Utterance, who: PatientPronouns): PatientPronouns {
  return informant === undefined
    ? who
    : { subject: `the ${informant}`, object: `the ${informant}`, possessive: `the ${informant}'s`, isPlural: false };
}
