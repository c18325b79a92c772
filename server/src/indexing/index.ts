/** Resource → index rows; one extractor per parameter type, compiled once at start. Pure. */
export type { IndexRow, IndexRows, IndexRowsDifference, IndexTable } from './index-rows.ts';
