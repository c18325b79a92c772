import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { may } from '../rule.ts';
import { everyStaff } from './common.ts';

const appointmentHidden = [
  'reasonCode',
  'reasonReference',
  'comment',
  'patientInstruction',
  'supportingInformation',
  'description',
];
const encounterHidden = ['reasonCode', 'reasonReference', 'diagnosis', 'hospitalization', 'type', 'text'];
const arrivedOrCancelled = "%after.status = 'arrived' or %after.status = 'cancelled'";

/** Front desk: scheduling, demographics, insurance, billing status. */
export const frontDesk: AccessPolicyResource[] = [
  ...everyStaff,
  ...may('Patient RelatedPerson', 'CRSU', { hidden: ['extension', 'text'] }),
  ...may('Appointment', 'CRSU', { hidden: appointmentHidden }),
  ...may('AppointmentResponse', 'CRSU', { hidden: ['comment'] }),
  ...may('Schedule Slot', 'CRSU', { hidden: ['comment'] }),
  ...may('Encounter', 'RS', { hidden: encounterHidden }),
  ...may('Encounter', 'C', { hidden: encounterHidden, constraint: [arrivedOrCancelled] }),
  ...may('Encounter', 'U', {
    hidden: encounterHidden,
    readonly: ['class', 'subject', 'participant', 'serviceProvider', 'location', 'appointment'],
    constraint: [arrivedOrCancelled],
  }),
  ...may('Coverage CoverageEligibilityRequest CoverageEligibilityResponse', 'CRSU'),
  ...may('Account', 'RS'),
  ...may('Invoice', 'RS', { hidden: ['lineItem'] }),
  ...may('Claim', 'RS', { hidden: ['diagnosis', 'procedure', 'item', 'supportingInfo'] }),
  ...may('PaymentNotice', 'CRS'),
  ...may('Communication', 'CRSU', { where: ['category=administrative'] }),
  ...may('Task', 'CRSU', { where: ['code=administrative'] }),
  ...may('DocumentReference', 'CRS', { where: ['category=insurance-card'] }),
];
