import type { BundleEntry, DetectedIssue, Device, Reference } from '@medplum/fhirtypes';
import { findingCoding } from '@mindbridge/fhir-profiles';
import { labelled, localUuid } from '../kit/index.ts';
import type { CodedNote } from './code-note.ts';

/** Where the issues of a coded note belong. */
export interface IssueContext {
  readonly runKey: string;
  readonly patient: string;
  /** References of the claim and the note; `urn:uuid` inside the transaction. */
  readonly implicated: readonly string[];
  readonly device: Reference<Device>;
  readonly now: Date;
}

/** What the person who codes must know beside the codes: too much and too little alike. */
export function codingWarnings({ table, visit, uncertain, uncoded, questions }: CodedNote): string[] {
  return [
    ...(table.isExpired
      ? [`The code table ${table.version} ended before the day of service: load the newer one.`]
      : []),
    ...uncertain.map(() => 'A diagnosis that the note calls uncertain is not coded.'),
    ...uncoded.map(() => 'A problem of the assessment has no code in the table in use.'),
    ...(visit.atRisk ? [`Too high? ${visit.atRisk}`] : []),
    ...(visit.forHigher ? [`Too low? ${visit.forHigher}`] : []),
    ...questions.map((each) => each.question),
  ];
}

/** One DetectedIssue for each of these, of low severity: none holds up a claim that a person is to check anyway. */
export function warningEntries(coded: CodedNote, context: IssueContext): BundleEntry<DetectedIssue>[] {
  const warnings = [...new Set(codingWarnings(coded))];
  return warnings.map((detail, i) => ({
    fullUrl: `urn:uuid:${localUuid(`${context.runKey} issue ${i}`)}`,
    resource: labelled<DetectedIssue>({
      resourceType: 'DetectedIssue',
      status: 'preliminary',
      code: { coding: [findingCoding.documentation] },
      severity: 'low',
      patient: { reference: context.patient },
      identifiedDateTime: context.now.toISOString(),
      author: context.device,
      implicated: context.implicated.map((reference) => ({ reference })),
      detail,
    }),
    request: { method: 'POST', url: 'DetectedIssue' },
  }));
}
