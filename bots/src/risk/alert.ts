import type { BundleEntry, Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { botCanonical, labelled } from '../kit/index.ts';
import type { RiskChange } from './change.ts';
import type { Band } from './engine.ts';
import { caseManagerOf } from './outreach.ts';
import { openStatuses, type PatientRecord } from './reads.ts';

/** What an alert is decided on. */
export interface AlertContext {
  readonly record: PatientRecord;
  readonly change?: RiskChange;
  /** The clinic's threshold: the lowest band whose reaching is an alert. */
  readonly alertFrom: Band;
  /** Reference to the RiskAssessment of this run; `urn:uuid` inside the transaction. */
  readonly assessment: string;
  readonly now: Date;
}

const rank: readonly Band[] = ['low', 'medium', 'high', 'critical'];

/** The clinic's threshold as its setting names it; `high` when it names no band. */
export function alertThreshold(setting: string | undefined): Band {
  return rank.find((band) => band === setting) ?? 'high';
}

/** Has the risk risen into a band of which the clinic wants to be told? */
export function isAlert(change: RiskChange | undefined, alertFrom: Band): change is RiskChange {
  return (
    change !== undefined &&
    rank.indexOf(change.toBand) > rank.indexOf(change.fromBand) &&
    rank.indexOf(change.toBand) >= rank.indexOf(alertFrom)
  );
}

/** Hours within which an alert is to be acknowledged, before it goes up the ladder. */
const hours: Readonly<Record<Band, number>> = { low: 24, medium: 8, high: 4, critical: 1 };

/** The one open alert of a patient whose band has risen: a Task that waits for somebody to acknowledge it. */
export function alertEntries(context: AlertContext, fullUrl: string): BundleEntry<Task>[] {
  const { record, change, alertFrom, assessment, now } = context;
  if (!isAlert(change, alertFrom)) {
    return [];
  }
  const owner = caseManagerOf(record);
  const due = new Date(now.getTime() + hours[change.toBand] * 3_600_000).toISOString();
  const task = labelled<Task>({
    resourceType: 'Task',
    identifier: [{ system: botCanonical.riskAlert, value: record.patient.id }],
    status: 'requested',
    intent: 'order',
    priority: change.toBand === 'critical' ? 'stat' : 'urgent',
    code: { coding: [taskCoding.riskAlert] },
    description: `The risk rose from ${change.fromBand} (${change.fromScore}) to ${change.toBand} (${change.toScore}).`,
    focus: { reference: assessment },
    for: { reference: `Patient/${record.patient.id}` },
    authoredOn: now.toISOString(),
    lastModified: now.toISOString(),
    ...(owner && { owner }),
    restriction: { period: { start: now.toISOString(), end: due } },
  } as Task);
  const ifNoneExist = `identifier=${botCanonical.riskAlert}|${record.patient.id}&status=${openStatuses}`;
  return [{ fullUrl, resource: task, request: { method: 'POST', url: 'Task', ifNoneExist } }];
}
