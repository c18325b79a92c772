import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { may } from '../rule.ts';
import { choosesPrompts, everyStaff } from './common.ts';

const configuration =
  'Organization Location Practitioner PractitionerRole HealthcareService Schedule Endpoint Subscription AccessPolicy ' +
  'ProjectMembership ValueSet CodeSystem StructureDefinition SearchParameter Questionnaire';

/** Administration and IT: configuration of the clinic; nothing of a patient. Needs a membership with `admin`. */
export const admin: AccessPolicyResource[] = [
  ...everyStaff,
  ...choosesPrompts,
  ...may(configuration, 'CRHSUd'),
  ...may('ClientApplication', 'CRHSUd', { hidden: ['secret', 'retiringSecret'] }),
  ...may('Bot', 'CRHSUd'),
  ...may('User', 'CRHSUd', { hidden: ['passwordHash', 'mfaSecret'] }),
  ...may('AuditEvent', 'RS', {
    hidden: ['entity.name', 'entity.query', 'entity.detail', 'entity.description'],
  }),
];
