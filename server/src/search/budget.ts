import type { Queryable, TenantDatabase } from '../database/index.ts';
import { FhirError } from '../fhir/index.ts';
import type { Plan } from './plan.ts';
import type { Criterion } from './query.ts';

/** Longest time that a statement of a search may run, in ms. */
export const BUDGET_MS = 2000;

/** What helps against every search without an index. */
export const NARROWING_HINT = 'Add what has an index, such as patient, code, identifier or _lastUpdated';

/**
 * The connection for a plan's statements, which end after {@link BUDGET_MS}. Where no index serves the search that is its
 * own fault and answered with 400; elsewhere SQLSTATE 57014 leaves as 503. Within a transaction under way the limit of
 * all statements holds.
 */
export function budgeted(db: Queryable, plan: Plan, criteria: readonly Criterion[]): Queryable {
  if (!isPinned(db)) {
    return db;
  }
  const limited = db.within(BUDGET_MS);
  return { query: (statement) => limited.query<never>(statement).catch((error) => ended(error, plan, criteria)) };
}

/** Is this the tenant's database itself, and no transaction under way? */
export function isPinned(db: Queryable): db is TenantDatabase {
  return 'within' in db;
}

function ended(error: unknown, plan: Plan, criteria: readonly Criterion[]): never {
  const parts = isOverBudget(error) ? unindexed(plan, criteria) : [];
  throw parts.length > 0 ? tooCostly(parts) : error;
}

/** Was a statement ended because its time was over? */
export function isOverBudget(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === '57014';
}

/** 400 that names the limit and what had no index. */
export function tooCostly(parts: readonly string[]): FhirError {
  const text = `The search was ended after ${BUDGET_MS} ms: no index serves ${parts.join(', ')}. ${NARROWING_HINT}`;
  return new FhirError(400, [{ severity: 'error', code: 'too-costly', key: 'search-too-costly', text }]);
}

/** The parts of a search that no index serves, so that they are looked for row by row; empty when all have one. */
export function unindexed(plan: Plan, criteria: readonly Criterion[]): string[] {
  const walksAll = plan.probes.length > 0 && !plan.walk.bounded && /^(?:id|updated|sort\.)/.test(plan.walk.name);
  const all = walksAll ? [`a start (every ${plan.type} is read)`] : [];
  return [...new Set([...all, ...criteria.flatMap(unindexedParts)])];
}

function unindexedParts(criterion: Criterion): string[] {
  switch (criterion.kind) {
    case 'text':
      return [TEXT_NAMES[criterion.place](criterion.parameter?.code ?? '')];
    case 'near':
      return ['near'];
    case 'identifierType':
      return [`${criterion.parameter.code}:of-type`];
    case 'missing':
      return [`${criterion.parameter.code}:missing`];
    case 'hierarchy':
      return [`${criterion.parameter.code}:${criterion.how}`];
    case 'not':
      return ['what is negated (:not, :not-in, not)'];
    case 'rows':
      return criterion.tests.some((test) => test.kind === 'string' && (test.how === 'contains' || test.how === 'ends'))
        ? [`${criterion.parameter.code}:contains`]
        : [];
    case 'and':
    case 'or':
      return criterion.criteria.flatMap(unindexedParts);
    case 'policy':
    case 'has':
      return unindexedParts(criterion.criterion);
    case 'chain':
      return criterion.targets.flatMap((target) => unindexedParts(target.criterion));
    default:
      return [];
  }
}

const TEXT_NAMES = {
  codes: (code: string) => `${code}:text`,
  narrative: () => '_text',
  content: () => '_content',
} as const;
