import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { may } from '../rule.ts';

/**
 * Laboratory and HL7 interface: reads whom a message is about, writes results; lists nothing, and changes only what came
 * from its own source. Parameter `source`: the `meta.source` of its messages.
 */
export const labInterface: AccessPolicyResource[] = [
  ...may('Patient ServiceRequest', 'R'),
  ...may('Observation DiagnosticReport Specimen MessageHeader', 'CU', { where: ['_source=%source'] }),
];
