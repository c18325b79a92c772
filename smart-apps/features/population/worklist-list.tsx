import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCalendarPlus, IconMessage, IconPhone } from '@tabler/icons-react';
import type { JSX } from 'react';
import { memo } from 'react';
import { Link } from 'react-router';
import type { WorklistRow } from '../../client/index.ts';
import {
  ageAndGender,
  BandBadge,
  daysAgoOf,
  dueText,
  shortDate,
  shortFactorPhrase,
  WorkStatusTag,
} from '../../ui/index.ts';
import classes from './worklist-list.module.css';

/** Where a click on a patient leads. */
export type PatientPath = (patientId: string, action?: 'schedule' | 'message') => string;

function reasonText(row: WorklistRow): string {
  const phrases = row.reasons.slice(0, 3).map((factor) => shortFactorPhrase(factor.code, factor.value, factor.label));
  return phrases.join(' · ') || (row.score ? 'No factor stands out' : 'Not scored yet');
}

function LastSeen({ row, now }: { row: WorklistRow; now: Date }): JSX.Element {
  return (
    <div className={classes.seen}>
      <span className={classes.keyword}>Last seen </span>
      {row.lastSeen ? (
        <span title={shortDate(row.lastSeen)}>{daysAgoOf(row.lastSeen, now)}</span>
      ) : (
        <span className={classes.sub}>not documented</span>
      )}
    </div>
  );
}

function Actions({ row, path }: { row: WorklistRow; path: PatientPath }): JSX.Element {
  const { patient } = row;
  return (
    <div className={classes.actions}>
      {patient.phone ? (
        <Tooltip label={`Call ${patient.phone}`}>
          <ActionIcon
            component="a"
            href={`tel:${patient.phone.replace(/[^\d+]/g, '')}`}
            aria-label={`Call ${patient.name}`}
          >
            <IconPhone size={19} />
          </ActionIcon>
        </Tooltip>
      ) : null}
      <Tooltip label="Schedule an appointment">
        <ActionIcon component={Link} to={path(patient.id, 'schedule')} aria-label={`Schedule ${patient.name}`}>
          <IconCalendarPlus size={19} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Send a message">
        <ActionIcon component={Link} to={path(patient.id, 'message')} aria-label={`Message ${patient.name}`}>
          <IconMessage size={19} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

/** Drawn again only when its own patient changed: a list of 200 stays quick while scores stream in. */
const Row = memo(function Row(props: {
  row: WorklistRow;
  path: PatientPath;
  changed: boolean;
  now: Date;
  manager?: string;
}): JSX.Element {
  const { row, now } = props;
  const { patient } = row;
  const sub = [patient.number, ageAndGender(patient.birthDate, patient.gender, now), props.manager].filter(Boolean);
  const due = row.workStatus === 'uncontacted' && row.outreach ? dueText(row.outreach.due, now) : undefined;
  return (
    <li
      className={`${classes.row} ${props.changed ? classes.changed : ''}`}
      data-patient={patient.number ?? patient.id}
    >
      <div className={classes.risk}>
        <span className={`${classes.score} mb-numbers`}>
          <span className="mb-hidden">Score </span>
          {row.score?.score ?? '–'}
        </span>
        <BandBadge band={row.band} />
      </div>
      <div className={classes.who}>
        <Link className={classes.name} to={props.path(patient.id)}>
          {patient.name}
        </Link>
        <div className={`${classes.sub} mb-numbers`}>{sub.join(' · ')}</div>
      </div>
      <div className={classes.reasons}>{reasonText(row)}</div>
      <LastSeen row={row} now={now} />
      <div className={classes.status}>
        <WorkStatusTag status={row.workStatus} />
        {due ? <div className={classes.sub}>{due}</div> : null}
      </div>
      <Actions row={row} path={props.path} />
    </li>
  );
});

/** The patients, one per line on a desk, one per card on a phone. */
export function WorklistList(props: {
  rows: readonly WorklistRow[];
  path: PatientPath;
  changed: ReadonlySet<string>;
  managers: ReadonlyMap<string, string>;
  now: Date;
}): JSX.Element {
  return (
    <>
      <div className={classes.head} aria-hidden="true">
        <span>Risk</span>
        <span>Patient</span>
        <span>Why</span>
        <span>Last seen</span>
        <span>Outreach</span>
        <span />
      </div>
      <ol className={classes.list} aria-label="Patients">
        {props.rows.map((row) => (
          <Row
            key={row.patient.id}
            row={row}
            path={props.path}
            changed={props.changed.has(row.patient.id)}
            now={props.now}
            manager={props.managers.get(row.patient.caseManagers[0] ?? '')}
          />
        ))}
      </ol>
    </>
  );
}
