import type { IndexedParameter } from '../indexing/index.ts';
import type { DateTest } from './query.ts';

/** What `:in`, `:above` and `:below` ask of terminology; undefined when the value set or hierarchy is not known. */
export interface SearchTerminology {
  expand(valueSet: string): Iterable<{ readonly system?: string; readonly code: string }> | undefined;
  above(system: string, code: string): readonly string[] | undefined;
  below(system: string, code: string): readonly string[] | undefined;
}

/** What the parser looks things up in. */
export interface ParseContext {
  readonly baseUrl: string;
  readonly terminology?: SearchTerminology;
  isType(name: string): boolean;
  types(): readonly string[];
  /** @throws FhirError 400 when the type has no such parameter. */
  parameter(type: string, code: string): IndexedParameter;
  parameters(type: string): readonly IndexedParameter[];
  /** Widens an approximate date by a tenth of its distance from now. */
  near(test: DateTest): DateTest;
}
