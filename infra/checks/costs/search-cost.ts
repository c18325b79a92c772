import pg from 'pg';
import { z } from 'zod';
import type { Sql, TenantDatabase } from '../../../server/src/database/index.ts';
import { encodeValue } from '../../../server/src/database/wire-values.ts';

/** What a search costs the database, in figures that are the same on every machine. */
export interface SearchCost {
  /** Pages of 8 KiB that were touched, in memory or not. */
  readonly pages: number;
  /** Names of the indexes that were used, sorted. */
  readonly indexes: readonly string[];
  /** Tables that were read from end to end; empty where every part of a search has an index. */
  readonly scanned: readonly string[];
}

const node = z.looseObject({
  'Node Type': z.string(),
  'Index Name': z.string().optional(),
  'Relation Name': z.string().optional(),
  'Shared Hit Blocks': z.number(),
  'Shared Read Blocks': z.number(),
  get Plans() {
    return z.array(node).optional();
  },
});
type PlanNode = z.infer<typeof node>;
const explained = z.array(z.object({ 'QUERY PLAN': z.array(z.looseObject({ Plan: node })).length(1) })).length(1);

/** Searches read rows of resources or of an index; what else a request asks (its account, its audit) is no part of them. */
const ofSearch = ({ text }: Sql): boolean =>
  /^\s*(SELECT|WITH)\b/.test(text) && /\b(index_\w+|resource) w\b/.test(text);

const literal = (value: unknown): string => {
  const encoded = encodeValue(value);
  return encoded === null ? 'NULL' : pg.escapeLiteral(encoded.toString());
};

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
const sorted = (names: readonly (string | undefined)[]): string[] =>
  [...new Set(names.filter((name) => name !== undefined))].sort();

/** Runs the statements of a search once more, each as the prepared statement it is, and adds up what PostgreSQL counted. */
export async function searchCost(database: TenantDatabase, statements: readonly Sql[]): Promise<SearchCost> {
  const plans = await database.transaction(async (tx) => {
    const found: PlanNode[] = [];
    for (const [at, { text, values }] of statements.filter(ofSearch).entries()) {
      const given = values.length > 0 ? `(${values.map(literal).join(', ')})` : '';
      await tx.query({ text: `PREPARE cost_${at} AS ${text}`, values: [] });
      const rows = await tx.query({
        text: `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE cost_${at}${given}`,
        values: [],
      });
      await tx.query({ text: `DEALLOCATE cost_${at}`, values: [] });
      found.push(explained.parse(rows)[0]?.['QUERY PLAN'][0]?.Plan as PlanNode);
    }
    return found;
  });
  const nodes = plans.flatMap(nodesOf);
  return {
    pages: plans.reduce((sum, plan) => sum + plan['Shared Hit Blocks'] + plan['Shared Read Blocks'], 0),
    indexes: sorted(nodes.map((each) => each['Index Name'])),
    scanned: sorted(nodes.filter((each) => each['Node Type'] === 'Seq Scan').map((each) => each['Relation Name'])),
  };
}
