import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { may } from '../rule.ts';
import { everyStaff } from './common.ts';

const questions = ['break-glass-alert', 'break-glass-review', 'access-anomaly', 'access-change']
  .map((code) => `https://mindbridge.health/fhir/CodeSystem/task|${code}`)
  .join(',');

const asked = ['code', 'for', 'focus', 'requester', 'reasonCode', 'description', 'identifier', 'authoredOn'];

/** Compliance: who looked at what, why somebody may, and the questions that follow; no record of a patient. */
export const compliance: AccessPolicyResource[] = [
  ...everyStaff,
  ...may('AuditEvent', 'RS'),
  ...may('Task', 'RVHSU', { where: [`code=${questions}`], readonly: asked }),
  ...may('AccessPolicy', 'RVHS'),
  ...may('ProjectMembership', 'RVHS'),
  ...may('ClientApplication', 'RS', { hidden: ['secret', 'retiringSecret'] }),
  ...may('Consent', 'RVHS', { hidden: ['source[x]', 'text'] }),
];
