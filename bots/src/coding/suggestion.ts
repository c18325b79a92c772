import type { CodeIndex } from './code-index.ts';
import type { CodeEntry } from './code-table.ts';
import { type NoteProblem, type NoteProblems, noteProblems } from './note-problems.ts';
import { suggestCodes } from './suggest-codes.ts';

/** A diagnosis code for a problem of the note, with why. */
export interface CodeSuggestion {
  readonly entry: CodeEntry;
  readonly problem: NoteProblem;
  /** One sentence for the person who decides. */
  readonly rationale: string;
  /** Other codes that fit less well, best first. */
  readonly alternatives: readonly CodeEntry[];
}

/** The diagnosis codes of a note, and what could not be coded. */
export interface NoteCodes {
  readonly suggestions: readonly CodeSuggestion[];
  /** Problems for which the table holds no code that fits well enough. */
  readonly uncoded: readonly NoteProblem[];
  readonly uncertain: NoteProblems['uncertain'];
  readonly hasAssessment: boolean;
}

/** A code below this fit is no suggestion. */
const LEAST_FIT = 0.45;
/** Other codes shown beside a suggestion. */
const ALTERNATIVES = 3;

/** Suggests one code for each problem that a note names with certainty; every code once, from the table alone. */
export function codesOfNote(index: CodeIndex, note: string): NoteCodes {
  const { problems, uncertain, hasAssessment } = noteProblems(note);
  const suggestions: CodeSuggestion[] = [];
  const uncoded: NoteProblem[] = [];
  for (const problem of problems) {
    const [best, ...others] = suggestCodes(index, problem.text).filter(
      (each) => each.score >= LEAST_FIT && agreesOnSide(each.entry, problem.text),
    );
    if (!best) {
      uncoded.push(problem);
    } else if (!suggestions.some((each) => each.entry.code === best.entry.code)) {
      const alternatives = others.slice(0, ALTERNATIVES).map((each) => each.entry);
      suggestions.push({ entry: best.entry, problem, alternatives, rationale: rationaleOf(best.entry, problem) });
    }
  }
  return { suggestions: withoutGeneral(suggestions), uncoded, uncertain, hasAssessment };
}

/** "Diabetes with neuropathy" is one code: the general one of its family falls away where a sentence gives both. */
function withoutGeneral(suggestions: readonly CodeSuggestion[]): CodeSuggestion[] {
  return suggestions.filter(
    ({ entry, problem }) =>
      !(
        /^E1[01]\.9$/.test(entry.code) &&
        suggestions.some(
          (other) =>
            other.entry.code !== entry.code &&
            other.entry.code.slice(0, 3) === entry.code.slice(0, 3) &&
            other.problem.sentence === problem.sentence,
        )
      ),
  );
}

/** A code of the other side is never suggested. */
function agreesOnSide({ description }: CodeEntry, problem: string): boolean {
  const sides = (text: string): string[] =>
    ['right', 'left'].filter((side) => new RegExp(`\\b${side}\\b`, 'i').test(text));
  const [said, coded] = [sides(problem), sides(description)];
  return said.length !== 1 || coded.length === 0 || coded.some((side) => said.includes(side));
}

function rationaleOf({ code, description }: CodeEntry, { text }: NoteProblem): string {
  return `The assessment names “${text}”; ${code} is ${description}.`;
}
