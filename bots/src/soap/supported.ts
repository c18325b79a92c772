import type { Finding } from '../kit/validate/finding.ts';
import { type NoteSources, prepareSources, validatePrepared } from '../kit/validate/validate-note.ts';
import type { DraftSentence } from './draft-note.ts';

/** A sentence with what the validator says of it. */
export interface JudgedSentence<S extends DraftSentence = DraftSentence> {
  readonly sentence: S;
  readonly findings: readonly Finding[];
}

/** Sentences that may stand in a draft, and those that may not. */
export interface SupportedSentences {
  readonly kept: readonly JudgedSentence[];
  readonly dropped: readonly JudgedSentence[];
}

/** Judges sentences against what was said and what the record holds, each on its own. */
export function judgeSentences<S extends DraftSentence>(
  sentences: readonly S[],
  sources: NoteSources,
): JudgedSentence<S>[] {
  const prepared = prepareSources(sources);
  return sentences.map((sentence) => ({ sentence, findings: validatePrepared(sentence.text, prepared) }));
}

/** Kinds of findings for which a sentence is left out even where the validator only warns. */
const NEVER: readonly Finding['kind'][] = ['number'];

/** Leaves out the sentences that the validator blocks, and those with a finding that never stands, such as a number that nobody said. */
export function supportedSentences(
  sentences: readonly DraftSentence[],
  sources: NoteSources,
  never: readonly Finding['kind'][] = NEVER,
): SupportedSentences {
  const judged = judgeSentences(
    sentences.filter((each) => each.text !== ''),
    sources,
  );
  const isBad = ({ findings }: JudgedSentence): boolean =>
    findings.some((each) => each.severity === 'block' || never.includes(each.kind));
  return { kept: judged.filter((each) => !isBad(each)), dropped: judged.filter(isBad) };
}
