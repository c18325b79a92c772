import { type DocumentationQuestion, documentationQuestions } from '../kit/documentation/questions.ts';
import { abstain, draft, type Outcome } from '../kit/index.ts';
import { indexCodes } from './code-index.ts';
import { type CodeEntry, type CodeTable, tableFor } from './code-table.ts';
import { emFacts } from './em-facts.ts';
import { type EmDecision, emDecision } from './em-level.ts';
import { type HcpcsSuggestion, hcpcsOfNote } from './hcpcs.ts';
import { noteProblems } from './note-problems.ts';
import { codesOfNote, type NoteCodes } from './suggestion.ts';

/** A signed note with what decides how it is coded. */
export interface NoteToCode {
  readonly text: string;
  /** Day of service, `YYYY-MM-DD` in the clinic's time zone. */
  readonly day: string;
  readonly isNewPatient: boolean;
  /** Entries of a fuller table that the server offers for the note's problems, valid on the day. */
  readonly offered?: readonly CodeEntry[];
}

/** Everything that is suggested for a note. */
export interface CodedNote extends NoteCodes {
  readonly table: { readonly version: string; readonly isExpired: boolean };
  readonly visit: EmDecision & { readonly isNewPatient: boolean };
  readonly services: readonly HcpcsSuggestion[];
  readonly questions: readonly DocumentationQuestion[];
}

/** Suggests codes for a note, or says why not: no table for the day, no assessment, nothing that can be coded. */
export function codeNote(note: NoteToCode, tables: readonly CodeTable[]): Outcome<CodedNote> {
  const chosen = tableFor(note.day, tables);
  if (!chosen) {
    return abstain('code-table-missing', `There is no code table for services on ${note.day}.`);
  }
  const { problems, hasAssessment } = noteProblems(note.text);
  if (!hasAssessment && problems.length === 0) {
    return abstain('assessment-missing', 'The note has no assessment that could be coded.');
  }
  const known = new Set(chosen.table.entries.map((entry) => entry.code));
  const offered = (note.offered ?? []).filter((entry) => !known.has(entry.code));
  const codes = codesOfNote(indexCodes({ ...chosen.table, entries: [...chosen.table.entries, ...offered] }), note.text);
  if (codes.suggestions.length === 0) {
    return abstain('nothing-to-code', 'The assessment names no certain diagnosis that the code table holds.');
  }
  const { isNewPatient } = note;
  return draft({
    ...codes,
    table: { version: chosen.table.version, isExpired: chosen.isFallback },
    visit: { ...emDecision(emFacts(note.text, problems, isNewPatient)), isNewPatient },
    services: hcpcsOfNote(note.text),
    questions: documentationQuestions(note.text),
  });
}
