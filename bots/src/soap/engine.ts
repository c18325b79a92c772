import { findTerms } from '../kit/lexicon/term-index.ts';
import { tokenize, turns } from '../kit/text/index.ts';
import { cleanSpeech } from './clean-speech.ts';
import { type DraftNote, type DraftSentence, type SectionName, type Support, supportOf } from './draft-note.ts';
import { medicineAnswers } from './medicine-answers.ts';
import { review } from './review-of-systems.ts';
import { sectionOfStatement, trimmed, UNFINISHED, withSubject } from './statement.ts';
import { supportedSentences } from './supported.ts';
import { symptomIndex } from './symptom-index.ts';
import { ofPatient, type PatientPronouns, pronounsOf, sentenceCase, toPatient } from './third-person.ts';
import { type Utterance, utterancesOf } from './utterance.ts';

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
  const spoken = utterancesOf(turns(transcript));
  const who = pronounsOf(transcript);
  const sentences = [
    ...complaint(spoken),
    ...history(spoken, who),
    ...medicineAnswers(spoken, parts(spoken).plan),
    ...review(spoken, parts(spoken).exam + AFTER_EXAM, who),
    ...examAndResults(spoken, who),
    ...plan(spoken, who),
  ];
  const { kept } = supportedSentences(sentences, { transcript, chart });
  return { sentences: kept.map((each) => each.sentence) };
}

const EXAM_BEGINS =
  /\b(?:physical exam|on (?:your|the) (?:\w+ )?exam|take a look|examine|exam on you|listen to your|look at your vital|your vital)/i;
const PLAN_BEGINS =
  /\b(?:assessment and (?:my )?plan|my assessment|for your first|first problem|my plan for|so what does (?:all )?that mean|what i(?:'d| would) like to do|what we(?:'re| are) gon na do)/i;

/** Place of the first utterance of a kind after another place; the end when there is none. */
function firstOf(spoken: readonly Utterance[], pattern: RegExp, from: number): number {
  const at = spoken.findIndex((each, i) => i >= from && each.role === 'clinician' && pattern.test(each.raw));
  return at < 0 ? spoken.length : at;
}

function parts(spoken: readonly Utterance[]): { readonly exam: number; readonly plan: number } {
  const exam = firstOf(spoken, EXAM_BEGINS, Math.floor(spoken.length * 0.2));
  const planned = firstOf(spoken, PLAN_BEGINS, Math.min(exam, Math.floor(spoken.length * 0.4)));
  const examined = exam === spoken.length ? 0 : exam;
  const plan = planned === spoken.length ? Math.max(examined, Math.floor(spoken.length * 0.75)) : planned;
  return { exam: Math.min(exam, plan), plan };
}

/** Utterances into the examination in which symptoms are still asked for. */
const AFTER_EXAM = 12;

function complaint(spoken: readonly Utterance[]): DraftSentence[] {
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

/** What the patient tells and what the clinician recalls before the examination. */
function history(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
  const { exam } = parts(spoken);
  return spoken.slice(0, exam).flatMap((each, i): DraftSentence[] => {
    const length = each.clean.split(' ').length;
    const isLate = each.role === 'clinician' && i > spoken.length * LATE;
    const minimum = each.role === 'patient' ? 2 : isLate && sectionOfStatement(each.clean) !== 'history' ? 3 : 4;
    if (each.isQuestion || each.weight < minimum || length < 4 || length > 45 || isIdentity(spoken, i)) {
      return [];
    }
    const told = each.role === 'patient' ? ofPatient(each.clean, who) : toPatient(each.clean, who);
    const text = withSubject(trimmed(told), each, who);
    const section = isLate ? sectionOfStatement(text) : 'history';
    return UNFINISHED.test(text) ? [] : [{ section, text: sentenceCase(text), support: supportOf(each) }];
  });
}

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
  const { exam, plan: planned } = parts(spoken);
  return spoken.slice(exam, planned).flatMap((each): DraftSentence[] => {
    const length = each.clean.split(' ').length;
    const isResult = RESULT.test(each.raw);
    if (
      each.role !== 'clinician' ||
      each.isQuestion ||
      length < 3 ||
      length > 50 ||
      !(isResult || FINDING.test(each.raw)) ||
      each.weight < 2
    ) {
      return [];
    }
    const stated = trimmed(toPatient(each.clean, who))
      .replace(/^(?:i (?:do )?(?:appreciate|see|notice|hear|feel|find) )/, '')
      .replace(/\bi do not (?:appreciate|hear|see|feel) any\b/g, 'no')
      .replace(/\bi (?:do )?(?:appreciate|see|hear)\b/g, 'there is');
    return [{ section: isResult ? 'results' : 'exam', text: sentenceCase(stated), support: supportOf(each) }];
  });
}

const PROBLEM =
  /\bfor (?:your|the) (?:(?:first|second|third|fourth|next|last|other) (?:problem|issue|diagnosis)(?: of| is)?[, ]*(?:the |your )?)?([a-z0-9 ]{3,45}?)(?=[,.]| i | we | you |$)/;
const ACTION =
  /\b(?:order|prescri\w+|start|increase|decrease|continue|refer\w*|recommend|want (?:him|her|you|the patient)|follow|schedule|send|put|keep|give|repeat|check|monitor|call|return|come back|avoid|ice|therapy|brace|surgery|refill|injection|test|consult|stop|take|need to|will|going to)\b/i;

/** What the clinician concludes and intends, under the problems that are named. */
function plan(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
  const { plan: planned } = parts(spoken);
  const sentences = spoken.slice(planned).flatMap((each): DraftSentence[] => {
    const length = each.clean.split(' ').length;
    if (
      each.role !== 'clinician' ||
      length < 4 ||
      length > 50 ||
      (each.isQuestion && !/order|start|continue/.test(each.clean))
    ) {
      return [];
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
