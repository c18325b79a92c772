import type { AccessGrant } from '../access/index.ts';
import { type Queryable, type Row, type SqlFragment, sql } from '../database/index.ts';
import { BUDGET_MS, NARROWING_HINT, unindexed } from './budget.ts';
import type { Plan } from './plan.ts';
import { planName } from './plan.ts';
import type { SearchQuery } from './query.ts';
import { pageStatement, plansOf, type RunServices } from './run.ts';

/** How a search on one type is carried out, for an administrator. */
export interface SearchExplanation {
  readonly type: string;
  /** The walk the page is read by. */
  readonly walk: string;
  /** Kinds of the criteria that are asked of each row. */
  readonly probes: readonly string[];
  /** Codes of what is sorted after the whole set was found; empty when the walk is in order. */
  readonly sortedAfterwards: readonly string[];
  /** What no index serves; the search is then ended after {@link budgetMs}. Empty when every part has an index. */
  readonly unindexed: readonly string[];
  /** Longest time that a statement of the search may run, in ms. */
  readonly budgetMs: number;
  /** What would give the search an index; absent when it has one. */
  readonly hint?: string;
  readonly sql: string;
  /** PostgreSQL's own plan, as EXPLAIN gives it; the statement is not run. */
  readonly plan: unknown;
}

/** Plans a search without running it. The text of the SQL carries no values. */
export async function explainSearch(
  services: RunServices,
  db: Queryable,
  grant: AccessGrant,
  query: SearchQuery,
): Promise<SearchExplanation[]> {
  const explanations: SearchExplanation[] = [];
  for (const plan of await plansOf(services, db, grant, query)) {
    const statement = pageStatement(services, grant, plan, query);
    explanations.push({ ...facts(plan, query), sql: statement.toSql().text, plan: await explained(db, statement) });
  }
  return explanations;
}

function facts(plan: Plan, query: SearchQuery): Omit<SearchExplanation, 'sql' | 'plan'> {
  const parts = unindexed(plan, query.criteria.get(plan.type) ?? []);
  return {
    unindexed: parts,
    budgetMs: BUDGET_MS,
    ...(parts.length > 0 && { hint: NARROWING_HINT }),
    type: plan.type,
    walk: plan.sort.length > 0 ? `${planName(plan)} after ${plan.walk.name}` : plan.walk.name,
    probes: plan.probes.map((probe) => (probe.kind === 'rows' ? probe.parameter.code : probe.kind)),
    sortedAfterwards: plan.sort.map((rule) => rule.code),
  };
}

async function explained(db: Queryable, statement: SqlFragment): Promise<unknown> {
  const rows = await db.query<Row>(sql`EXPLAIN (FORMAT JSON) ${statement}`);
  return rows[0]?.['QUERY PLAN'];
}
