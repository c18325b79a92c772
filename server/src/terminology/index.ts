/**
 * CodeSystem, ValueSet, ConceptMap: lookup, expand, validate-code, subsumes, translate, over the base definitions, the
 * caller's own resources and loaded releases of large code systems. A part is never presented as the whole: what is not
 * loaded is named.
 */
export { type ConceptStore, createConceptStore } from './concept-store.ts';
export type { ExpandOptions } from './expand-options.ts';
export { loadRelease, type ReleaseFacts } from './load-release.ts';
export type { OperationAnswer, OperationCall, ResourceReader, TerminologyOperation } from './operation-call.ts';
export { ICD10CM, readIcd10cm } from './releases/icd10cm.ts';
export { LOINC, readLoinc } from './releases/loinc.ts';
export { RELEASE_USAGE, type ReleaseCommand, readReleaseCommand } from './releases/release-command.ts';
export type { Lines, ReleasedConcept } from './releases/released-concept.ts';
export { RXNORM, readRxNorm } from './releases/rxnorm.ts';
export { readSnomed, SNOMED, type SnomedFiles } from './releases/snomed.ts';
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
