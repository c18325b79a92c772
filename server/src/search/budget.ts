import type { Queryable, TenantDatabase } from '../database/index.ts';
import type { Plan } from './plan.ts';
import type { Criterion } from './query.ts';

/** Longest time a statement without a fitting index may run, in ms. */
export const BUDGET_MS = 2000;

/**
 * The connection for a plan's statements. What no index serves (words, parts of strings, absent values, distances, a walk
 * over a whole type) ends after {@link BUDGET_MS} with SQLSTATE 57014, which leaves as 503 with the hint to narrow it.
 * Within a transaction under way the limit of all statements holds.
 */
export function budgeted(db: Queryable, plan: Plan, criteria: readonly Criterion[]): Queryable {
  const walksAll = plan.probes.length > 0 && /^(?:id|updated|sort\.)/.test(plan.walk.name);
  if (!isPinned(db) || !(walksAll || criteria.some(isUnindexed))) {
    return db;
  }
  return db.within(BUDGET_MS);
}

function isPinned(db: Queryable): db is TenantDatabase {
  return 'within' in db;
}

/** Is there a part that is looked for row by row? */
function isUnindexed(criterion: Criterion): boolean {
  switch (criterion.kind) {
    case 'text':
    case 'near':
    case 'identifierType':
    case 'missing':
    case 'not':
      return true;
    case 'rows':
      return criterion.tests.some((test) => test.kind === 'string' && test.how === 'contains');
    case 'and':
    case 'or':
      return criterion.criteria.some(isUnindexed);
    case 'policy':
    case 'has':
      return isUnindexed(criterion.criterion);
    case 'chain':
      return criterion.targets.some((target) => isUnindexed(target.criterion));
    default:
      return false;
  }
}
