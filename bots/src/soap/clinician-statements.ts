import { findTerms } from '../kit/lexicon/term-index.ts';
import { tokenize } from '../kit/text/index.ts';
import { type DraftSentence, supportOf } from './draft-note.ts';
import { foundIn, PLEASANTRY, sectionOfStatement, trimmed, UNFINISHED } from './statement.ts';
import { symptomIndex } from './symptom-index.ts';
import { type PatientPronouns, sentenceCase, toPatient } from './third-person.ts';
import type { Utterance } from './utterance.ts';
import { isShort, partsOfVisit } from './visit-parts.ts';

const RESULT =
  /\b(?:x-?ray|mri|ct|ultrasound|echocardiogram|ekg|ecg|lab|labs|blood work|results?|hemoglobin|a1c|panel|biopsy|pathology|creatinine|cholesterol|white count|imaging|cbc)\b/i;
const FINDING =
  /\b(?:on (?:your )?\w* ?exam|appreciate|tender(?:ness)?|palpation|clear|bilaterally|murmur|edema|swelling|range of motion|strength|pulses?|reflex\w*|sensation|normal|lungs?|heart|abdomen|vital|blood pressure|no (?:wheez\w*|crackles|rales|rashes|bruising|redness)|effusion|pain with|positive|negative|gait|erythema|crackles|inflam\w+)\b/i;

/** What the clinician finds and reads out between the history and the plan. */
export function examAndResults(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
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
export function plan(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
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
    (each.weight >= 1 && (section !== 'assessment' || stated === 'assessment')) ||
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
