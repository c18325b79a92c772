/** One code of a release file. */
export interface ReleasedConcept {
  readonly code: string;
  readonly display: string;
  /** True when absent. */
  readonly active?: boolean;
  readonly parents?: readonly string[];
}

/** Lines of a release file, without their ends. */
export type Lines = AsyncIterable<string> | Iterable<string>;
