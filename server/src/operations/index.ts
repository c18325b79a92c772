/** FHIR $operations that need nothing but the repository: one folder each. */
export { type EverythingDependencies, everythingOperation } from './everything/everything.ts';
