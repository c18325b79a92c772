import type { BundleEntry, DetectedIssue, Device, Reference } from '@medplum/fhirtypes';
import { findingCoding } from '@mindbridge/fhir-profiles';
import { labelled, localUuid } from '../kit/index.ts';
import type { DraftedNote } from './drafted.ts';
import { placedSentences } from './note-text.ts';

/** Where the issues of a draft belong. */
export interface IssueContext {
  readonly runKey: string;
  readonly patient?: string;
  /** Reference of the draft; `urn:uuid` inside the transaction. */
  readonly document: string;
  readonly device: Reference<Device>;
  readonly now: Date;
}

interface Issue {
  readonly code: keyof typeof findingCoding;
  readonly severity: DetectedIssue['severity'];
  /** One sentence without the words of the note and without what it is about: issues are seen by more people than an unsigned draft. */
  readonly detail: string;
  readonly sentence?: string;
}

/** Most issues of one draft: a draft with more is not worth reviewing sentence by sentence. */
const MOST = 40;

/** One DetectedIssue for each finding, the gravest first. @see https://hl7.org/fhir/R4/detectedissue.html */
export function issueEntries(drafted: DraftedNote, context: IssueContext): BundleEntry<DetectedIssue>[] {
  const order = ['high', 'moderate', 'low'];
  const issues = [...criticalIssues(drafted), ...findingIssues(drafted), ...openIssues(drafted)];
  return issues
    .sort((a, b) => order.indexOf(a.severity ?? '') - order.indexOf(b.severity ?? ''))
    .slice(0, MOST)
    .map((issue, i) => entryOf(issue, i, context));
}

/** Dangers that were said: they must be answered, whether the draft mentions them or not. */
function criticalIssues({ critical, note }: DraftedNote): Issue[] {
  return critical.map(({ severity, support }) => {
    const sentence = placedSentences(note).find((each) =>
      each.support.some((own) => support.some((other) => own.start < other.end && other.start < own.end)),
    );
    const turns = [...new Set(support.map(({ turn }) => turn))].join(', ');
    return { code: 'critical', severity, detail: `A danger was said (turn ${turns}).`, sentence: sentence?.id };
  });
}

function findingIssues({ judged, dropped, addressed }: DraftedNote): Issue[] {
  const warned = judged.flatMap(({ sentence, findings }) =>
    findings.map(
      ({ kind, severity }): Issue => ({
        code: kind,
        severity: severity === 'block' ? 'high' : 'moderate',
        detail: `A ${kind} in this sentence is not in the transcript or the record as it stands here.`,
        sentence: sentence.id,
      }),
    ),
  );
  const kinds = [...new Set(dropped.flatMap(({ findings }) => findings.map((each) => each.kind)))];
  const left: Issue[] = kinds.map((kind) => ({
    code: kind,
    severity: 'low',
    detail: `The model wrote a ${kind} that was not said; those sentences were left out.`,
  }));
  const orders: Issue = {
    code: 'documentation',
    severity: 'moderate',
    detail: `${addressed} turns of the transcript address the software; they were not used.`,
  };
  return [...warned, ...left, ...(addressed > 0 ? [orders] : [])];
}

const OPEN = 'A detail that diagnosis codes distinguish is not documented here.';

function openIssues({ questions, note }: DraftedNote): Issue[] {
  return questions.map(({ span }) => {
    const sentence = span && placedSentences(note).find((each) => each.start <= span.start && span.end <= each.end);
    return { code: 'documentation', severity: 'low', detail: OPEN, sentence: sentence?.id };
  });
}

function entryOf(issue: Issue, number: number, context: IssueContext): BundleEntry<DetectedIssue> {
  const { runKey, patient, document, device, now } = context;
  const resource = labelled<DetectedIssue>({
    resourceType: 'DetectedIssue',
    status: 'preliminary',
    code: { coding: [findingCoding[issue.code]] },
    severity: issue.severity,
    ...(patient && { patient: { reference: patient } }),
    identifiedDateTime: now.toISOString(),
    author: device,
    implicated: [{ reference: document }],
    detail: issue.detail,
    ...(issue.sentence && { evidence: [{ code: [{ text: issue.sentence }] }] }),
  });
  return {
    fullUrl: `urn:uuid:${localUuid(`${runKey} issue ${number}`)}`,
    resource,
    request: { method: 'POST', url: 'DetectedIssue' },
  };
}
