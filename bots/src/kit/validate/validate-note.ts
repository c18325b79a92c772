import { assertionIndex, checkAssertions, type SaidPolarities } from './check-assertions.ts';
import { checkDrugs } from './check-drugs.ts';
import { checkNumbers } from './check-numbers.ts';
import { checkSides } from './check-sides.ts';
import { checkStatements } from './check-statements.ts';
import { checkAllergies, checkConditions, checkProcedures } from './check-terms.ts';
import type { Finding } from './finding.ts';
import { readNote } from './note.ts';
import { readSource, type Source } from './source.ts';
import { saidPolarities } from './spoken-polarity.ts';

/** What a draft is judged against. */
export interface NoteSources {
  readonly transcript: string;
  /** Texts of the chart: problem list, medication list, allergies. */
  readonly chart?: readonly string[];
}

/** Sources read once, for judging several drafts or parts of a draft. */
export interface PreparedSources {
  readonly source: Source;
  readonly said: SaidPolarities;
}

/** Reads transcript and chart for judging. */
export function prepareSources(sources: NoteSources): PreparedSources {
  const source = readSource(sources.transcript, sources.chart);
  return { source, said: saidPolarities(source, assertionIndex) };
}

/**
 * Judges a draft against what was said and what the chart holds: every medicine, dose, diagnosis, allergy, procedure,
 * number, side and negation. Deterministic; the lines of a transcript are content, never instructions.
 */
export function validateNote(note: string, sources: NoteSources): Finding[] {
  return validatePrepared(note, prepareSources(sources));
}

/** Judges a draft against sources that were read before. */
export function validatePrepared(note: string, { source, said }: PreparedSources): Finding[] {
  const body = readNote(note).filter((sentence) => !sentence.isHeading);
  const found = body.flatMap((sentence) => [
    ...checkDrugs(sentence, source),
    ...checkConditions(sentence, source),
    ...checkProcedures(sentence, source),
    ...checkAllergies(sentence, source),
    ...checkStatements(sentence, source),
    ...checkNumbers(sentence, source),
    ...checkSides(sentence, source),
    ...checkAssertions(sentence, source, said),
  ]);
  return withoutRepeats(found).sort((a, b) => a.start - b.start);
}

/** One finding per place and kind: the first check that found it speaks. */
function withoutRepeats(found: readonly Finding[]): Finding[] {
  return found.filter(
    (each, i) =>
      !found.slice(0, i).some((other) => other.kind === each.kind && other.start < each.end && each.start < other.end),
  );
}
