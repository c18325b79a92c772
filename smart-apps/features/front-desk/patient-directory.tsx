import { Anchor, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { Bundle, Patient } from '@medplum/fhirtypes';
import { IconSearch } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useEffect, useState } from 'react';
import type { Problem } from '../../client/index.ts';
import { patientCard, problemOf, queries, useMedplum, useNow } from '../../client/index.ts';
import {
  ageAndGender,
  Card,
  EmptyState,
  ErrorState,
  ListSkeleton,
  Page,
  Row,
  Rows,
  shortDate,
} from '../../ui/index.ts';

const TYPING_MS = 300;

/** The first page of who fits, asked anew for each text. */
function useFound(text: string): { readonly found?: readonly Patient[]; readonly more: boolean; problem?: Problem } {
  const medplum = useMedplum();
  const [answer, setAnswer] = useState<{ found?: readonly Patient[]; more: boolean; problem?: Problem }>({
    more: false,
  });
  useEffect(() => {
    let current = true;
    medplum
      .get<Bundle<Patient>>(medplum.fhirSearchUrl('Patient', queries.patientsLike(text)), { cache: 'no-cache' })
      .then(
        (bundle) =>
          current &&
          setAnswer({
            found: (bundle.entry ?? []).flatMap(({ resource }) => (resource ? [resource] : [])),
            more: bundle.link?.some(({ relation }) => relation === 'next') ?? false,
          }),
        (error: unknown) => current && setAnswer({ problem: problemOf(error), more: false }),
      );
    return () => {
      current = false;
    };
  }, [medplum, text]);
  return answer;
}

/** Patients by name or number, with what the front desk needs to reach them: nothing of their charts. */
export function PatientDirectory(): JSX.Element {
  const now = useNow();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), TYPING_MS);
  const { found, more, problem } = useFound(text);
  return (
    <Page width="list" title="Patients" lead="How to reach them, and who they are. Charts are open to those who treat.">
      <Card>
        <TextInput
          aria-label="Search patients by name or number"
          placeholder="Name or number"
          type="search"
          leftSection={<IconSearch size={17} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          mb={8}
        />
        {problem ? <ErrorState problem={problem} /> : null}
        {!found && !problem ? <ListSkeleton rows={6} label="Loading the patients" /> : null}
        {found?.length === 0 ? (
          <EmptyState title={text ? 'Nobody fits' : 'No patient yet'} icon={<IconSearch size={26} />}>
            {text
              ? 'Try the family name, or the whole number.'
              : 'Patients appear here as soon as they are registered.'}
          </EmptyState>
        ) : null}
        <Rows>
          {(found ?? []).map(patientCard).map(({ id, name, number, birthDate, gender, phone }) => (
            <Row
              key={id}
              title={name}
              details={[
                [number, ageAndGender(birthDate, gender, now), birthDate && `born ${shortDate(birthDate)}`]
                  .filter(Boolean)
                  .join(' · '),
              ]}
              aside={phone ? <Anchor href={`tel:${phone.replace(/[^\d+]/g, '')}`}>{phone}</Anchor> : null}
            />
          ))}
        </Rows>
        {more ? <p className="mb-more">More fit than are shown: type more of the name.</p> : null}
      </Card>
    </Page>
  );
}
