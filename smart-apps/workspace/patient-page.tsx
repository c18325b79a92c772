import { Anchor } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import type { JSX } from 'react';
import { Link, useParams } from 'react-router';
import { PatientRiskPage } from '../features/patient-risk/index.ts';
import { LaunchApps } from './launch-app.tsx';

/** One patient in the workspace. */
export function PatientPage(): JSX.Element {
  const { id = '' } = useParams();
  return (
    <>
      <Anchor
        component={Link}
        to="/"
        size="sm"
        fw={600}
        style={{ display: 'inline-flex', alignItems: 'center', gap: 4, marginBottom: 10 }}
      >
        <IconArrowLeft size={16} aria-hidden /> Today
      </Anchor>
      <PatientRiskPage patientId={id} aside={<LaunchApps patientId={id} />} />
    </>
  );
}
