import type { IndexedParameter } from '../indexing/index.ts';
import type { DateTest } from './query.ts';

/** What the parser looks things up in. */
export interface ParseContext {
  readonly baseUrl: string;
  isType(name: string): boolean;
  types(): readonly string[];
  /** @throws FhirError 400 when the type has no such parameter. */
  parameter(type: string, code: string): IndexedParameter;
  parameters(type: string): readonly IndexedParameter[];
  /** Widens an approximate date by a tenth of its distance from now. */
  near(test: DateTest): DateTest;
}
