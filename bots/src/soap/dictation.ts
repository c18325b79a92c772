import { findTerms } from '../kit/lexicon/term-index.ts';
import { type Sentence, sentences, type Turn, tokenize } from '../kit/text/index.ts';
import type { DraftSentence, SectionName } from './draft-note.ts';
import { isConclusion, sectionOfStatement } from './statement.ts';
import { symptomIndex } from './symptom-index.ts';
import { sentenceCase } from './third-person.ts';

/** Ways in which a clinician speaks of a patient who is not addressed. */
const OF_A_PATIENT =
  /\b(?:\d+[- ](?:year|y\/?o|yo|month)s?[- ]?old|\d+ ?yo\b|(?:the )?patient (?:is|was|has|had|reports?|states|denies|presents)|(?:he|she) (?:reports|denies|states|presents|has|is|was)|presents? (?:for|with|to)|denies|no known|on exam\w*|assessment|impression|plan|subjective|objective|follow[- ]up)\b/gi;
const TO_SOMEBODY = /\b(?:you|your|you're)\b/gi;
const LEAST = 3;

/** Did one person alone say all this, of a patient and not to one? A dictation, or a note that was pasted. */
export function isDictated(said: readonly Turn[]): boolean {
  const text = said.map((turn) => turn.text).join('\n');
  const of = text.match(OF_A_PATIENT)?.length ?? 0;
  return (
    new Set(said.map(({ speaker }) => speaker)).size === 1 &&
    of >= LEAST &&
    of > (text.match(TO_SOMEBODY)?.length ?? 0) &&
    !text.includes('?')
  );
}

const HEADINGS: readonly (readonly [RegExp, SectionName])[] = [
  [/^(?:chief complaint|cc|reason for visit)$/i, 'complaint'],
  [
    /^(?:subjective|hpi|history.*|interval history|past.*|pmh|psh|family.*|social.*|medications?|meds|current medications|allergies)$/i,
    'history',
  ],
  [/^(?:ros|review of systems)$/i, 'review'],
  [
    /^(?:objective|physical.*|exam.*|vitals?(?: signs)?|pe|mental status.*|mse|general|heent|lungs?|chest|cv|heart|abd(?:omen)?|skin|neuro|ext(?:remities)?|msk)$/i,
    'exam',
  ],
  [/^(?:labs?|laboratory|results?|imaging|data|studies)$/i, 'results'],
  [/^(?:assessment|impression|diagnos[ei]s|a)$/i, 'assessment'],
  [/^(?:plan|p|recommendations?|assessment and plan|a\/p)$/i, 'plan'],
];
const HEAD = /^\s*(?:[-*•]\s*)?([a-z][a-z /]{0,24}?)\s*(?::|\bcolon\b)\s*/i;

/** What a dictation device is told: marks and breaks, spoken as words. */
const SPOKEN_MARKS: readonly (readonly [RegExp, string])[] = [
  [/\s*\b(?:new (?:line|paragraph)|next (?:line|paragraph))\b[.,]?\s*/gi, ' '],
  [/\s+comma(?=\s|$),?/gi, ','],
];

/** Sentences of a dictation as they stand, filed under the headings that are said, else by what they say. */
export function dictatedSentences(said: readonly Turn[]): DraftSentence[] {
  let heading: SectionName | undefined;
  let last: SectionName | undefined;
  return said.flatMap((turn): DraftSentence[] =>
    dictatedParts(turn.text).flatMap((sentence): DraftSentence[] => {
      const head = HEAD.exec(sentence.text);
      const named = head && HEADINGS.find(([pattern]) => pattern.test(head[1]?.trim() ?? ''))?.[1];
      heading = named || heading;
      const words = written(
        named && !isPartOfExam(head[1] ?? '') ? sentence.text.slice(head[0].length) : sentence.text,
      );
      const own = sectionOfDictated(words);
      last = own === 'history' && last !== undefined && !TELLS.test(words) ? last : own;
      const section = heading === 'assessment' && own === 'plan' ? own : (heading ?? last);
      const quote = sentence.text;
      const start = turn.start + sentence.start;
      return words.replace(/[\d.\s]+/g, '') === ''
        ? []
        : [
            {
              section,
              text: sentenceCase(words),
              support: [{ turn: turn.number, start, end: start + quote.length, quote }],
            },
          ];
    }),
  );
}

/** Sentences, also where the full stops are spoken as words. */
function dictatedParts(text: string): Sentence[] {
  const found = sentences(text);
  if (!/\b(?:comma|colon|new (?:line|paragraph))\b/i.test(text)) {
    return found;
  }
  return found.flatMap((sentence) =>
    Array.from(sentence.text.matchAll(/.+?(?=\s+(?:period|full stop)\b|$)/gis), (part): Sentence => {
      const words = part[0].replace(/^\s*(?:period|full stop)\b[.\s]*/i, '');
      const start = sentence.start + part.index + part[0].length - words.length;
      return { text: words, start, end: start + words.length };
    }).filter((part) => part.text.replace(/[\s.]/g, '') !== ''),
  );
}

/** "Lungs: clear": the heading is part of what is said. */
function isPartOfExam(heading: string): boolean {
  return /^(?:general|heent|lungs?|chest|cv|heart|abd|abdomen|skin|neuro|ext|extremities|msk|allergies|medications?|meds|current medications|family.*|social.*)$/i.test(
    heading.trim(),
  );
}

function written(text: string): string {
  return SPOKEN_MARKS.reduce((words, [pattern, mark]) => words.replace(pattern, mark), text)
    .replace(/^\s*(?:[-*•]|\d+[.)])\s*/, '')
    .trim();
}

/** What a patient told, wherever it stands. */
const TELLS = /\b(?:reports?|denies|states|history of|father|mother|allerg\w+|medications?|takes|smok\w+)\b/i;

function sectionOfDictated(words: string): SectionName {
  const text = words.toLowerCase();
  if (/\b(?:year|month)s?[- ]old\b|\bpresents?\b|\bdenies\b/.test(text)) {
    return 'history';
  }
  const section = sectionOfStatement(text);
  const isNamed = findTerms(symptomIndex, tokenize(text)).length > 0;
  return section === 'assessment' && !(isNamed && isConclusion(text)) ? 'history' : section;
}
