import type { DetectedIssue } from '@medplum/fhirtypes';
import { codeSystemUrl, findingCoding } from '@mindbridge/fhir-profiles';
import type { Refusal } from './check-note.ts';
import type { NoteEvidence } from './note-evidence.ts';

const kindOf = (issue: DetectedIssue): string | undefined =>
  issue.code?.coding?.find((coding) => coding.system === codeSystemUrl.finding)?.code;

/** Has somebody answered it, with a reason? */
function isAnswered(issue: DetectedIssue): boolean {
  return (issue.mitigation ?? []).some((each) => (each.action.text ?? '').trim() !== '' && each.author !== undefined);
}

/** Is the sentence that it is about gone, or written anew by a person? What was said in the visit stays said. */
function isOvercome(issue: DetectedIssue, evidence: NoteEvidence): boolean {
  const about = (issue.evidence ?? []).flatMap((each) => (each.code ?? []).flatMap(({ text }) => text ?? []));
  const isHuman = (id: string): boolean => {
    const sentence = evidence.sentences.find(({ sentenceId }) => sentenceId === id);
    return sentence === undefined || sentence.origin === 'human';
  };
  return kindOf(issue) !== findingCoding.critical.code && about.length > 0 && about.every(isHuman);
}

/** The findings that keep a note from its signature: of high severity, not answered, and not overcome by an edit. */
export function openFindings(issues: readonly DetectedIssue[], evidence: NoteEvidence): Refusal[] {
  return issues
    .filter((issue) => issue.severity === 'high' && issue.status !== 'entered-in-error')
    .filter((issue) => !isAnswered(issue) && !isOvercome(issue, evidence))
    .map((issue) => ({
      key: 'note-finding-open',
      text: `A finding (${kindOf(issue) ?? 'other'}) is open: change the sentence, or say why it may stand`,
    }));
}
