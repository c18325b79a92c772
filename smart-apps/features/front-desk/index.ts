/** What the front desk sees: who comes today, and how to reach each patient. */
export { AppointmentsToday } from './appointments-today.tsx';
export { PatientDirectory } from './patient-directory.tsx';
