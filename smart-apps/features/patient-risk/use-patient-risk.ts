import type { RiskAssessment, Task } from '@medplum/fhirtypes';
import { useMemo } from 'react';
import type { Assessment, Outreach, PatientCard, Problem, RiskScore } from '../../client/index.ts';
import {
  assessment,
  isOutreach,
  newestFirst,
  outreach,
  outreachByPatient,
  patientCard,
  queries,
  referencedId,
  riskScore,
  useMayRead,
  useResource,
  useSearch,
  useSubscription,
} from '../../client/index.ts';

/** Everything that the page of one patient draws. */
export interface PatientRisk {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly problem?: Problem;
  readonly patient?: PatientCard;
  readonly score?: RiskScore;
  /** Every assessment, newest first. */
  readonly assessments: readonly Assessment[];
  readonly latest?: Assessment;
  /** The role does not see assessments, only the score that came of them. */
  readonly closed: boolean;
  readonly latestResource?: RiskAssessment;
  readonly outreach?: Outreach;
  readonly task?: Task;
  readonly reload: () => void;
}

/** Reads one patient with score, assessments and outreach, and keeps them current. */
export function usePatientRisk(patientId: string): PatientRisk {
  const patient = useResource('Patient', patientId);
  const scores = useSearch('Observation', queries.scoreOf(patientId));
  const closed = !useMayRead('RiskAssessment');
  const assessments = useSearch('RiskAssessment', queries.assessmentsOf(patientId), { off: closed });
  const tasks = useSearch('Task', queries.outreachOf(patientId));

  useSubscription(queries.scoresLive, (event) => {
    const changed =
      event.type === 'changed' && event.resource.resourceType === 'Observation' ? event.resource : undefined;
    if (!changed || referencedId(changed.subject?.reference, 'Patient') === patientId) {
      void Promise.all([scores.reload(), closed ? undefined : assessments.reload()]);
    }
  });
  useSubscription(queries.outreachLive, (event) => {
    const changed = event.type === 'changed' && event.resource.resourceType === 'Task' ? event.resource : undefined;
    if (!changed || referencedId(changed.for?.reference, 'Patient') === patientId) {
      void tasks.reload();
    }
  });

  const list = useMemo(() => newestFirst(assessments.resources.map(assessment)), [assessments.resources]);
  const current = useMemo(
    () => outreachByPatient(tasks.resources.filter(isOutreach).map(outreach)).get(patientId),
    [tasks.resources, patientId],
  );
  const reload = (): void =>
    void Promise.all([patient.reload(), scores.reload(), closed ? undefined : assessments.reload(), tasks.reload()]);
  const score = scores.resources[0];
  const parts = closed ? [patient, scores, tasks] : [patient, scores, assessments, tasks];
  const failed = parts.find((part) => part.state === 'failed');
  return {
    state: failed ? 'failed' : parts.every((part) => part.state === 'ready') ? 'ready' : 'loading',
    problem: failed?.problem,
    patient: patient.resource ? patientCard(patient.resource) : undefined,
    score: score ? riskScore(score) : undefined,
    assessments: list,
    latest: list[0],
    closed,
    latestResource: assessments.resources.find((resource) => resource.id === list[0]?.id),
    outreach: current,
    task: tasks.resources.find((task) => task.id === current?.id),
    reload,
  };
}
