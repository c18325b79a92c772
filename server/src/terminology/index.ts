/**
 * CodeSystem, ValueSet, ConceptMap: lookup, expand, validate-code, subsumes, translate, over the base definitions and
 * the caller's own resources. A part is never presented as the whole: what is not loaded is named.
 */
export type { ExpandOptions } from './expand.ts';
export type { OperationAnswer, OperationCall, ResourceReader, TerminologyOperation } from './operation-call.ts';
export {
  type CodeMeaning,
  createTerminology,
  type Subsumption,
  type Terminology,
  type TranslateRequest,
  type Translation,
} from './terminology.ts';
export { terminologyOperations } from './terminology-operations.ts';
export type { CodeVerdict } from './validate-code.ts';
