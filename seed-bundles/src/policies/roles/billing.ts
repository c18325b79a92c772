import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { may, notPart2, ownSender } from '../rule.ts';
import { everyStaff, launchesApps } from './common.ts';

const financial =
  'Claim ClaimResponse ExplanationOfBenefit Invoice ChargeItem Account Coverage CoverageEligibilityRequest ' +
  'CoverageEligibilityResponse PaymentNotice PaymentReconciliation';

/** Billing: everything financial, the codes behind a claim, and no clinical notes. */
export const billing: AccessPolicyResource[] = [
  ...everyStaff,
  ...launchesApps,
  ...may(financial, 'CRVHSU', { where: [notPart2] }),
  ...may('Patient', 'RS', { hidden: ['photo', 'extension', 'contact', 'communication', 'text'] }),
  ...may('Encounter', 'RS', { where: [notPart2], hidden: ['text', 'reasonReference', 'hospitalization'] }),
  ...may('Condition', 'RS', { where: [notPart2], hidden: ['text', 'note', 'evidence', 'stage'] }),
  ...may('Procedure', 'RS', { where: [notPart2], hidden: ['text', 'note', 'reasonReference'] }),
  ...may('Task', 'CRSU', { where: ['code=billing'] }),
  ...may('Communication', 'CRSU', { where: ['category=billing'], constraint: ownSender }),
];
