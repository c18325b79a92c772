import type { Appointment, Patient } from '@medplum/fhirtypes';
import { IconCalendarOff } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useMemo } from 'react';
import {
  calendarDay,
  displayName,
  fromWallTime,
  queries,
  referencedId,
  useNow,
  usePractitionerNames,
  useSearch,
} from '../../client/index.ts';
import {
  Card,
  clockTime,
  EmptyState,
  ErrorState,
  ListSkeleton,
  longDate,
  Page,
  Row,
  Rows,
  roleWords,
  Tag,
} from '../../ui/index.ts';

const TONES: Readonly<Record<string, 'good' | 'warn' | 'plain' | 'accent'>> = {
  arrived: 'good',
  fulfilled: 'good',
  noshow: 'warn',
  cancelled: 'plain',
};

function participants(appointment: Appointment, type: string): string[] {
  return (appointment.participant ?? []).flatMap(({ actor }) => referencedId(actor?.reference, type) ?? []);
}

/** The clinic's appointments of this day, in their order, kept current. */
export function AppointmentsToday(): JSX.Element {
  const now = useNow();
  const today = calendarDay(now);
  const query = useMemo(() => {
    const from = fromWallTime(`${today}T00:00`) ?? new Date();
    const before = fromWallTime(`${calendarDay(from, 1)}T00:00`) ?? new Date();
    return queries.appointmentsBetween(from, before);
  }, [today]);
  const found = useSearch('Appointment', query, { live: queries.appointmentsLive });
  const staff = usePractitionerNames();
  const patients = new Map(
    found.included.flatMap((one) => (one.resourceType === 'Patient' ? [[one.id, one as Patient]] : [])),
  );
  const nameOf = (appointment: Appointment): string =>
    participants(appointment, 'Patient')
      .map((id) => displayName(patients.get(id)?.name))
      .join(', ') || 'Patient not named';
  return (
    <Page width="list" title="Appointments today" lead={longDate(now)}>
      <Card>
        {found.state === 'loading' ? <ListSkeleton rows={6} label="Loading the appointments" /> : null}
        {found.state === 'failed' && found.problem ? (
          <ErrorState problem={found.problem} onRetry={() => void found.reload()} />
        ) : null}
        {found.state === 'ready' && found.resources.length === 0 ? (
          <EmptyState title="Nobody is expected today" icon={<IconCalendarOff size={26} />}>
            An appointment appears here as soon as it is made for this day.
          </EmptyState>
        ) : null}
        <Rows>
          {found.resources.map((appointment) => (
            <Row
              key={appointment.id}
              icon={
                <strong className="mb-numbers" style={{ minWidth: 74 }}>
                  {clockTime(appointment.start)}
                </strong>
              }
              title={nameOf(appointment)}
              details={[
                participants(appointment, 'Practitioner')
                  .map((id) => staff.get(id))
                  .filter(Boolean)
                  .join(', '),
              ]}
              aside={
                <Tag tone={TONES[appointment.status ?? ''] ?? 'accent'}>{roleWords(appointment.status ?? '')}</Tag>
              }
            />
          ))}
        </Rows>
      </Card>
    </Page>
  );
}
