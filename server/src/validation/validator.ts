import type { Definitions } from '../definitions/index.ts';
import type { Issue } from '../fhir/index.ts';
import { createPlans, type Plan } from './plan.ts';
import { type Run, report } from './run.ts';
import { createWalk, type Walk } from './walk.ts';

/** Choices for one validation. */
export interface ValidateOptions {
  /** Also report what should hold but need not; off by default. */
  readonly warnings?: boolean;
  /** Type the resource must have, such as the one in the URL. */
  readonly type?: string;
}

/** Limits of the validator. */
export interface ValidatorLimits {
  /** Deepest nesting of elements; 50 by default. */
  readonly maxDepth?: number;
  /** Most issues to report; 100 by default. */
  readonly maxIssues?: number;
}

/** Checks resources against the base specification. */
export interface Validator {
  /**
   * Checks any value as a resource; never throws. No issue of severity error or fatal means it may be stored.
   * @see https://hl7.org/fhir/R4/validation.html
   */
  validate(resource: unknown, options?: ValidateOptions): Issue[];
}

/** Makes a validator; plans of types are compiled when first needed. */
export function createValidator(definitions: Definitions, limits: ValidatorLimits = {}): Validator {
  const planOf: (type: string) => Plan = createPlans(definitions);
  const walk: Walk = createWalk(definitions, planOf);
  return {
    validate(resource, options = {}) {
      const run = newRun(resource, limits, options);
      if (options.type && options.type !== run.path[0]) {
        const text = `The resource is not of type ${options.type}`;
        report(run, { code: 'invalid', key: 'structure-resource-type', text }, 'resourceType');
        return run.issues;
      }
      walk.resource(run, resource);
      return run.note ? [...run.issues, run.note] : run.issues;
    },
  };
}

function newRun(resource: unknown, limits: ValidatorLimits, options: ValidateOptions): Run {
  const root = typeof resource === 'object' && resource !== null ? (resource as Record<string, unknown>) : {};
  const type = Object.hasOwn(root, 'resourceType') ? root.resourceType : undefined;
  return {
    issues: [],
    note: undefined,
    path: [typeof type === 'string' && /^[A-Z][A-Za-z]{0,63}$/.test(type) ? type : 'Resource'],
    maxDepth: limits.maxDepth ?? 50,
    maxIssues: limits.maxIssues ?? 100,
    depth: 0,
    root,
    resource: root,
    fragments: undefined,
    warnings: options.warnings === true,
  };
}
