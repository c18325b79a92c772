import type { Patient } from '@medplum/fhirtypes';
import { IconChevronRight } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import { Link } from 'react-router';
import { displayName, noteQueries, useMe, useNow, useSearch } from '../../client/index.ts';
import { Card, dayAndTime, EmptyState, ErrorState, ListSkeleton, roleWords, Tag, timeAgo } from '../../ui/index.ts';
import { PatientBanner } from './patient-banner.tsx';
import classes from './scribe.module.css';

/** Address of a visit in the app. */
export type VisitPath = (encounter: string) => string;

function Line(props: { to: string; title: string; detail: string; aside?: ReactNode }): JSX.Element {
  return (
    <li>
      <Link to={props.to} className={classes.line}>
        <span>
          <strong>{props.title}</strong>
          <span className={classes.detail}>{props.detail}</span>
        </span>
        {props.aside}
        <IconChevronRight size={18} aria-hidden />
      </Link>
    </li>
  );
}

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
      <ul className={classes.lines}>
        {open.map((task) => (
          <Line
            key={task.id}
            to={path(task.encounter?.reference?.split('/')[1] ?? '')}
            title={displayName(names.get(task.for?.reference ?? '')?.name)}
            detail={`Drafted ${timeAgo(task.authoredOn ?? task.meta?.lastUpdated, now)}`}
            aside={<Tag tone="accent">{roleWords(task.businessStatus?.coding?.[0]?.code ?? 'draft')}</Tag>}
          />
        ))}
      </ul>
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
      <ul className={classes.lines}>
        {visits.resources.map((visit) => (
          <Line
            key={visit.id}
            to={path(visit.id ?? '')}
            title={visit.type?.[0]?.text ?? visit.type?.[0]?.coding?.[0]?.display ?? 'Visit'}
            detail={dayAndTime(visit.period?.start, now)}
            aside={visit.status === 'in-progress' ? <Tag tone="good">Open</Tag> : null}
          />
        ))}
      </ul>
    </Card>
  );
}

/** Where the scribe begins: the patient's visits when a patient is in context, and what waits for a signature. */
export function ScribeHome({ patient, path }: { patient?: string; path: VisitPath }): JSX.Element {
  return (
    <div className={classes.home}>
      {patient ? <PatientBanner patient={patient} /> : <h1>Notes</h1>}
      {patient ? <Visits patient={patient} path={path} /> : null}
      <OpenReviews path={path} />
    </div>
  );
}
