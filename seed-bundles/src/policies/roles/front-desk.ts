import type { AccessPolicyResource } from '@medplum/fhirtypes';
import { may, ownSender } from '../rule.ts';
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
/** All of an Encounter that the front desk sees but its status. */
const encounterFixed = [
  ...['identifier', 'statusHistory', 'class', 'classHistory', 'serviceType', 'priority', 'subject', 'episodeOfCare'],
  ...['basedOn', 'participant', 'appointment', 'period', 'length', 'account', 'location', 'serviceProvider', 'partOf'],
  ...['extension', 'contained', 'language', 'meta.security'],
];
const arrivedOrCancelled = "%after.status = 'arrived' or %after.status = 'cancelled'";

/**
 * Front desk: scheduling, demographics, insurance, billing status. Who treats a patient stays hidden, for it may be a
 * substance use programme. Its own rows stand before those of everybody, which hide less.
 */
export const frontDesk: AccessPolicyResource[] = [
  ...may('Patient', 'CRSU', { hidden: ['extension', 'text', 'generalPractitioner'] }),
  ...may('RelatedPerson', 'CRSU', { hidden: ['extension', 'text'] }),
  ...may('Appointment', 'CRSU', { hidden: appointmentHidden }),
  ...may('AppointmentResponse', 'CRSU', { hidden: ['comment'] }),
  ...may('Schedule Slot', 'CRSU', { hidden: ['comment'] }),
  ...may('Encounter', 'RS', { hidden: encounterHidden }),
  ...may('Encounter', 'C', { hidden: encounterHidden, constraint: [arrivedOrCancelled] }),
  ...may('Encounter', 'U', {
    hidden: encounterHidden,
    readonly: encounterFixed,
    constraint: [arrivedOrCancelled],
  }),
  ...may('Coverage CoverageEligibilityRequest CoverageEligibilityResponse', 'CRSU'),
  ...may('Account', 'RS'),
  ...may('Invoice', 'RS', { hidden: ['lineItem'] }),
  ...may('Claim', 'RS', { hidden: ['diagnosis', 'procedure', 'item', 'supportingInfo'] }),
  ...may('PaymentNotice', 'CRS'),
  ...may('Communication', 'CRSU', { where: ['category=administrative'], constraint: ownSender }),
  ...may('Task', 'CRSU', { where: ['code=administrative'] }),
  ...may('DocumentReference', 'CRS', { where: ['category=insurance-card'] }),
  ...everyStaff,
];
