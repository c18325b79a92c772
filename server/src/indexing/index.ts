/**
 * Resource → index rows; one extractor per search parameter, compiled when a type is first seen. Pure.
 * Rows are never null, have no repetitions, and depend on the resource alone.
 */
export { type CustomParameterProblem, checkCustomParameter } from './check-custom-parameter.ts';
export type { CustomParameter } from './custom-parameters.ts';
export { dateInterval, FOREVER, type Interval, SHORT_MS } from './date-interval.ts';
export { fold } from './fold.ts';
export type { IndexRow, IndexRows, IndexRowsDifference, IndexTable } from './index-rows.ts';
export { INDEX_TABLES } from './index-tables.ts';
export { createIndexer, extendIndexer, type Indexer } from './indexer.ts';
export { clip, clipStart, parameterKey, systemKey } from './keys.ts';
export type { ParameterRegistry, TypeParameters } from './registry.ts';
export type {
  CompositeComponent,
  CompositeContext,
  IndexedParameter,
  RowSource,
  StoredKind,
} from './search-parameter.ts';
export { canonicalUnit, toCanonical, UCUM } from './ucum.ts';
