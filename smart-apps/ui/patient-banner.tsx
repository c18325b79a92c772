import { Skeleton } from '@mantine/core';
import type { JSX } from 'react';
import { patientCard, useResource } from '../client/index.ts';
import { ageAndGender, shortDate } from './format.ts';
import classes from './patient-banner.module.css';
import { ErrorState } from './states.tsx';

/** Whose record this is: name, age, date of birth, number. Never far from what is signed. */
export function PatientBanner({ patient, visit }: { patient: string | undefined; visit?: string }): JSX.Element {
  const { resource, problem, reload } = useResource('Patient', patient);
  if (problem && !resource) {
    return <ErrorState problem={problem} onRetry={() => void reload()} />;
  }
  if (!resource) {
    return (
      <div role="status" aria-label="Loading the patient">
        <Skeleton height={46} mb={16} />
      </div>
    );
  }
  const { name, birthDate, gender, number } = patientCard(resource);
  return (
    <header className={classes.banner}>
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <p>
        {[ageAndGender(birthDate, gender, new Date()), birthDate && `born ${shortDate(birthDate)}`, number, visit]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </header>
  );
}
