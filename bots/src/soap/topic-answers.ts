import { findTerms } from '../kit/lexicon/term-index.ts';
import { tokenize } from '../kit/text/index.ts';
import { drugIndex } from '../kit/validate/source.ts';
import { type DraftSentence, supportOf } from './draft-note.ts';
import { speaking } from './statement.ts';
import { symptomIndex } from './symptom-index.ts';
import { ofPatient, type PatientPronouns, sentenceCase, toPatient } from './third-person.ts';
import type { Utterance } from './utterance.ts';

/** What a question is about, and how a note names it. The first that fits speaks. */
const topics: readonly (readonly [RegExp, string])[] = [
  [
    /\b(?:suicid\w+|(?:kill|hurt|harm)(?:ing)? (?:yourself|himself|herself)|end(?:ing)? (?:your|his|her) life|better off dead|(?:want(?:ed)?|wish\w*|like) to die|wish\w* (?:you|he|she) (?:was|were) dead|not want(?:ed)? to be alive)\b/,
    'thoughts of suicide or self-harm',
  ],
  [/\b(?:firearms?|guns?|weapons?)\b/, 'access to means'],
  [/\bsafe (?:at home|right now|where)\b/, 'safety at home'],
  [/\ballerg(?:y|ies|ic)\b/, 'allergies'],
  [/\b(?:family history|in (?:your|the|his|her) family|run in)\b/, 'family history'],
  [/\b(?:smok\w*|tobacco|cigarettes?|vap(?:e|ing))\b/, 'smoking'],
  [/\b(?:alcohol|(?:do|does) (?:you|he|she) drink|(?:how is|about) the drinking)\b/, 'alcohol'],
  [/\blast (?:drink|drank|use|used)\b/, 'time since the last use'],
  [/\b(?:recreational|street drugs?|using (?:anything|any)|marijuana|cannabis)\b/, 'drug use'],
  [
    /\b(?:what|which|any|other) (?:\w+ ){0,3}(?:medications?|medicines?|meds|pills|prescriptions)\b|\b(?:what|anything) (?:are|else are) you (?:on|taking)\b|\bwhat are you (?:on|taking)\b|\btak(?:en|ing) anything\b/,
    'medications',
  ],
  [/\b(?:live (?:with|alone)|at home with)\b/, 'living situation'],
  [/\b(?:do for (?:a living|work)|occupation|kind of work)\b/, 'occupation'],
  [/\bpregnan\w+\b/, 'pregnancy'],
  [/\b(?:flu shot|vaccin\w+|up to date|immuni[sz]\w+)\b/, 'vaccinations'],
  [/\bmood\b/, 'mood'],
  [/\bappetite\b/, 'appetite'],
  [/\bhow (?:are|is) (?:you|he|she) sleeping|\b(?:your|his|her) sleep\b/, 'sleep'],
];

const DOSE_ASKED = /\b(?:what|which) dose\b|\bhow (?:much|many milligrams)\b|\bwhat strength\b/;
const DURATION_ASKED = /\b(?:how long|since when|when did)\b/;
const FREQUENCY_ASKED = /^(?:and |so )?how (?:often|many times) (?:do|does|did|are|is) (?:you|he|she) (.+)$/;
const HOW_IS =
  /^(?:and |so )?how (?:is|are|was|has|have) (?:the|your|his|her) ([a-z]+(?: [a-z]+){0,2})(?= (?:doing|been|going|since|on|these|this|today)\b|[?.,]|$)/;
const NOT_A_TOPIC = /^(?:week|weekend|day|morning|family|things?|life|work|kids?|new|last|everything)/;
const BARE = /^(?:(?:no|yes|yeah|yep|nope|okay|sure|right|correct|that is right|nothing|none|never)[ ,.]*)+$/;
const LONGEST = 30;
/** "Metoprolol?", "And the warfarin?": a question of a few words that names a medicine asks how it is taken. */
const BARE_NAME = 3;

/** Answers to questions whose topic stands in the question only: "Allergies: penicillin." Question and answer are the evidence. */
export function topicAnswers(spoken: readonly Utterance[], who: PatientPronouns): DraftSentence[] {
  return spoken.flatMap((question, i): DraftSentence[] => {
    if (question.role !== 'clinician' || !question.isQuestion || spoken[i + 1]?.role !== 'patient') {
      return [];
    }
    const answer = answerTo(spoken, i + 1);
    const said = answer.map(({ clean }) => clean.replace(/[.,;!]+$/, '')).join(', ');
    const topic = topicOf(question.clean, spoken.slice(Math.max(0, i - 4), i), who);
    if (topic === undefined || said === '' || said.split(' ').length > LONGEST || isCovered(question, said)) {
      return [];
    }
    const told = ofPatient(said.replace(/^(?:yes|yeah|yep), ?/, ''), speaking(answer[0] ?? question, who));
    return [{ section: 'history', text: sentenceCase(`${topic}: ${told}`), support: supportOf(question, ...answer) }];
  });
}

/** "No, well, once, when I ran": what takes a denial half back must stand in the note. */
const QUALIFIED =
  /^(?:no|not|none|never)\b.*\b(?:once|maybe|sometimes|but|except|only|last (?:week|month|year|summer|winter))\b/;

/** A bare yes or no to a symptom is a matter of the review of systems. */
function isCovered({ clean }: Utterance, said: string): boolean {
  return (
    (/^(?:no|not|none|never)\b/.test(said) &&
      !QUALIFIED.test(said) &&
      !topics.some(([pattern]) => pattern.test(clean))) ||
    (BARE.test(said) && !topics.slice(0, 4).some(([pattern]) => pattern.test(clean)))
  );
}

/** What is said in answer: the statements of the turn that follows. */
function answerTo(spoken: readonly Utterance[], from: number): Utterance[] {
  const turn = spoken[from]?.turn;
  const all = spoken.slice(from, from + 4).filter((each) => each.turn === turn && each.role === 'patient');
  return all.filter((each) => !each.isQuestion);
}

function topicOf(question: string, before: readonly Utterance[], who: PatientPronouns): string | undefined {
  const known = topics.find(([pattern]) => pattern.test(question))?.[1];
  if (known) {
    return known;
  }
  const named = question.split(' ').length <= BARE_NAME ? findTerms(drugIndex, tokenize(question))[0] : undefined;
  if (named) {
    return question.slice(named.start, named.end);
  }
  if (DOSE_ASKED.test(question)) {
    const drug = [...before.slice(-2).map(({ clean }) => clean), question].flatMap((text) =>
      findTerms(drugIndex, tokenize(text)).map(({ start, end }) => text.slice(start, end)),
    );
    return drug.length > 0 ? `dose of ${drug.at(-1)}` : 'dose';
  }
  const frequent = FREQUENCY_ASKED.exec(question)?.[1]?.replace(/[?.]+$/, '');
  if (frequent) {
    return `how often ${toPatient(`you ${frequent}`, who)}`;
  }
  if (DURATION_ASKED.test(question)) {
    return /\bhow long\b/.test(question) ? 'duration' : 'onset';
  }
  const asked = findTerms(symptomIndex, tokenize(question));
  const [only] = asked;
  if (only && asked.length === 1 && /^(?:and |so )*(?:any|do you have|have you had)\b/.test(question)) {
    return question.slice(only.start, only.end);
  }
  const how = HOW_IS.exec(question)?.[1];
  return how && !NOT_A_TOPIC.test(how) ? how : undefined;
}
