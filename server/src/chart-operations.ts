import { opensCharts } from './access/index.ts';
import { forbidden } from './fhir/index.ts';
import type { Operation } from './repository/index.ts';

/** Operations that give out records of patients by the many. */
const CHARTS: ReadonlySet<string> = new Set(['$everything', '$export', '$graphql']);

/** Patients and those who act for them: they take their record along by `$everything`. */
const PATIENTS = /^(?:Patient|RelatedPerson)\//;

/**
 * Exports, whole charts and GraphQL are closed to those whose policy opens no record of a patient, such as admins; and
 * exports to patients.
 * @see security.md S43, S50
 */
export function chartOperations(operation: Operation): Operation {
  return CHARTS.has(operation.name)
    ? {
        ...operation,
        handle: (request) => {
          const isOwnRecord = PATIENTS.test(request.context.author);
          if (!opensCharts(request.grant) || (operation.name === '$export' && isOwnRecord)) {
            throw forbidden('interaction-denied', `Your access policy opens no records for ${operation.name}`);
          }
          return operation.handle(request);
        },
      }
    : operation;
}
