/** Number of the tenant that holds FHIR's own definitions. */
export const DEFINITIONS_TENANT = 1;

/** Types whose rows of that tenant every tenant may read and search. */
export const SHARED_TYPES: ReadonlySet<string> = new Set([
  'StructureDefinition',
  'SearchParameter',
  'ValueSet',
  'CodeSystem',
  'ConceptMap',
  'CompartmentDefinition',
  'OperationDefinition',
  'NamingSystem',
  'ImplementationGuide',
]);
