import type { Issue } from '../fhir/index.ts';

/** State of one validation: where it is and what it found. */
export interface Run {
  readonly issues: Issue[];
  /** What was seen last that is no fault. */
  note: Issue | undefined;
  /** Property names and array indexes from the root. */
  readonly path: (string | number)[];
  readonly maxDepth: number;
  readonly maxIssues: number;
  depth: number;
  /** Outermost resource around the element: the one that may hold contained resources. */
  root: Record<string, unknown>;
  /** Resource around the element: root, or one of its contained resources. */
  resource: Record<string, unknown>;
  /** Local references seen (`#x`); collected only while the root holds contained resources. */
  fragments: Set<string> | undefined;
  /** Are warnings wanted as well? */
  readonly warnings: boolean;
}

/** FHIRPath of the place the run is at, with further segments behind it. */
export function pathOf(run: Run, ...more: readonly (string | number)[]): string {
  let text = '';
  for (const segment of [...run.path, ...more]) {
    text += typeof segment === 'number' ? `[${segment}]` : text ? `.${segment}` : segment;
  }
  return text;
}

/** Adds an issue at the place the run is at, or at a property below it. */
export function report(
  run: Run,
  issue: Pick<Issue, 'code' | 'key' | 'text'> & { readonly severity?: Issue['severity'] },
  ...more: readonly (string | number)[]
): void {
  if (run.issues.length < run.maxIssues) {
    run.issues.push({ severity: 'error', ...issue, expression: pathOf(run, ...more) });
  }
}

/** A property name as it may be shown: names come from outside. */
export function shownName(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name) ? name : '?';
}
