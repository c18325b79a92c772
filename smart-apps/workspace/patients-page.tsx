import type { JSX } from 'react';
import type { PatientPath } from '../features/population/index.ts';
import { PatientWorklist, useWorklist } from '../features/population/index.ts';

/** Everyone the signed-in person may see. */
export function PatientsPage({ path }: { path: PatientPath }): JSX.Element {
  const worklist = useWorklist();
  return (
    <>
      <h1 style={{ marginTop: 0 }}>Patients</h1>
      <PatientWorklist title="All your patients" worklist={worklist} path={path} />
    </>
  );
}
