import type { Issue } from '../fhir/index.ts';
import type { IndexedParameter, RowSource } from '../indexing/index.ts';

/** How an ordered value is compared. @see https://hl7.org/fhir/R4/search.html#prefix */
export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/** What one row of the token table must be; absent parts do not matter. */
export interface TokenTest {
  readonly kind: 'token';
  readonly code?: string;
  /** Key of the system; 0 asks for codes without one. */
  readonly system?: number;
}

/** `:below` and `:above` of URIs. */
export interface UriTest {
  readonly kind: 'uri-below';
  readonly prefix: string;
}

export interface ReferenceTest {
  readonly kind: 'reference';
  readonly id: string;
  /** Undefined for any type; empty for URLs. */
  readonly types?: readonly string[];
  readonly version?: string;
}

export interface StringTest {
  readonly kind: 'string';
  readonly how: 'starts' | 'ends' | 'equals' | 'exact' | 'contains';
  readonly value: string;
}

/** `low` inclusive and `high` exclusive: the interval that the written value stands for. */
export interface DateTest {
  readonly kind: 'date';
  readonly prefix: Prefix;
  readonly low: number;
  readonly high: number;
}

export interface QuantityTest {
  readonly kind: 'quantity';
  readonly prefix: Prefix;
  readonly value: number;
  /** The written value with its precision; `low` inclusive, `high` exclusive. */
  readonly low: number;
  readonly high: number;
  /** Set when the unit is convertible: bounds above are then canonical. */
  readonly dimension?: string;
  /** Code or text of the unit, when it is not convertible. */
  readonly unit?: string;
  readonly system?: number;
  /** The code beside the value, for composite parameters. */
  readonly code?: string;
  /** The system that this code must have, in the rows of these parameters. */
  readonly codeSystem?: { readonly system: number; readonly keys: readonly number[] };
}

/** What one index row must be. */
export type RowTest = TokenTest | UriTest | ReferenceTest | StringTest | DateTest | QuantityTest;

/** Some row of the sources passes some test. */
export interface RowsCriterion {
  readonly kind: 'rows';
  readonly parameter: IndexedParameter;
  readonly sources: readonly RowSource[];
  /** At least one; all of one table. */
  readonly tests: readonly RowTest[];
  /** Tests that the same row passes as well: what `joined` made of several criteria about one date. */
  readonly also?: readonly DateTest[];
}

/** All components hold within one context. */
export interface CompositeCriterion {
  readonly kind: 'composite';
  readonly parameter: IndexedParameter;
  /** Alternatives of components; within one alternative the rows of repeated components share their `ord`. */
  readonly contexts: readonly { readonly iterated: boolean; readonly components: readonly RowsCriterion[] }[];
}

export type Criterion =
  | RowsCriterion
  | CompositeCriterion
  | { readonly kind: 'missing'; readonly parameter: IndexedParameter; readonly missing: boolean }
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  /** Of each list some test holds. */
  | { readonly kind: 'lastUpdated'; readonly tests: readonly (readonly DateTest[])[] }
  | { readonly kind: 'not'; readonly criterion: Criterion }
  | { readonly kind: 'and' | 'or'; readonly criteria: readonly Criterion[] }
  | { readonly kind: 'chain'; readonly parameter: IndexedParameter; readonly targets: readonly ChainTarget[] }
  | {
      readonly kind: 'has';
      readonly resourceType: string;
      readonly parameter: IndexedParameter;
      readonly criterion: Criterion;
    }
  | { readonly kind: 'compartment'; readonly resourceType: string; readonly type: string; readonly id: string }
  | {
      readonly kind: 'hierarchy';
      readonly parameter: IndexedParameter;
      readonly how: 'above' | 'below';
      /** Points from a resource of the hierarchy to its next higher one. */
      readonly parent: IndexedParameter;
      readonly type: string;
      readonly id: string;
    }
  | { readonly kind: 'list'; readonly resourceType: string; readonly id: string }
  /** A word in the text of codes, the narrative, or anywhere: looked up in the stored JSON. */
  | { readonly kind: 'text'; readonly parameter?: IndexedParameter; readonly place: TextPlace; readonly words: string }
  | {
      readonly kind: 'identifierType';
      readonly parameter: IndexedParameter;
      readonly system: string;
      readonly code: string;
      readonly value: string;
    }
  /** `:in`, `:above`, `:below`: becomes rows once terminology has named the codes. */
  | { readonly kind: 'codes'; readonly parameter: IndexedParameter; readonly how: CodesHow; readonly value: string }
  /** In a FHIR compartment other than a patient's: some reference of the resource points to it. */
  | { readonly kind: 'pointsTo'; readonly parameters: readonly IndexedParameter[]; readonly test: ReferenceTest }
  /** Within a distance (m) of a place, in degrees. */
  | { readonly kind: 'near'; readonly latitude: number; readonly longitude: number; readonly meters: number }
  /** A rule of the caller's own policy: judged on the whole record. */
  | { readonly kind: 'policy'; readonly criterion: Criterion }
  | { readonly kind: 'always' | 'never' };

export type CodesHow = 'in' | 'above' | 'below';

export type TextPlace = 'codes' | 'narrative' | 'content';

/** One resource type at the end of a link, and what must hold there. */
export interface ChainTarget {
  readonly type: string;
  readonly criterion: Criterion;
}

export interface SortRule {
  readonly code: string;
  readonly descending: boolean;
  /** Undefined for `_lastUpdated` and `_id`. */
  readonly parameter?: IndexedParameter;
}

/** One `_include` or `_revinclude`. @see https://hl7.org/fhir/R4/search.html#include */
export interface IncludeRule {
  readonly sourceType: string;
  /** Undefined for `*`. */
  readonly parameter?: IndexedParameter;
  readonly targetType?: string;
  readonly iterate: boolean;
}

/** A search that was read and checked; says nothing yet of how it is carried out. */
export interface SearchQuery {
  /** One for a search on a type; several for a search on the system. */
  readonly types: readonly string[];
  /** By type; all must hold. */
  readonly criteria: ReadonlyMap<string, readonly Criterion[]>;
  readonly sort: ReadonlyMap<string, readonly SortRule[]>;
  readonly count: number;
  readonly offset: number;
  readonly cursor?: string;
  readonly total: 'none' | 'estimate' | 'accurate';
  /** Only the total is asked for. */
  readonly countOnly: boolean;
  readonly includes: readonly IncludeRule[];
  readonly revIncludes: readonly IncludeRule[];
  readonly elements?: readonly string[];
  readonly summary?: 'true' | 'text' | 'data' | 'count' | 'false';
  /** Set when contained resources are searched: `only` or beside others; what is then shown. */
  readonly contained?: { readonly only: boolean; readonly show: 'container' | 'contained' };
  readonly warnings: readonly Issue[];
  /** Parameters that a lenient search leaves out, as they were written. */
  readonly ignored: readonly (readonly [string, string])[];
  /** Does it ask for a parameter of which rows of older resources are still missing? */
  readonly incomplete: boolean;
  /** Changes with everything that decides which resources are found in which order; binds cursors to their search. */
  readonly fingerprint: string;
}
