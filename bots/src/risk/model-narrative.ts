import {
  abstain,
  draft,
  type ModelEngine,
  type Outcome,
  outcomeOfReply,
  parsePrompt,
  type ShownElements,
} from '../kit/index.ts';
import type { Assessment } from './assessment.ts';
import { factorNames, narrate, shownNumber } from './narrative.ts';
import { checkNarrative } from './narrative-check.ts';
import promptFile from './prompt/1.0.0/prompt.json' with { type: 'json' };

/** The prompt in use. */
export const narrativePrompt = parsePrompt(promptFile);

const LONGEST = 900;
const MAX_TOKENS = 600;

/** What the model sees: the assessment's own facts as text; no name, no identifier, no free text of the chart. */
export function factsForPrompt(assessment: Assessment): string {
  const factors = assessment.score.contributions.flatMap(({ factor, points, state, value }) => {
    if (factor === 'cap' || factor === 'floor') {
      return [`${factor}: ${points} points`];
    }
    return [
      `${factorNames[factor]}: ${value === undefined ? 'not documented' : shownNumber(value)}, ${points} points, ${state}`,
    ];
  });
  return [...factors, narrate(assessment)].join('\n');
}

/**
 * Asks a model for the wording and checks it number by number; abstains when the model gave nothing usable or said
 * anything that the assessment does not.
 */
export async function modelNarrative(
  engine: ModelEngine,
  assessment: Assessment,
  manifest: readonly ShownElements[],
): Promise<Outcome<string>> {
  const variables = { assessment: factsForPrompt(assessment) };
  const reply = await engine.ask({ prompt: narrativePrompt, variables, manifest, maxTokens: MAX_TOKENS });
  return outcomeOfReply(reply, (value) => readNarrative(value, assessment));
}

function readNarrative(value: unknown, assessment: Assessment): Outcome<string> {
  const narrative = typeof value === 'object' && value !== null && 'narrative' in value ? value.narrative : undefined;
  if (typeof narrative !== 'string' || narrative.trim() === '' || narrative.length > LONGEST) {
    return abstain('narrative-malformed', 'The model gave no narrative of the asked form.');
  }
  if (/https?:|[<>[\]{}`]|!\[/.test(narrative)) {
    return abstain('narrative-markup', 'The narrative holds a link or markup.');
  }
  const [mismatch] = checkNarrative(narrative, assessment);
  return mismatch
    ? abstain('narrative-mismatch', `The narrative holds a ${mismatch.kind} that the assessment does not.`)
    : draft(narrative.trim());
}
