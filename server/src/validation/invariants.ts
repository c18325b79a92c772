import { evalFhirPathTyped, type TypedValue } from '@medplum/core';
import type { Definitions, Invariant } from '../definitions/index.ts';
import { type CompiledExpression, compileExpression, UnsupportedExpression } from './fhirpath/compile-expression.ts';
import type { Surroundings } from './fhirpath/operators.ts';
import { type Run, report } from './run.ts';

/** An invariant made ready: by our compiler, or for the general evaluator. */
export interface CompiledInvariant {
  readonly invariant: Invariant;
  readonly evaluate: CompiledExpression;
  /** True when the general evaluator does it. */
  readonly general: boolean;
}

/**
 * Invariants that the walk over the structure checks by itself, natively: they need what only the walk knows
 * (contained resources, local references, the form of a narrative).
 */
export const NATIVE_INVARIANTS: ReadonlySet<string> = new Set([
  'ele-1',
  'ext-1',
  'dom-2',
  'dom-3',
  'dom-4',
  'dom-5',
  'ref-1',
  'txt-1',
  'txt-2',
]);

/** Compiles the invariants stated for a type or an element; those of {@link NATIVE_INVARIANTS} are left to the walk. */
export function compileInvariants(
  invariants: readonly Invariant[],
  type: string,
  definitions: Definitions,
): CompiledInvariant[] {
  return invariants
    .filter(({ key }) => !NATIVE_INVARIANTS.has(key))
    .map((invariant) => compileInvariant(invariant, type, definitions));
}

function compileInvariant(invariant: Invariant, type: string, definitions: Definitions): CompiledInvariant {
  let compiled: { evaluate: CompiledExpression; general: boolean } | undefined;
  const ready = (): { evaluate: CompiledExpression; general: boolean } => {
    compiled ??= compileOrGeneral(invariant.expression, type, definitions);
    return compiled;
  };
  return {
    invariant,
    get general() {
      return ready().general;
    },
    evaluate: (focus, around) => ready().evaluate(focus, around),
  };
}

function compileOrGeneral(
  expression: string,
  type: string,
  definitions: Definitions,
): { evaluate: CompiledExpression; general: boolean } {
  try {
    return { evaluate: compileExpression(expression, type, definitions), general: false };
  } catch (error) {
    if (error instanceof UnsupportedExpression || error instanceof SyntaxError) {
      return { evaluate: generalEvaluator(expression, type), general: true };
    }
    throw error;
  }
}

/** Evaluates with Medplum's FHIRPath, which knows all of the language. */
function generalEvaluator(expression: string, type: string): CompiledExpression {
  const typed = (value: unknown): TypedValue => ({ type: typeOf(value) ?? type, value });
  return (focus, around) =>
    evalFhirPathTyped(expression, [typed(focus)], {
      '%resource': typed(around.resource),
      '%rootResource': typed(around.rootResource),
      '%context': typed(around.context),
      '%ucum': { type: 'string', value: 'http://unitsofmeasure.org' },
    }).map((item) => item.value as unknown);
}

function typeOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'resourceType' in value
    ? String(value.resourceType)
    : undefined;
}

/** Evaluates invariants on an element that is structurally sound, and reports those that do not hold. */
export function checkInvariants(run: Run, invariants: readonly CompiledInvariant[], focus: unknown): void {
  for (const { invariant, evaluate } of invariants) {
    if (invariant.severity === 'warning' && !run.warnings) {
      continue;
    }
    const around: Surroundings = { resource: run.resource, rootResource: run.root, context: focus };
    if (!holds(evaluate, focus, around)) {
      report(run, {
        severity: invariant.severity,
        code: 'invariant',
        key: `invariant-${invariant.key}`,
        text: `Rule ${invariant.key} does not hold: ${invariant.human}`,
      });
    }
  }
}

/** An expression that fails on a value counts as a rule that does not hold: nothing passes unchecked. */
function holds(evaluate: CompiledExpression, focus: unknown, around: Surroundings): boolean {
  try {
    const result = evaluate(focus, around);
    return result.length === 1 && result[0] === true;
  } catch {
    return false;
  }
}
