import { Button, Group } from '@mantine/core';
import { IconCalendarPlus, IconMessage, IconPhone } from '@tabler/icons-react';
import type { JSX, ReactNode } from 'react';
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import type { PatientCard } from '../../client/index.ts';
import { spokenName, useNow, useResource } from '../../client/index.ts';
import { ageAndGender, Card, ErrorState, TextSkeleton } from '../../ui/index.ts';
import { Explanation, Narrative } from './explanation.tsx';
import { FactorList } from './factor-list.tsx';
import { HistoryCard } from './history-card.tsx';
import { MessageDialog } from './message-dialog.tsx';
import { OutreachPanel } from './outreach-panel.tsx';
import classes from './patient-risk.module.css';
import { ScoreCard } from './score-card.tsx';
import { useOutreachForm } from './use-outreach-form.ts';
import type { PatientRisk } from './use-patient-risk.ts';
import { usePatientRisk } from './use-patient-risk.ts';

function Header(props: {
  patient: PatientCard;
  now: Date;
  onSchedule: () => void;
  onMessage: () => void;
  aside?: ReactNode;
}): JSX.Element {
  const { patient, now } = props;
  const meta = [patient.number, ageAndGender(patient.birthDate, patient.gender, now), patient.phone].filter(Boolean);
  return (
    <header className={classes.header}>
      <div>
        <h1>{patient.name}</h1>
        <p className={`${classes.meta} mb-numbers`}>{meta.join(' · ')}</p>
      </div>
      <Group gap="xs">
        {patient.phone ? (
          <Button
            component="a"
            href={`tel:${patient.phone.replace(/[^\d+]/g, '')}`}
            leftSection={<IconPhone size={18} aria-hidden />}
          >
            Call
          </Button>
        ) : null}
        <Button variant="default" leftSection={<IconCalendarPlus size={18} aria-hidden />} onClick={props.onSchedule}>
          Schedule
        </Button>
        <Button variant="default" leftSection={<IconMessage size={18} aria-hidden />} onClick={props.onMessage}>
          Message
        </Button>
        {props.aside}
      </Group>
    </header>
  );
}

function useCaseManagerName(patient: PatientCard): string | undefined {
  const { resource } = useResource('Practitioner', patient.caseManagers[0]);
  return resource ? spokenName(resource.name) || undefined : undefined;
}

function Loaded({ risk, patient, aside }: { risk: PatientRisk; patient: PatientCard; aside?: ReactNode }): JSX.Element {
  const now = useNow();
  const form = useOutreachForm(risk);
  const caseManager = useCaseManagerName(patient);
  const appointment = useRef<HTMLInputElement>(null);
  const [params, setParams] = useSearchParams();
  const action = params.get('do');
  const { change } = form;
  const schedule = (): void => {
    change({ scheduled: true });
    setTimeout(() => appointment.current?.focus(), 50);
  };
  const setAction = (next: string): void => setParams(next ? { do: next } : {}, { replace: true });

  const scheduleNow = useRef(schedule);
  useEffect(() => {
    if (action === 'schedule') {
      scheduleNow.current();
    }
  }, [action]);

  return (
    <div className={classes.page}>
      <Header patient={patient} now={now} onSchedule={schedule} onMessage={() => setAction('message')} aside={aside} />
      <div className={classes.main}>
        <ScoreCard
          patient={patient}
          score={risk.score}
          latest={risk.latest}
          closed={risk.closed}
          caseManager={caseManager}
          now={now}
        />
        {risk.latest ? (
          <>
            <FactorList latest={risk.latest} now={now} />
            <Explanation latest={risk.latest} />
            <Narrative latest={risk.latest} />
            <HistoryCard assessments={risk.assessments} />
          </>
        ) : null}
      </div>
      <div className={classes.side}>
        <OutreachPanel state={form} outreach={risk.outreach} now={now} appointmentInput={appointment} />
      </div>
      <MessageDialog patient={patient} opened={action === 'message'} onClose={() => setAction('')} />
    </div>
  );
}

/** One patient's risk: score, reasons, what to do, and what was done. */
export function PatientRiskPage({ patientId, aside }: { patientId: string; aside?: ReactNode }): JSX.Element {
  const risk = usePatientRisk(patientId);
  if (risk.state === 'failed' && risk.problem) {
    return (
      <Card>
        <h1 className="mb-hidden">Patient</h1>
        <ErrorState problem={risk.problem} onRetry={risk.reload} />
      </Card>
    );
  }
  return risk.state === 'ready' && risk.patient ? (
    <Loaded key={risk.patient.id} risk={risk} patient={risk.patient} aside={aside} />
  ) : (
    <div className={classes.page}>
      <div className={classes.main}>
        <Card>
          <TextSkeleton label="The patient is loading" lines={5} />
        </Card>
        <Card>
          <TextSkeleton label="The score is loading" lines={9} />
        </Card>
      </div>
      <Card>
        <TextSkeleton label="The outreach is loading" lines={7} />
      </Card>
    </div>
  );
}
