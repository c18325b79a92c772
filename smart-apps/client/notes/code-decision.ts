import type { Coding, Task, TaskOutput } from '@medplum/fhirtypes';
import { noteDecisionCoding } from '@mindbridge/fhir-profiles';
import type { CodeSuggestion } from './code-suggestion.ts';

/** What a person decided about one suggested code. */
export type CodeDecision =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'edited'; readonly coding: Coding };

/** Decisions by the key of their suggestion. */
export type CodeDecisions = ReadonlyMap<string, CodeDecision>;

function output(suggestion: CodeSuggestion, decision: CodeDecision): TaskOutput {
  const suggested: Coding = { code: suggestion.code, display: suggestion.display };
  const coding = decision.kind === 'edited' ? decision.coding : suggested;
  const text = decision.kind === 'edited' ? `instead of ${suggestion.code}` : suggestion.code;
  return { type: { coding: [noteDecisionCoding[decision.kind]] }, valueCodeableConcept: { coding: [coding], text } };
}

/** The Task of a coding review, closed with one output for each code that was judged. */
export function withDecisions(task: Task, suggestions: readonly CodeSuggestion[], decisions: CodeDecisions): Task {
  const outputs = suggestions.flatMap((suggestion) => {
    const decision = decisions.get(suggestion.key);
    return decision ? [output(suggestion, decision)] : [];
  });
  return { ...task, status: 'completed', output: [...(task.output ?? []), ...outputs] };
}

const KINDS = ['accepted', 'rejected', 'edited'] as const;

/** What was decided about the codes, as the closed Task of their review tells it. */
export function decisionsOf(task: Task | undefined, suggestions: readonly CodeSuggestion[]): CodeDecisions {
  const told = (task?.output ?? []).flatMap(({ type, valueCodeableConcept }): [string, CodeDecision][] => {
    const kind = KINDS.find((each) => type.coding?.some(({ code }) => code === noteDecisionCoding[each].code));
    const { coding: [coding] = [], text = '' } = valueCodeableConcept ?? {};
    const about = suggestions.find(({ code }) => text === code || text === `instead of ${code}`);
    if (!kind || !about || !coding) {
      return [];
    }
    return [[about.key, kind === 'edited' ? { kind, coding } : { kind }]];
  });
  return new Map(told);
}
