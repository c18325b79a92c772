import type { AccessGrant } from '../access/index.ts';
import { type Queryable, type Row, type SqlFragment, sql } from '../database/index.ts';
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
    explanations.push({ ...facts(plan), sql: statement.toSql().text, plan: await explained(db, statement) });
  }
  return explanations;
}

function facts(plan: Plan): Pick<SearchExplanation, 'type' | 'walk' | 'probes' | 'sortedAfterwards'> {
  return {
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
