/** Emergency access to a chart. */
export { EmergencyAccess } from './emergency-access.tsx';
