import type { NoteEvidence, NoteSentence } from '../notes/note-evidence.ts';

/** What became of the sentences of one section. */
export interface SectionMeasure {
  readonly section: string;
  readonly kept: number;
  readonly edited: number;
  readonly removed: number;
  readonly added: number;
  /** Words that differ, by the words of the longer text: 0 nothing changed, 1 nothing left. */
  readonly editDistance: number;
}

/** What a review made of a draft. */
export interface ReviewMeasure {
  readonly decision: 'accepted' | 'edited' | 'rejected' | 'expired';
  readonly editDistance: number;
  readonly sections: readonly SectionMeasure[];
}

const wordsOf = (sentences: readonly NoteSentence[]): string[] =>
  sentences.flatMap(({ text }) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** Levenshtein distance over words. */
function distance(a: readonly string[], b: readonly string[]): number {
  let row = b.map((_, i) => i + 1);
  for (const [i, word] of a.entries()) {
    let [diagonal, left] = [i, i + 1];
    row = row.map((above, j) => {
      const next = Math.min(above + 1, left + 1, diagonal + (word === b[j] ? 0 : 1));
      [diagonal, left] = [above, next];
      return next;
    });
  }
  return b.length === 0 ? a.length : (row.at(-1) ?? 0);
}

function share(before: readonly NoteSentence[], after: readonly NoteSentence[]): number {
  const [a, b] = [wordsOf(before), wordsOf(after)];
  const longer = Math.max(a.length, b.length);
  return longer === 0 ? 0 : Math.round((distance(a, b) / longer) * 1000) / 1000;
}

/** Compares a draft with what was signed of it. */
export function reviewMeasure(draft: NoteEvidence, final: NoteEvidence): ReviewMeasure {
  const sections = draft.sections.map(({ code }): SectionMeasure => {
    const before = draft.sentences.filter(({ section }) => section === code);
    const after = final.sentences.filter(({ section }) => section === code);
    const now = new Map(after.map((sentence) => [sentence.sentenceId, sentence]));
    const kept = before.filter(({ sentenceId, text }) => now.get(sentenceId)?.text === text).length;
    const removed = before.filter(({ sentenceId }) => !now.has(sentenceId)).length;
    const edited = before.length - kept - removed;
    return {
      section: code,
      kept,
      edited,
      removed,
      added: after.length - kept - edited,
      editDistance: share(before, after),
    };
  });
  const isUntouched = sections.every(({ edited, removed, added }) => edited + removed + added === 0);
  return {
    decision: isUntouched ? 'accepted' : 'edited',
    editDistance: share(draft.sentences, final.sentences),
    sections,
  };
}

/** A draft of which nothing was kept: somebody rejected it, or nobody answered it in time. */
export function unkeptMeasure(draft: NoteEvidence, decision: 'rejected' | 'expired'): ReviewMeasure {
  const nothing = { ...draft, sentences: [] };
  return { ...reviewMeasure(draft, nothing), decision };
}
