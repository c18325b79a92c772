import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';

/** What a reviewer did to one sentence. */
export type SentenceEdit =
  | { readonly kind: 'change'; readonly id: string; readonly text: string; readonly human: boolean }
  | { readonly kind: 'remove'; readonly id: string }
  | { readonly kind: 'add'; readonly section: string; readonly text: string };

/** What becomes of the draft. */
export type ReviewDecision = 'reviewed' | 'rejected' | 'draft';

/** What is sent to `$review`. */
export interface ReviewRequest {
  readonly edits?: readonly SentenceEdit[];
  /** Findings that may stand, and why. */
  readonly answers?: readonly { readonly issue: string; readonly reason: string }[];
  readonly decision: ReviewDecision;
  readonly seconds: number;
}

function sentence(edit: SentenceEdit): ParametersParameter {
  const text = edit.kind === 'remove' ? [] : [{ name: 'text', valueString: edit.text }];
  const place =
    edit.kind === 'add' ? { name: 'section', valueCode: edit.section } : { name: 'id', valueString: edit.id };
  const human = edit.kind === 'change' && edit.human ? [{ name: 'human', valueBoolean: true }] : [];
  const remove = edit.kind === 'remove' ? [{ name: 'remove', valueBoolean: true }] : [];
  return { name: 'sentence', part: [place, ...text, ...human, ...remove] };
}

/** The Parameters of `DocumentReference/{id}/$review`. */
export function reviewParameters({ edits = [], answers = [], decision, seconds }: ReviewRequest): Parameters {
  return {
    resourceType: 'Parameters',
    parameter: [
      ...edits.map(sentence),
      ...answers.map(({ issue, reason }) => ({
        name: 'finding',
        part: [
          { name: 'issue', valueReference: { reference: issue } },
          { name: 'reason', valueString: reason },
        ],
      })),
      { name: 'decision', valueCode: decision },
      { name: 'seconds', valueDecimal: Math.round(seconds) },
    ],
  };
}
