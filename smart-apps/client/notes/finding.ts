import type { DetectedIssue } from '@medplum/fhirtypes';
import { codeSystemUrl, findingCoding } from '@mindbridge/fhir-profiles';

/** Something that was found about a note or about its codes. */
export interface Finding {
  readonly id: string;
  readonly reference: string;
  readonly kind: string;
  /** "Dose", "Critical finding". */
  readonly title: string;
  readonly detail: string;
  /** Blocks a signature, warns, or informs. */
  readonly weight: 'block' | 'warn' | 'inform';
  /** Sentences that it is about. */
  readonly sentences: readonly string[];
  /** Why it may stand, where somebody said so. */
  readonly answer?: string;
}

const WEIGHT = { high: 'block', moderate: 'warn', low: 'inform' } as const;
const RANK = { block: 0, warn: 1, inform: 2 } as const;
const TITLES: ReadonlyMap<string, string> = new Map(
  Object.values(findingCoding).map(({ code, display }) => [code, display]),
);

/** What the screens show of a DetectedIssue. Total: works on the emptiest one. */
export function finding(issue: DetectedIssue): Finding {
  const coding = issue.code?.coding?.find((each) => each.system === codeSystemUrl.finding);
  const kind = coding?.code ?? 'other';
  const answer = issue.mitigation?.find((each) => each.action.text?.trim())?.action.text;
  return {
    id: issue.id ?? '',
    reference: `DetectedIssue/${issue.id ?? ''}`,
    kind,
    title: coding?.display ?? TITLES.get(kind) ?? issue.code?.text ?? 'Finding',
    detail: issue.detail ?? '',
    weight: WEIGHT[issue.severity ?? 'low'],
    sentences: (issue.evidence ?? []).flatMap((each) => (each.code ?? []).flatMap((code) => code.text ?? [])),
    ...(answer && { answer }),
  };
}

/** What keeps a note from its signature first, then warnings; answered ones last. */
export function byWeight(findings: readonly Finding[]): Finding[] {
  const rank = (one: Finding): number => RANK[one.weight] + (one.answer ? 10 : 0);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}
