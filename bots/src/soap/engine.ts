import { findTerms } from '../kit/lexicon/term-index.ts';
import { tokenize, turns } from '../kit/text/index.ts';
import { cleanSpeech } from './clean-speech.ts';
import { dictatedSentences, isDictated } from './dictation.ts';
import { type DraftNote, type DraftSentence, type SectionName, type Support, supportOf } from './draft-note.ts';
import { medicineAnswers } from './medicine-answers.ts';
import { review } from './review-of-systems.ts';
import { foundIn, sectionOfStatement, speaking, trimmed, UNFINISHED, withSubject } from './statement.ts';
import { supportedSentences } from './supported.ts';
import { symptomIndex } from './symptom-index.ts';
import { ofPatient, type PatientPronouns, pronounsOf, sentenceCase, toPatient } from './third-person.ts';
import { topicAnswers } from './topic-answers.ts';
import { type Utterance, utterancesOf } from './utterance.ts';
import { isShort, partsOfVisit } from './visit-parts.ts';

const headings: readonly (readonly [string, readonly SectionName[]])[] = [
  ['CHIEF COMPLAINT', ['complaint']],
  ['HISTORY OF PRESENT ILLNESS', ['history']],
  ['REVIEW OF SYSTEMS', ['review']],
  ['PHYSICAL EXAM', ['exam']],
  ['RESULTS', ['results']],
  ['ASSESSMENT AND PLAN', ['assessment', 'plan', 'response']],
];

/** The draft as plain text under the headings of a visit note. */
export function renderNote(note: DraftNote): string {
  return headings
    .flatMap(([heading, sections]) => {
      const lines = note.sentences.filter((each) => sections.includes(each.section)).map((each) => each.text);
      return lines.length === 0 ? [] : [`${heading}\n\n${lines.join('\n')}`];
    })
    .join('\n\n');
}

/**
 * Drafts a note from a transcript: selects what has clinical meaning, files it, rewrites person and tense, and leaves out
 * every sentence that the validator finds unsupported. Nothing is added that nobody said.
 */
export function draftNote(transcript: string, chart: readonly string[] = []): DraftNote {
  const said = turns(transcript);
  const sentences = isDictated(said) ? dictatedSentences(said) : conversed(transcript);
  const { kept } = supportedSentences(sentences, { transcript, chart });
  return { sentences: kept.map((each) => each.sentence) };
}

/** Drafts from what two or more people said to each other. */
function conversed(transcript: string): DraftSentence[] {
  const spoken = utterancesOf(turns(transcript));
  const who = pronounsOf(transcript);
  const { exam, plan: planned } = partsOfVisit(spoken);
  const medicines = medicineAnswers(spoken, planned);
  const taken = placesOf(medicines);
  const answers = topicAnswers(spoken.slice(0, planned), who).filter(
    (each) => !each.support.some(({ start }) => taken.has(start)),
  );
  const complaints = complaint(spoken, who);
  return withoutRepeats([
    ...complaints,
    ...history(
      spoken,
      who,
      isShort(spoken)
        ? placesOf([
            ...complaints.filter(({ text }) => text.startsWith('Chief')),
            ...answers,
            ...medicines.filter(({ text }) => /\d/.test(text)),
          ])
        : placesOf(answers),
    ),
    ...medicines,
    ...answers,
    ...review(withoutAnswered(spoken, placesOf(answers)), exam + AFTER_EXAM, who),
    ...examAndResults(spoken, who),
    ...plan(spoken, who),
  ]);
}

const placesOf = (sentences: readonly DraftSentence[]): ReadonlySet<number> =>
  new Set(sentences.flatMap(({ support }) => support.map(({ start }) => start)));

/** A question whose answer stands under its topic is no matter of the review of systems. */
function withoutAnswered(spoken: readonly Utterance[], answered: ReadonlySet<number>): Utterance[] {
  return spoken.filter((each) => !answered.has(each.start) || !each.isQuestion);
}

function withoutRepeats(sentences: readonly DraftSentence[]): DraftSentence[] {
  return sentences.filter(
    ({ section, text }, i) => !sentences.slice(0, i).some((each) => each.section === section && each.text === text),
  );
}

/** Utterances into the examination in which symptoms are still asked for. */
const AFTER_EXAM = 12;

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

function complaint(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
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

/** What the patient tells and what the clinician recalls before the examination; what stands in an answer stands there. */
function history(spoken: readonly Utterance[], who: PatientPronouns, answered: ReadonlySet<number>): DraftSentence[] {
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

const PLEASANTRY =
  /^(?:thank|thanks|sounds|nice|good (?:morning|afternoon|evening)|hi\b|hello|see you|bye|that is (?:fine|good|right|correct)|will do|got it|i can do that|(?:no,? )?(?:nothing|none)\b(?:,? (?:like that|of (?:the others|those|that|them)))?$|(?:no,? )?not at all$|let me (?:look|see|check)|let's look)/;
const ASKS_WHO = /\b(?:your (?:full )?name|date of birth|your (?:home )?address|phone number)\b/i;

/** An answer to who somebody is: it stands in the record, not in a note. */
function isIdentity(spoken: readonly Utterance[], i: number): boolean {
  return spoken.slice(Math.max(0, i - 2), i).some(({ role, raw }) => role === 'clinician' && ASKS_WHO.test(raw));
}

/** From this part of a visit on a clinician who makes a statement may conclude or plan, though nobody said that the plan begins. */
const LATE = 1 / 3;
const RESULT =
  /\b(?:x-?ray|mri|ct|ultrasound|echocardiogram|ekg|ecg|lab|labs|blood work|results?|hemoglobin|a1c|panel|biopsy|pathology|creatinine|cholesterol|white count|imaging|cbc)\b/i;
const FINDING =
  /\b(?:on (?:your )?\w* ?exam|appreciate|tender(?:ness)?|palpation|clear|bilaterally|murmur|edema|swelling|range of motion|strength|pulses?|reflex\w*|sensation|normal|lungs?|heart|abdomen|vital|blood pressure|no (?:wheez\w*|crackles|rales|rashes|bruising|redness)|effusion|pain with|positive|negative|gait|erythema|crackles|inflam\w+)\b/i;

/** What the clinician finds and reads out between the history and the plan. */
function examAndResults(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
  const { exam, plan: planned } = partsOfVisit(spoken);
  return spoken.slice(exam, planned).flatMap((each): DraftSentence[] => {
    const length = each.clean.split(' ').length;
    const isResult = RESULT.test(each.raw);
    const decided =
      isShort(spoken) && !each.isQuestion && length > 2 && !PLEASANTRY.test(each.clean) ? decision(each, who) : [];
    if (decided.length > 0 && each.role === 'clinician') {
      return decided;
    }
    const found = foundIn(each.clean);
    const isFinding = found !== undefined || ((isResult || FINDING.test(each.raw)) && each.weight >= 2);
    if (each.role !== 'clinician' || each.isQuestion || length < 3 || length > 50 || !isFinding) {
      return [];
    }
    return [
      {
        section: found ?? (isResult ? 'results' : 'exam'),
        text: sentenceCase(foundWording(each.clean, who)),
        support: supportOf(each),
      },
    ];
  });
}

function foundWording(clean: string, who: PatientPronouns): string {
  return trimmed(toPatient(clean, who))
    .replace(/^(?:i (?:do )?(?:appreciate|see|notice|hear|feel|find) )/, '')
    .replace(/\bi do not (?:appreciate|hear|see|feel) any\b/g, 'no')
    .replace(/\bi (?:do )?(?:appreciate|see|hear)\b/g, 'there is');
}

const PROBLEM =
  /\bfor (?:your|the) (?:(?:first|second|third|fourth|next|last|other) (?:problem|issue|diagnosis)(?: of| is)?[, ]*(?:the |your )?)?([a-z0-9 ]{3,45}?)(?=[,.]| i | we | you |$)/;
const ACTION =
  /\b(?:order|prescri\w+|start|increase|decrease|continue|refer\w*|recommend|want (?:him|her|you|the patient)|follow|schedule|send|put|keep|give|repeat|check|monitor|call|return|come back|avoid|ice|therapy|brace|surgery|refill|injection|test|consult|stop|take|need to|will|going to)\b/i;

/** What the clinician concludes and intends, under the problems that are named. */
function plan(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
  const { plan: planned } = partsOfVisit(spoken);
  const short = isShort(spoken);
  const sentences = spoken.slice(planned).flatMap((each): DraftSentence[] => {
    const length = each.clean.split(' ').length;
    if (
      each.role !== 'clinician' ||
      length < (short ? 3 : 4) ||
      length > 50 ||
      (each.isQuestion && !/order|start|continue/.test(each.clean))
    ) {
      return [];
    }
    if (short) {
      return PLEASANTRY.test(each.clean) ? [] : concluded(each, who);
    }
    const problem = PROBLEM.exec(each.clean)?.[1]?.trim();
    const named: DraftSentence[] =
      problem && findTerms(symptomIndex, tokenize(problem)).length > 0
        ? [{ section: 'assessment', text: sentenceCase(problem), support: supportOf(each) }]
        : [];
    const isAction = ACTION.test(each.clean);
    if (each.weight < 2 || !(isAction || each.weight >= (named.length > 0 ? 3 : 4))) {
      return named;
    }
    const stated = plannedWording(trimmed(toPatient(each.clean.replace(PROBLEM, ' ').trim(), who)), who);
    const section = isAction ? 'plan' : 'assessment';
    return stated.split(' ').length < 3
      ? named
      : [...named, { section, text: sentenceCase(stated), support: supportOf(each) }];
  });
  return [...sentences, ...agreement(spoken.slice(planned))];
}

/** What a clinician decides in a short visit, by the words alone; nothing when it is no decision. */
function decision(each: Utterance, who: PatientPronouns): DraftSentence[] {
  const section = sectionOfStatement(each.clean);
  return section === 'plan' || (section === 'assessment' && each.weight > 0) ? concluded(each, who) : [];
}

/** A statement of the end of a short visit: a problem that it begins with, and what is found, concluded or intended. */
function concluded(each: Utterance, who: PatientPronouns): DraftSentence[] {
  const problem =
    /^(?:and |so |okay,? |first,? )?for (?:the|your|his|her) ([a-z0-9 ]{3,45}?)(?=,| i | we | you |$)/.exec(each.clean);
  const name = problem?.[1]?.trim() ?? '';
  const isNamed = findTerms(symptomIndex, tokenize(name)).length > 0;
  const named: DraftSentence[] = isNamed
    ? [{ section: 'assessment', text: sentenceCase(name), support: supportOf(each) }]
    : [];
  const words = isNamed ? each.clean.slice(problem?.[0].length) : each.clean;
  const stated = sectionOfStatement(words);
  const section = stated === 'history' ? (ACTION.test(words) ? 'plan' : 'assessment') : stated;
  const text =
    stated === 'exam' || stated === 'results'
      ? foundWording(words, who)
      : plannedWording(trimmed(toPatient(words, who)), who);
  const says =
    (each.weight >= 1 && section !== 'assessment') ||
    (stated === 'plan' && text.split(' ').length > 3) ||
    each.weight >= 2;
  return !says || text.split(' ').length < 3 || UNFINISHED.test(text) || /^let me\b/.test(words)
    ? named
    : [...named, { section, text: sentenceCase(text), support: supportOf(each) }];
}

function plannedWording(text: string, who: PatientPronouns): string {
  return text
    .replace(/^[\s,.;]+/, '')
    .replace(/\b(?:i am|we are) going to (?:go ahead and )?/g, 'I will ')
    .replace(/\bi want to (?:go ahead and )?/g, 'I will ')
    .replace(/\blet us (?:go ahead and )?|\blet's (?:go ahead and )?/g, 'we will ')
    .replace(/\bgo ahead and\b/g, '')
    .replace(new RegExp(`^${who.subject} `), 'the patient ')
    .replace(/\s+/g, ' ');
}

/** The patient's consent to the plan, when it was given in words at the end. */
function agreement(spoken: readonly Utterance[]): DraftSentence[] {
  const consent = spoken.findLast(
    (each) =>
      each.role === 'patient' &&
      /\b(?:sounds (?:good|great|fine|like a plan)|that(?:'s| is) (?:fine|good|great)|i agree|that works|will do|let's do (?:it|that)|i can do that|perfect)\b/i.test(
        each.raw,
      ),
  );
  return consent
    ? [
        {
          section: 'response',
          text: 'The patient agrees with the plan.',
          support: supportOf(consent),
        },
      ]
    : [];
}

/** Spoken text as the draft would write it; for showing a quote beside its sentence. */
export function shownQuote(support: Support): string {
  return sentenceCase(cleanSpeech(support.quote));
}
