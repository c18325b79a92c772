import { type Condition, conditions } from '../kit/lexicon/conditions.ts';
import { findTerms, type TermMention, termIndex } from '../kit/lexicon/term-index.ts';
import { isNegated } from '../kit/text/index.ts';
import { type NoteSentence, readNote } from '../kit/validate/note.ts';
import { certainPart } from './suggest-codes.ts';

/** A problem that a note names in its assessment, with its place in the text (UTF-16 offsets, half-open). */
export interface NoteProblem {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The sentence that names it. */
  readonly sentence: string;
}

/** What the assessment of a note gives for coding. */
export interface NoteProblems {
  readonly problems: readonly NoteProblem[];
  /** Diagnoses that are named as uncertain, and so are not coded (guideline IV.H). */
  readonly uncertain: readonly NoteProblem[];
  readonly hasAssessment: boolean;
}

const names = termIndex(conditions.flatMap((each) => each.names.map((name) => [name, each] as const)));

const ASSESSED = /assessment|impression|diagnos|problem/;
const PLANNED = /\bplan\b/;
/** A sentence of so many words is the problem itself; a longer one only names it. */
const HEADLINE_WORDS = 9;
const BULLET = /^(?:[-•*]|\d{1,2}[.)]|#)\s*/;
const OF_ANOTHER = /\b(?:mother|father|sister|brother|family history|grand\w+|aunt|uncle)\b/i;

/** Reads the problems of a note: those of its assessment, and those of its plan that the assessment does not name. */
export function noteProblems(note: string): NoteProblems {
  const body = readNote(note).filter((sentence) => !sentence.isHeading);
  const assessed = body.filter((sentence) => ASSESSED.test(sentence.section));
  const planned = body.filter((sentence) => PLANNED.test(sentence.section) && !ASSESSED.test(sentence.section));
  const found = [...assessed.flatMap(problemsOf), ...planned.filter(isForProblem).flatMap(namedIn)];
  return {
    problems: distinct(found.filter((each) => each.isCertain)),
    uncertain: distinct(found.filter((each) => !each.isCertain)),
    hasAssessment: assessed.length > 0,
  };
}

/** A sentence of a plan names a problem where it says for what something is done, and not to look for it. */
function isForProblem({ text }: NoteSentence): boolean {
  return (
    /\bfor (?:the |her |his |their |your )?/i.test(text) &&
    !/\b(?:screen\w*|prevent\w*|risk|watch|rule out)\b/i.test(text)
  );
}

interface Found extends NoteProblem {
  readonly isCertain: boolean;
}

/** A headline is the problem as a whole; a longer sentence names problems by their names in the lexicon. */
function problemsOf(sentence: NoteSentence): Found[] {
  const text = sentence.text.replace(BULLET, '').replace(/[.:;]+$/, '');
  const start = sentence.start + sentence.text.indexOf(text);
  const certain = certainPart(text);
  if (text.split(/\s+/).length > HEADLINE_WORDS || OF_ANOTHER.test(text)) {
    return namedIn(sentence);
  }
  const mentions = findTerms(names, sentence.tokens);
  const isNamed = mentions.length > 0 || /\b(?:pain|injury|fracture|sprain|strain|visit|exam)\b/i.test(text);
  if (!isNamed || mentions.every((mention) => isDenied(sentence, mention)) === mentions.length > 0) {
    return [];
  }
  const whole = { text, start, end: start + text.length, sentence: sentence.text, isCertain: certain !== undefined };
  if (certain === undefined || certain === text) {
    return [whole];
  }
  const rest = { ...whole, text: text.slice(certain.length), start: start + certain.length, isCertain: false };
  return [{ ...whole, text: certain, end: start + certain.length }, rest];
}

function namedIn(sentence: NoteSentence): Found[] {
  return findTerms(names, sentence.tokens).flatMap((mention): Found[] => {
    if (isDenied(sentence, mention) || OF_ANOTHER.test(sentence.text)) {
      return [];
    }
    const { start, text } = withSide(sentence, mention);
    const before = sentence.text.slice(0, Math.max(0, mention.start - sentence.start) + (mention.end - mention.start));
    const isCertain = (certainPart(before) ?? '').length >= before.replace(/[()]/g, ' ').trim().length;
    return [{ text, start, end: mention.end, sentence: sentence.text, isCertain }];
  });
}

function isDenied(sentence: NoteSentence, mention: TermMention<Condition>): boolean {
  const span = { start: mention.start - sentence.start, end: mention.end - sentence.start };
  return isNegated(sentence.text, span);
}

/** The name with the side that stands before it. */
function withSide(sentence: NoteSentence, mention: TermMention<Condition>): { start: number; text: string } {
  const at = mention.start - sentence.start;
  const side = /\b(?:right|left|bilateral)(?: \w+)? $/i.exec(sentence.text.slice(0, at))?.[0] ?? '';
  const start = mention.start - side.length;
  return { start, text: sentence.text.slice(start - sentence.start, mention.end - sentence.start) };
}

/** Each problem once, by its words; the first place stays. */
function distinct(found: readonly Found[]): NoteProblem[] {
  const seen = new Set<string>();
  return found.flatMap(({ isCertain: _, ...problem }) => {
    const key = problem.text.toLowerCase();
    if (seen.has(key)) {
      return [];
    }
    seen.add(key);
    return [problem];
  });
}
