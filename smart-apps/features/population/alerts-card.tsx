import { Button } from '@mantine/core';
import type { Patient, Task } from '@medplum/fhirtypes';
import { IconAlertOctagonFilled, IconTrendingUp } from '@tabler/icons-react';
import type { JSX } from 'react';
import { useState } from 'react';
import { Link } from 'react-router';
import type { Problem, RiskAlert } from '../../client/index.ts';
import {
  acknowledged,
  displayName,
  openAlerts,
  problemOf,
  queries,
  useMe,
  useMedplum,
  useNow,
  usePractitionerNames,
  useSearch,
} from '../../client/index.ts';
import { announce, Card, dueText, Notice, Tag, timeAgo } from '../../ui/index.ts';
import classes from './alerts-card.module.css';
import type { PatientPath } from './worklist-list.tsx';

function AlertLine(props: {
  alert: RiskAlert;
  name: string;
  turn?: string;
  passedBy: readonly string[];
  path: PatientPath;
  busy: boolean;
  onSeen: () => void;
}): JSX.Element {
  const { alert, name } = props;
  const now = useNow();
  const Icon = alert.stat ? IconAlertOctagonFilled : IconTrendingUp;
  return (
    <li className={classes.alert} data-overdue={alert.overdue || undefined}>
      <Icon size={22} aria-hidden />
      <div className={classes.words}>
        <Link to={props.path(alert.patientId)}>{name}</Link>
        <p>{alert.words}</p>
        <p className={classes.soft}>
          {[
            timeAgo(alert.raised, now),
            props.passedBy.length > 0 && `not acknowledged by ${props.passedBy.join(', ')}`,
            props.turn && `waits for ${props.turn}`,
            dueText(alert.due, now),
          ]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </div>
      {alert.passedBy.length > 0 ? <Tag tone="bad">Escalated</Tag> : null}
      {alert.overdue ? <Tag tone="warn">Overdue</Tag> : null}
      <Button
        variant="default"
        loading={props.busy}
        onClick={props.onSeen}
        aria-label={`Acknowledge the alert about ${name}`}
      >
        Acknowledge
      </Button>
    </li>
  );
}

/** Risks that rose and that nobody has acknowledged yet; nothing when there are none. */
export function AlertsCard({ path }: { path: PatientPath }): JSX.Element | null {
  const medplum = useMedplum();
  const me = useMe();
  const now = useNow();
  const colleagues = usePractitionerNames();
  const tasks = useSearch('Task', queries.openAlerts, { live: queries.alertsLive });
  const [busy, setBusy] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const alerts = openAlerts(tasks.resources, now);
  if (alerts.length === 0) {
    return null;
  }
  const patients = new Map(
    tasks.included.flatMap((one) => (one.resourceType === 'Patient' ? [[one.id, one as Patient]] : [])),
  );
  const nameOf = (reference: string | undefined): string | undefined => colleagues.get(reference?.split('/')[1] ?? '');
  const seen = async (task: Task | undefined): Promise<void> => {
    if (!task) {
      return;
    }
    setBusy(task.id);
    setProblem(undefined);
    try {
      await medplum.updateResource(acknowledged(task, me.reference, new Date()));
      announce('The alert is acknowledged.');
      await tasks.reload();
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(undefined);
  };
  return (
    <Card title={alerts.length === 1 ? 'A risk has risen' : `${alerts.length} risks have risen`}>
      {problem ? (
        <Notice kind="error" title={`${problem.title}.`}>
          {problem.detail}
        </Notice>
      ) : null}
      <ul className={classes.alerts}>
        {alerts.map((alert) => (
          <AlertLine
            key={alert.id}
            alert={alert}
            name={displayName(patients.get(alert.patientId)?.name)}
            turn={nameOf(alert.owner)}
            passedBy={alert.passedBy.map((one) => nameOf(one) ?? 'a colleague')}
            path={path}
            busy={busy === alert.id}
            onSeen={() => void seen(tasks.resources.find((task) => task.id === alert.id))}
          />
        ))}
      </ul>
    </Card>
  );
}
