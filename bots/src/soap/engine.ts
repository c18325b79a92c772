import { turns } from '../kit/text/index.ts';
import { complaint } from './chief-complaint.ts';
import { examAndResults, plan } from './clinician-statements.ts';
import { dictatedSentences, isDictated } from './dictation.ts';
import type { DraftNote, DraftSentence, SectionName } from './draft-note.ts';
import { medicineAnswers } from './medicine-answers.ts';
import { review } from './review-of-systems.ts';
import { supportedSentences } from './supported.ts';
import { pronounsOf } from './third-person.ts';
import { history } from './told-history.ts';
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
  const answers = topicAnswers(isShort(spoken) ? spoken : spoken.slice(0, planned), who).filter(
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
