import type { Patient } from '@medplum/fhirtypes';
import type { JSX } from 'react';
import { displayName, noteQueries, useMe, useNow, useSearch } from '../../client/index.ts';
import {
  Card,
  dayAndTime,
  EmptyState,
  ErrorState,
  LinkRow,
  ListSkeleton,
  Page,
  PatientBanner,
  Rows,
  roleWords,
  Tag,
  timeAgo,
} from '../../ui/index.ts';

/** Address of a visit in the app. */
export type VisitPath = (encounter: string) => string;

/** The notes that wait for the signed-in clinician. */
function OpenReviews({ path }: { path: VisitPath }): JSX.Element {
  const me = useMe();
  const now = useNow();
  const tasks = useSearch('Task', noteQueries.reviewsOf(me.reference), { live: noteQueries.reviewsLive });
  const names = new Map(
    tasks.included.flatMap((one) => (one.resourceType === 'Patient' ? [[`Patient/${one.id}`, one as Patient]] : [])),
  );
  const open = tasks.resources.filter((task) => task.encounter?.reference);
  return (
    <Card title="Notes that wait for you">
      {tasks.state === 'loading' ? <ListSkeleton rows={3} label="Loading your notes" /> : null}
      {tasks.state === 'failed' && tasks.problem ? (
        <ErrorState problem={tasks.problem} onRetry={() => void tasks.reload()} />
      ) : null}
      {tasks.state === 'ready' && open.length === 0 ? (
        <EmptyState title="Every note is signed">
          A draft appears here as soon as one is made for a visit of yours. To make one, open a visit.
        </EmptyState>
      ) : null}
      <Rows bleeding>
        {open.map((task) => (
          <LinkRow
            key={task.id}
            to={path(task.encounter?.reference?.split('/')[1] ?? '')}
            title={displayName(names.get(task.for?.reference ?? '')?.name)}
            details={[`Drafted ${timeAgo(task.authoredOn ?? task.meta?.lastUpdated, now)}`]}
            aside={<Tag tone="accent">{roleWords(task.businessStatus?.coding?.[0]?.code ?? 'draft')}</Tag>}
          />
        ))}
      </Rows>
    </Card>
  );
}

/** The visits of the patient in context. */
function Visits({ patient, path }: { patient: string; path: VisitPath }): JSX.Element {
  const now = useNow();
  const visits = useSearch('Encounter', noteQueries.visitsOf(patient));
  return (
    <Card title="Visits">
      {visits.state === 'loading' ? <ListSkeleton rows={4} label="Loading the visits" /> : null}
      {visits.state === 'failed' && visits.problem ? (
        <ErrorState problem={visits.problem} onRetry={() => void visits.reload()} />
      ) : null}
      {visits.state === 'ready' && visits.resources.length === 0 ? (
        <EmptyState title="No visit yet">
          Notes are written for visits. This patient has none that you may see.
        </EmptyState>
      ) : null}
      <Rows bleeding>
        {visits.resources.map((visit) => (
          <LinkRow
            key={visit.id}
            to={path(visit.id ?? '')}
            title={visit.type?.[0]?.text ?? visit.type?.[0]?.coding?.[0]?.display ?? 'Visit'}
            details={[dayAndTime(visit.period?.start, now)]}
            aside={visit.status === 'in-progress' ? <Tag tone="good">Open</Tag> : null}
          />
        ))}
      </Rows>
    </Card>
  );
}

/** Where the scribe begins: the patient's visits when a patient is in context, and what waits for a signature. */
export function ScribeHome({ patient, path }: { patient?: string; path: VisitPath }): JSX.Element {
  return (
    <Page width="list" title={patient ? undefined : 'Notes'}>
      {patient ? <PatientBanner patient={patient} /> : null}
      {patient ? <Visits patient={patient} path={path} /> : null}
      <OpenReviews path={path} />
    </Page>
  );
}
