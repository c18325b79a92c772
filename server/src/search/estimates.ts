import type { Queryable, Sql, SqlFragment } from '../database/index.ts';
import { limitedCountSql } from './page-sql.ts';
import { ESTIMATE_LIMIT, type Estimate } from './plan.ts';
import type { Criterion } from './query.ts';
import type { SqlContext } from './sql-context.ts';
import { criterionWalk } from './walk.ts';

const KEPT_MS = 60_000;
const MOST = 5000;

/**
 * Makes the estimates that plans are chosen by: what a criterion finds is counted up to a limit, and remembered for a
 * minute. A chain or `_has` counts what it finds at its far end.
 */
export function createEstimates(
  named: (fragment: SqlFragment) => Sql,
  clock: () => Date,
): (db: Queryable, context: SqlContext, tenant: number) => Estimate {
  const known = new Map<string, { readonly count: number; readonly until: number }>();
  return (db, context, tenant) =>
    async function estimate(type, criterion): Promise<number> {
      const end = farEnd(type, criterion);
      const key = `${tenant} ${end.type} ${JSON.stringify(end.criterion, withoutParameters)}`;
      const now = clock().getTime();
      const kept = known.get(key);
      if (kept && kept.until > now) {
        return kept.count;
      }
      const count = await counted(db, context, named, end.type, end.criterion);
      if (known.size >= MOST) {
        known.clear();
      }
      known.set(key, { count, until: now + KEPT_MS });
      return count;
    };
}

function withoutParameters(name: string, value: unknown): unknown {
  return name === 'parameter' ? undefined : value;
}

function farEnd(type: string, criterion: Criterion): { readonly type: string; readonly criterion: Criterion } {
  if (criterion.kind === 'has') {
    return farEnd(criterion.resourceType, criterion.criterion);
  }
  const [target] = criterion.kind === 'chain' ? criterion.targets : [];
  return target ? farEnd(target.type, target.criterion) : { type, criterion };
}

async function counted(
  db: Queryable,
  context: SqlContext,
  named: (fragment: SqlFragment) => Sql,
  type: string,
  criterion: Criterion,
): Promise<number> {
  const walk = criterionWalk(context, type, criterion);
  if (!walk) {
    return Number.POSITIVE_INFINITY;
  }
  const limit = ESTIMATE_LIMIT + 1;
  const rows = await db.query<{ total: number }>(
    named(limitedCountSql(context, { type, walk, probes: [], sort: [] }, limit)),
  );
  return Number(rows[0]?.total ?? 0);
}
