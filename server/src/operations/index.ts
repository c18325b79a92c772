/** FHIR $operations that need nothing but the repository: one folder each. */
export { type EverythingDependencies, everythingOperation } from './everything/everything.ts';
export { GRAPHQL_LIMITS, type GraphqlDependencies, graphqlOperation } from './graphql/graphql.ts';
