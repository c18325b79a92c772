import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import type { Database } from '../../database/index.ts';
import { forbidden } from '../../fhir/index.ts';
import type { Operation, OperationRequest, OperationResponse } from '../../repository/index.ts';
import type { Search, SearchExplanation } from '../../search/index.ts';

/** What $explain-search needs from the house. */
export interface ExplainSearchDependencies {
  readonly database: Database;
  readonly search: Search;
}

/** A node of PostgreSQL's plan. @see https://www.postgresql.org/docs/current/sql-explain.html */
interface PlanNode {
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Node Type'?: string;
  readonly 'Total Cost'?: number;
  readonly Plans?: readonly PlanNode[];
}

const DEFAULT_COUNT = 20;
const MAX_COUNT = 1000;
const TRANSPORT = ['_format', '_pretty'];

function rootOf(plan: unknown): PlanNode {
  return (plan as readonly { readonly Plan?: PlanNode }[] | undefined)?.[0]?.Plan ?? {};
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

function part(name: string, value: Omit<ParametersParameter, 'name'>): ParametersParameter {
  return { name, ...value };
}

/** How one type is searched, as parts of a parameter. */
function explained(explanation: SearchExplanation): ParametersParameter {
  const root = rootOf(explanation.plan);
  const nodes = nodesOf(root);
  const indexes = new Set(nodes.flatMap((node) => node['Index Name'] ?? []));
  const scanned = new Set(
    nodes.filter((node) => node['Node Type'] === 'Seq Scan').flatMap((node) => node['Relation Name'] ?? []),
  );
  return {
    name: 'search',
    part: [
      part('type', { valueCode: explanation.type }),
      part('walk', { valueString: explanation.walk }),
      ...explanation.probes.map((probe) => part('probe', { valueString: probe })),
      ...explanation.sortedAfterwards.map((code) => part('sorted-afterwards', { valueString: code })),
      ...[...indexes].map((index) => part('index', { valueString: index })),
      ...[...scanned].map((table) => part('scanned-table', { valueString: table })),
      ...(root['Total Cost'] === undefined ? [] : [part('cost', { valueDecimal: root['Total Cost'] })]),
      ...explanation.unindexed.map((text) => part('unindexed', { valueString: text })),
      part('budget-ms', { valueInteger: explanation.budgetMs }),
      ...(explanation.hint === undefined ? [] : [part('hint', { valueString: explanation.hint })]),
      part('sql', { valueString: explanation.sql }),
      part('plan', { valueString: JSON.stringify(explanation.plan) }),
    ],
  };
}

async function explain(
  { database, search }: ExplainSearchDependencies,
  request: OperationRequest,
): Promise<OperationResponse> {
  const { grant, context } = request;
  if (!grant.extendedMode && !grant.system) {
    throw forbidden('explain-search-denied', 'Only project admins and trusted clients may see how a search is planned');
  }
  const params = new URLSearchParams(request.query);
  for (const name of TRANSPORT) {
    params.delete(name);
  }
  const query = search.forTenant(context.tenant).parse(request.resourceType, params, {
    handling: 'strict',
    defaultCount: DEFAULT_COUNT,
    maxCount: MAX_COUNT,
  });
  const explanations = await search.explain(database.forTenant(context.tenant), grant, query);
  const resource: Parameters = { resourceType: 'Parameters', parameter: explanations.map(explained) };
  return { resource };
}

/**
 * `GET [type]/$explain-search?…` and `GET $explain-search?…`, for administrators: how a search would be carried out, by
 * which index, at what cost. Nothing is searched; values never appear in the text of the statement.
 */
export function explainSearchOperations(dependencies: ExplainSearchDependencies): Operation[] {
  const operation = (level: 'system' | 'type', types: readonly string[]): Operation => ({
    name: '$explain-search',
    level,
    types,
    methods: ['GET'],
    definition: 'https://mindbridge.health/fhir/OperationDefinition/explain-search',
    handle: (request) => explain(dependencies, request),
  });
  return [operation('system', []), operation('type', ['*'])];
}
