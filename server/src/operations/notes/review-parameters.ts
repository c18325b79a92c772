import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { invalid } from '../../fhir/index.ts';
import { parametersBody } from '../parameters.ts';
import type { SentenceEdit } from './edit-note.ts';

/** What became of a draft in one review. */
export type ReviewDecision = 'reviewed' | 'rejected' | 'draft';

/** What a reviewer asks for. */
export interface Review {
  readonly edits: readonly SentenceEdit[];
  readonly overrides: readonly { readonly issue: string; readonly reason: string }[];
  readonly decision: ReviewDecision;
  /** How long the person looked at the draft. */
  readonly seconds?: number;
}

const DECISIONS: ReadonlySet<string> = new Set<ReviewDecision>(['reviewed', 'rejected', 'draft']);
const KNOWN = new Set(['sentence', 'finding', 'decision', 'seconds']);
const MAX_WORDS = 4000;

const partOf = (parameter: ParametersParameter, name: string): ParametersParameter | undefined =>
  parameter.part?.find((part) => part.name === name);

function textOf(parameter: ParametersParameter, name: string): string | undefined {
  const part = partOf(parameter, name);
  return part?.valueString ?? part?.valueCode ?? part?.valueReference?.reference;
}

function malformed(name: string, needed: string): never {
  throw invalid('operation-parameter', `'${name}' needs ${needed}`, name);
}

/** Words of a sentence: one line, without blanks around it. @throws FhirError 400 */
function wordsOf(parameter: ParametersParameter): string {
  const words = textOf(parameter, 'text')?.normalize('NFC').replace(/\s+/g, ' ').trim() ?? '';
  return words !== '' && words.length <= MAX_WORDS
    ? words
    : malformed('sentence', `text of 1 to ${MAX_WORDS} characters`);
}

function editOf(parameter: ParametersParameter): SentenceEdit {
  const id = textOf(parameter, 'id');
  if (id !== undefined && partOf(parameter, 'remove')?.valueBoolean === true) {
    return { kind: 'remove', id };
  }
  if (id !== undefined) {
    const isHuman = partOf(parameter, 'human')?.valueBoolean === true;
    return { kind: 'change', id, text: wordsOf(parameter), isHuman };
  }
  const section = textOf(parameter, 'section') ?? malformed('sentence', 'id, or section');
  const after = textOf(parameter, 'after');
  return { kind: 'add', section, text: wordsOf(parameter), ...(after !== undefined && { after }) };
}

function overrideOf(parameter: ParametersParameter): Review['overrides'][number] {
  const issue = /^DetectedIssue\/([A-Za-z0-9.-]{1,64})$/.exec(textOf(parameter, 'issue') ?? '')?.[1];
  const reason = textOf(parameter, 'reason')?.trim() ?? '';
  return issue !== undefined && reason !== '' ? { issue, reason } : malformed('finding', 'issue and reason');
}

/** Reads what a reviewer asks for. @throws FhirError 400 */
export function reviewOf(body: unknown): Review {
  const parameters: Parameters = body === undefined ? { resourceType: 'Parameters' } : parametersBody(body);
  const all = parameters.parameter ?? [];
  const unknown = all.find(({ name }) => !KNOWN.has(name));
  if (unknown) {
    throw invalid('operation-parameter', `$review takes ${[...KNOWN].join(', ')}`);
  }
  const named = (name: string): ParametersParameter[] => all.filter((parameter) => parameter.name === name);
  const [decision = 'reviewed'] = named('decision').map((each) => each.valueCode ?? each.valueString ?? '');
  if (!DECISIONS.has(decision)) {
    malformed('decision', [...DECISIONS].join(', '));
  }
  const [seconds] = named('seconds').map((each) => each.valueDecimal ?? each.valueInteger);
  return {
    edits: named('sentence').map(editOf),
    overrides: named('finding').map(overrideOf),
    decision: decision as ReviewDecision,
    ...(seconds !== undefined && seconds >= 0 && { seconds }),
  };
}
