import type { SearchRequest } from '@medplum/core';
import type { Resource } from '@medplum/fhirtypes';
import type { AccessGrant, AccessInteraction } from '../access/index.ts';
import { type Queryable, raw, type SqlFragment } from '../database/index.ts';
import type { Definitions } from '../definitions/index.ts';
import { invalid, type StoredResource } from '../fhir/index.ts';
import type { Indexer } from '../indexing/index.ts';
import { createAccessFilters, sqlContext } from './access.ts';
import { type BlindToken, blinded } from './blind-tokens.ts';
import { createEstimates } from './estimates.ts';
import { explainSearch, type SearchExplanation } from './explain.ts';
import { findMany } from './find-many.ts';
import { searchParamsOf } from './from-search-request.ts';
import { canMatch, matchesQuery } from './match.ts';
import { type ParseOptions, parseSearch, type SearchParams } from './parse.ts';
import type { ParseContext } from './parse-context.ts';
import { predicate } from './predicate.ts';
import type { Criterion, SearchQuery } from './query.ts';
import { type RunServices, runSearch } from './run.ts';
import type { SearchPage } from './search-page.ts';
import { statementNames } from './statement-names.ts';
import { baseTerminology, namesCodes, resolveCodes, type SearchTerminology } from './terminology.ts';
import { versionTexts } from './version-texts.ts';

/** What search is made from. */
export interface SearchDependencies {
  readonly definitions: Definitions;
  readonly indexer: Indexer;
  /** The indexer of a tenant, when some have search parameters of their own. */
  readonly indexerOf?: (tenant: number) => Indexer;
  /** The server's own FHIR base with a trailing slash: absolute references to it are its own resources. */
  readonly baseUrl?: string;
  /** Resolves `:in`, `:above`, `:below`; without it, by the base definitions alone. */
  readonly terminology?: SearchTerminology;
  readonly clock?: () => Date;
  /** What a token stands for in the index, where it is kept as a keyed hash; undefined for all others. */
  readonly blind?: BlindToken;
}

/** Searching, from its parameters to a page; everything but `run` is pure. */
export interface Search {
  /** Reads a search on a type, or on the system. @throws FhirError 400 that names what is not understood. */
  parse(type: string | undefined, params: SearchParams, options?: ParseOptions): SearchQuery;
  /** The same from Medplum's own form. */
  fromSearchRequest(request: SearchRequest): SearchQuery;
  /** Carries a search out as the caller may see it. */
  run(db: Queryable, grant: AccessGrant, query: SearchQuery): Promise<SearchPage>;
  /** The first pages of many searches in few statements, without what they would include. */
  findMany(db: Queryable, grant: AccessGrant, queries: readonly SearchQuery[]): Promise<StoredResource[][]>;
  /** How a search is carried out, without running it; for administrators. */
  explain(db: Queryable, grant: AccessGrant, query: SearchQuery): Promise<SearchExplanation[]>;
  /** What a caller may do with resources of a type, as a condition on the column that holds the row number. */
  accessPredicate(
    grant: AccessGrant,
    type: string,
    interaction: AccessInteraction,
    ridColumn: string,
  ): SqlFragment | 'all' | 'none';
  /** The criteria of a search on one type, as a condition on the column that holds the row number; access not included. */
  condition(grant: AccessGrant, query: SearchQuery, type: string, ridColumn: string): Promise<SqlFragment>;
  /** Does the resource fulfil the search, judged by itself alone? Meaningful where `canMatch` says so. */
  matches(query: SearchQuery, resource: Resource): boolean;
  canMatch(query: SearchQuery): boolean;
  /** The search with the parameters that a tenant has at this moment: what its own searches are read with. */
  forTenant(tenant: number): Search;
}

type SharedServices = Omit<RunServices, 'indexer' | 'registry' | 'filters'>;

/** Makes the search over one set of definitions. Whatever is given a grant works with the parameters of its tenant. */
export function createSearch(dependencies: SearchDependencies): Search {
  const { definitions, indexer, indexerOf = () => indexer } = dependencies;
  const named = statementNames();
  const clock = dependencies.clock ?? (() => new Date());
  const services: SharedServices = {
    types: definitions.resourceTypes(),
    named,
    terminology: dependencies.terminology ?? baseTerminology(definitions),
    estimate: createEstimates(named, clock),
    texts: versionTexts(clock),
  };
  const known = new WeakMap<Indexer, Search>();
  const forTenant = (tenant: number): Search => {
    const own = indexerOf(tenant);
    let search = known.get(own);
    if (!search) {
      search = { ...searchOver({ ...dependencies, indexer: own }, services), forTenant };
      known.set(own, search);
    }
    return search;
  };
  const base = searchOver(dependencies, services);
  return {
    ...base,
    run: (db, grant, query) => forTenant(grant.tenant).run(db, grant, query),
    findMany: (db, grant, queries) => forTenant(grant.tenant).findMany(db, grant, queries),
    explain: (db, grant, query) => forTenant(grant.tenant).explain(db, grant, query),
    accessPredicate: (grant, type, interaction, ridColumn) =>
      forTenant(grant.tenant).accessPredicate(grant, type, interaction, ridColumn),
    condition: (grant, query, type, ridColumn) => forTenant(grant.tenant).condition(grant, query, type, ridColumn),
    forTenant,
  };
}

function searchOver(dependencies: SearchDependencies, shared: SharedServices): Omit<Search, 'forTenant'> {
  const { indexer, blind } = dependencies;
  const context = parseContext(dependencies);
  const filters = createAccessFilters(context);
  const services: RunServices = { ...shared, indexer, registry: indexer.registry, filters };
  return {
    parse: (type, params, options = {}) => blinded(parseSearch(context, type, params, options), blind),
    fromSearchRequest: (request) =>
      blinded(parseSearch(context, request.resourceType || undefined, searchParamsOf(request), {}), blind),
    run: (db, grant, query) => runSearch(services, db, grant, query),
    findMany: (db, grant, queries) => findMany(services, db, grant, queries),
    explain: (db, grant, query) => explainSearch(services, db, grant, query),
    accessPredicate(grant, type, interaction, ridColumn) {
      const access = filters(grant, type, interaction);
      return typeof access === 'string' ? access : predicate(sqlContext(filters, grant), type, access, raw(ridColumn));
    },
    async condition(grant, query, type, ridColumn) {
      const written: Criterion = { kind: 'and', criteria: query.criteria.get(type) ?? [] };
      const criterion = namesCodes(written) ? await resolveCodes(services.terminology, grant.tenant, written) : written;
      return predicate(sqlContext(filters, grant), type, criterion, raw(ridColumn));
    },
    matches: (query, resource) => matchesQuery(indexer, query, resource),
    canMatch,
  };
}

function parseContext({ definitions, indexer, baseUrl, clock }: SearchDependencies): ParseContext {
  const { registry } = indexer;
  return {
    baseUrl: baseUrl ?? 'urn:none/',
    isType: (name) => definitions.isResourceType(name),
    types: () => definitions.resourceTypes(),
    parameter(type, code) {
      const parameter = registry.of(type)?.parameters.get(code);
      if (!parameter) {
        throw invalid('search-parameter-unknown', `Search parameter '${code.slice(0, 64)}' is not known for ${type}`);
      }
      return parameter;
    },
    parameters: (type) => [...(registry.of(type)?.parameters.values() ?? [])],
    near(test) {
      if (test.prefix !== 'ap') {
        return test;
      }
      const now = (clock?.() ?? new Date()).getTime();
      const tenth = Math.abs(now - (test.low + test.high) / 2) * 0.1;
      return { ...test, low: Math.floor(test.low - tenth), high: Math.ceil(test.high + tenth) };
    },
  };
}
