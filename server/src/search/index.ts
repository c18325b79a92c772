/**
 * Search: parse → plan → SQL → page. Everything but the last step is pure.
 * Invariants: the caller's policy holds on every link; what is hidden does not exist; a page token belongs to one search;
 * stored text is never parsed; statement text is constant for searches of one shape.
 */
export type { BlindToken } from './blind-tokens.ts';
export { createSearch, type Search, type SearchDependencies } from './create-search.ts';
export type { SearchExplanation } from './explain.ts';
export type { ParseOptions, SearchParams } from './parse.ts';
export type { Criterion, IncludeRule, SearchQuery, SortRule } from './query.ts';
export type { SearchPage } from './search-page.ts';
export type { NamedCode, SearchTerminology } from './terminology.ts';
