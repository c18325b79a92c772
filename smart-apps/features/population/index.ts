/** Everyone whom the signed-in person may see: the risk dashboard and the patient list. */
export { Dashboard } from './dashboard.tsx';
export { PatientWorklist } from './patient-worklist.tsx';
export { useWorklist } from './use-worklist.ts';
export type { PatientPath } from './worklist-list.tsx';
