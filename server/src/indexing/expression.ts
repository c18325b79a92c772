import { type ElementTest, parseElementTest } from './element-test.ts';

/** One step of a path through elements. */
export type Step =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'type'; readonly name: string }
  | { readonly kind: 'where'; readonly property: string; readonly value: string }
  | { readonly kind: 'filter'; readonly text: string; readonly test: ElementTest }
  | { readonly kind: 'index'; readonly index: number };

/** What narrows the rows of a path when they are read, not when they are written. */
export interface Restriction {
  /** From `where(resolve() is Patient)`. */
  readonly targetType?: string;
  /** From `telecom.where(system='phone')`. */
  readonly system?: string;
}

/** One path of a search parameter's expression, from the root of a resource. */
export interface ElementPath {
  readonly steps: readonly Step[];
  readonly restriction?: Restriction;
  /** Normal form without the restriction, such as `Observation.value.ofType(Quantity)`. */
  readonly text: string;
}

/** Splits at a character outside of parentheses and quotes. */
export function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "'") {
      quoted = !quoted;
    } else if (!quoted && char === '(') {
      depth++;
    } else if (!quoted && char === ')') {
      depth--;
    } else if (!quoted && depth === 0 && char === separator) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}

const NAME = /^\.?([A-Za-z_]\w*)/;
const RESOLVE_IS = /^resolve\(\)\s+is\s+(\w+)$/;
const EQUALS = /^(\w+)\s*=\s*'([^']*)'$/;

/**
 * Reads the alternatives of an expression that start at one resource type; undefined when one of them is more than a
 * path (the FHIRPath evaluator takes those).
 */
export function parsePaths(expression: string, resourceType: string): ElementPath[] | undefined {
  const paths: ElementPath[] = [];
  for (const alternative of splitOutside(expression, '|').flatMap(spreadUnion)) {
    const steps = parseSteps(alternative, resourceType);
    if (steps === undefined) {
      return undefined;
    }
    if (steps !== 'other type') {
      paths.push(toPath(steps, resourceType));
    }
  }
  return paths;
}

/** `(a | b).c` as `(a).c` and `(b).c`. */
function spreadUnion(text: string): string[] {
  const end = text.startsWith('(') ? closing(text, 0) : -1;
  const parts = end < 0 ? [] : splitOutside(text.slice(1, end), '|');
  return parts.length < 2 ? [text] : parts.flatMap((part) => spreadUnion(`(${part})${text.slice(end + 1)}`));
}

type RawStep = Step | { readonly kind: 'target'; readonly name: string };

function parseSteps(text: string, resourceType: string): RawStep[] | 'other type' | undefined {
  let steps: RawStep[] = [];
  let rest = text.trim();
  if (rest.startsWith('(')) {
    const end = closing(rest, 0);
    const inner = rest.slice(1, end);
    if (splitOutside(inner, '|').length > 1) {
      return undefined;
    }
    const parsed = parseSteps(inner, resourceType);
    if (!Array.isArray(parsed)) {
      return parsed;
    }
    steps = parsed;
    rest = rest.slice(end + 1);
  } else {
    const first = NAME.exec(rest)?.[1];
    if (!first) {
      return undefined;
    }
    if (/^[A-Z]/.test(first)) {
      if (first !== resourceType && first !== 'Resource' && first !== 'DomainResource') {
        return 'other type';
      }
      rest = rest.slice(first.length);
    }
  }
  return parseRest(rest, steps);
}

function parseRest(text: string, steps: RawStep[]): RawStep[] | undefined {
  let rest = text.trim();
  while (rest) {
    const cast = /^\s*as\s+(\w+)$/.exec(rest);
    if (cast) {
      steps.push({ kind: 'type', name: cast[1] as string });
      return steps;
    }
    const index = /^\[(\d+)\]/.exec(rest);
    if (index) {
      steps.push({ kind: 'index', index: Number(index[1]) });
      rest = rest.slice(index[0].length);
      continue;
    }
    const name = NAME.exec(rest);
    if (!name) {
      return undefined;
    }
    rest = rest.slice(name[0].length);
    if (!rest.startsWith('(')) {
      steps.push({ kind: 'property', name: name[1] as string });
      continue;
    }
    const end = closing(rest, 0);
    const step = functionStep(name[1] as string, rest.slice(1, end).trim());
    if (!step) {
      return undefined;
    }
    steps.push(step);
    rest = rest.slice(end + 1);
  }
  return steps;
}

function functionStep(name: string, argument: string): RawStep | undefined {
  if (name === 'ofType' || name === 'as') {
    return { kind: 'type', name: argument };
  }
  if (name === 'first' && argument === '') {
    return { kind: 'index', index: 0 };
  }
  if (name !== 'where') {
    return undefined;
  }
  const target = RESOLVE_IS.exec(argument);
  if (target) {
    return { kind: 'target', name: target[1] as string };
  }
  const equals = EQUALS.exec(argument);
  if (equals) {
    return { kind: 'where', property: equals[1] as string, value: equals[2] as string };
  }
  const test = parseElementTest(argument);
  return test && { kind: 'filter', text: argument, test };
}

function closing(text: string, open: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "'" || quoted) {
      quoted = text[i] === "'" ? !quoted : quoted;
    } else if (text[i] === '(') {
      depth++;
    } else if (text[i] === ')' && --depth === 0) {
      return i;
    }
  }
  return text.length;
}

function toPath(raw: readonly RawStep[], resourceType: string): ElementPath {
  const steps: Step[] = raw.filter((step) => step.kind !== 'target');
  const target = raw.find((step) => step.kind === 'target');
  const last = steps.at(-1);
  const before = steps.at(-2);
  const telecom =
    last?.kind === 'where' && last.property === 'system' && before?.kind === 'property' && before.name === 'telecom';
  const kept = telecom ? steps.slice(0, -1) : steps;
  const restriction: Restriction | undefined =
    target || telecom
      ? { ...(target && { targetType: target.name }), ...(telecom && { system: last.value }) }
      : undefined;
  return { steps: kept, ...(restriction && { restriction }), text: pathText(kept, resourceType) };
}

/** Normal form of a path. */
export function pathText(steps: readonly Step[], root: string): string {
  return root + steps.map(stepText).join('');
}

function stepText(step: Step): string {
  switch (step.kind) {
    case 'property':
      return `.${step.name}`;
    case 'type':
      return `.ofType(${step.name})`;
    case 'where':
      return `.where(${step.property}='${step.value}')`;
    case 'filter':
      return `.where(${step.text})`;
    default:
      return `[${step.index}]`;
  }
}
