import type { DocumentationQuestion } from '../kit/documentation/questions.ts';
import type { EngineIdentity, Prompt } from '../kit/index.ts';
import type { CriticalFinding } from './critical-findings.ts';
import type { NoteText, PlacedSentence } from './note-text.ts';
import type { JudgedSentence } from './supported.ts';

/** A finished draft with everything that is said of it. */
export interface DraftedNote {
  readonly note: NoteText;
  readonly engine: EngineIdentity;
  /** The prompt, when a model wrote the sentences. */
  readonly prompt?: Prompt;
  /** Each sentence with what the validator says of it. */
  readonly judged: readonly JudgedSentence<PlacedSentence>[];
  /** What a model wrote and what does not stand. */
  readonly dropped: readonly JudgedSentence[];
  readonly critical: readonly CriticalFinding[];
  readonly questions: readonly DocumentationQuestion[];
  /** Turns of the transcript that address the software and were not used. */
  readonly addressed: number;
}
