import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { useMedplum } from '../client/index.ts';
import { EmergencyAccess } from '../features/break-glass/index.ts';
import { PatientRiskPage } from '../features/patient-risk/index.ts';
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
        <Anchor component={Link} to="/" size="sm" fw={600} className={classes.back}>
          <IconArrowLeft size={16} aria-hidden /> Today
        </Anchor>
        {emergency ? <EmergencyAccess patient={id} onOpened={() => setOpened(opened + 1)} /> : null}
      </div>
      <PatientRiskPage key={opened} patientId={id} aside={<LaunchApps patientId={id} />} />
    </>
  );
}
