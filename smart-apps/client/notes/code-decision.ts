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
