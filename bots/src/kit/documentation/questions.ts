import { readNote } from '../validate/note.ts';

/** Something that a note leaves open and that its code, or its reader, needs. */
export interface DocumentationQuestion {
  /** Stable code, such as `side`. */
  readonly code: string;
  /** The question to the clinician. It never suggests an answer. */
  readonly question: string;
  /** The words of the note that leave it open, with their place; absent when something is missing as a whole. */
  readonly span?: { readonly text: string; readonly start: number; readonly end: number };
}

interface Detail {
  readonly code: string;
  readonly about: RegExp;
  /** What answers the question, in the sentence or anywhere near it. */
  readonly answered: RegExp;
  readonly question: (words: string) => string;
}

/** Details that diagnosis codes distinguish. */
const details: readonly Detail[] = [
  {
    code: 'side',
    about:
      /\b(?:knee|shoulder|hip|ankle|wrist|elbow|hand|foot|leg|arm|ear|eye|breast|finger|toe) (?:pain|sprain|strain|fracture|tear|injury|swelling|arthritis|bursitis|laceration)\b/i,
    answered: /\b(?:right|left|bilateral|both)\b/i,
    question: (words) => `On which side is the ${words.toLowerCase()}?`,
  },
  {
    code: 'depression-episode',
    about: /\b(?:major depressi(?:on|ve disorder)|depression|mdd)\b/i,
    answered:
      /\b(?:single|recurrent|remission|mild|moderate|severe|bipolar|adjustment|grief|screen\w*|denie\w+|no depression)\b/i,
    question: () => 'Is the depression a single episode or recurrent, and how severe is it now?',
  },
  {
    code: 'bipolar-episode',
    about: /\bbipolar\b/i,
    answered: /\b(?:manic|mania|depressed|depressive|mixed|hypomanic|remission|type (?:2|ii)|ii)\b/i,
    question: () => 'Which episode of the bipolar disorder is current, and how severe is it?',
  },
  {
    code: 'diabetes-type',
    about: /\bdiabet(?:es|ic)\b/i,
    answered: /\b(?:type (?:1|2|i|ii)|gestational|prediabetes|insipidus)\b/i,
    question: () => 'Which type of diabetes is it, and has it complications?',
  },
  {
    code: 'asthma-severity',
    about: /\basthma\b/i,
    answered: /\b(?:intermittent|persistent|mild|moderate|severe|exacerbat\w+)\b/i,
    question: () => 'How severe is the asthma: intermittent or persistent, and is there an exacerbation?',
  },
  {
    code: 'heart-failure-type',
    about: /\bheart failure\b/i,
    answered: /\b(?:systolic|diastolic|preserved|reduced|hfpef|hfref|acute|chronic)\b/i,
    question: () => 'Is the heart failure systolic or diastolic, acute or chronic?',
  },
  {
    code: 'kidney-stage',
    about: /\b(?:chronic kidney disease|ckd)\b/i,
    answered: /\bstage\b/i,
    question: () => 'Which stage has the chronic kidney disease?',
  },
  {
    code: 'substance-use-level',
    about: /\b(?:alcohol|opioid|cannabis|cocaine|stimulant|methamphetamine) use\b/i,
    answered: /\b(?:mild|moderate|severe|disorder|remission|denie\w+|no |dependence|abuse|social\w*)\b/i,
    question: (words) => `Is the ${words.toLowerCase()} a disorder, and how severe is it?`,
  },
];

/** Questions that a note leaves open, each once: details that its assessment lacks, and parts that it lacks as a whole. */
export function documentationQuestions(note: string): DocumentationQuestion[] {
  const body = readNote(note).filter((sentence) => !sentence.isHeading);
  const assessed = body.filter(({ section }) => /assessment|impression|diagnos|behavior/.test(section));
  const open = details.flatMap(({ code, about, answered, question }): DocumentationQuestion[] => {
    const naming = assessed.filter(({ text }) => about.test(text));
    const [first] = naming;
    const match = first && about.exec(first.text);
    if (!first || !match || naming.some(({ text }) => answered.test(text))) {
      return [];
    }
    const start = first.start + match.index;
    return [{ code, question: question(match[0]), span: { text: match[0], start, end: start + match[0].length } }];
  });
  return [...missingParts(assessed.length, body), ...open];
}

function missingParts(assessed: number, body: readonly { readonly section: string }[]): DocumentationQuestion[] {
  const hasPlan = body.some(({ section }) => /plan|recommend/.test(section));
  return [
    ...(assessed === 0
      ? [{ code: 'assessment-missing', question: 'The note has no assessment: what do you conclude from the visit?' }]
      : []),
    ...(hasPlan ? [] : [{ code: 'plan-missing', question: 'The note has no plan: what was agreed?' }]),
  ];
}
