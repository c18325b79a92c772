import type { JSX } from 'react';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useMedplum } from '../client/index.ts';
import { EmergencyAccess } from '../features/break-glass/index.ts';
import { PatientRiskPage } from '../features/patient-risk/index.ts';
import { BackLink } from '../ui/index.ts';
import { LaunchApps } from './launch-app.tsx';
import { mayBreakGlass } from './places.ts';
import classes from './shell.module.css';

/** One patient in the workspace. */
export function PatientPage(): JSX.Element {
  const { id = '' } = useParams();
  const emergency = mayBreakGlass(useMedplum().getAccessPolicy()?.name);
  const [opened, setOpened] = useState(0);
  return (
    <>
      <div className={classes.patientTop}>
        <BackLink to="/">Today</BackLink>
        {emergency ? <EmergencyAccess patient={id} onOpened={() => setOpened(opened + 1)} /> : null}
      </div>
      <PatientRiskPage key={opened} patientId={id} aside={<LaunchApps patientId={id} />} />
    </>
  );
}
