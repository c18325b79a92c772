/** Everyone whom the signed-in person may see: the risk dashboard and the patient list. */
export { Dashboard } from './dashboard.tsx';
export { PatientWorklist } from './patient-worklist.tsx';
export type { Worklist } from './use-worklist.ts';
export { useWorklist } from './use-worklist.ts';
export type { PatientPath } from './worklist-list.tsx';
