import type { BundleEntry, Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import { botCanonical, labelled } from '../kit/index.ts';
import { type Band, bands } from './bands.ts';
import type { RiskChange } from './change.ts';
import { caseManagerOf } from './outreach.ts';
import { openStatuses, type PatientRecord } from './reads.ts';
import type { Thresholds } from './thresholds.ts';

/** What an alert is decided on. */
export interface AlertContext {
  readonly record: PatientRecord;
  readonly change?: RiskChange;
  readonly thresholds: Thresholds;
  /** Reference to the RiskAssessment of this run; `urn:uuid` inside the transaction. */
  readonly assessment: string;
  readonly now: Date;
}

/** Has the risk risen into a band of which the clinic wants to be told? */
export function isAlert(change: RiskChange | undefined, alertFrom: Band): change is RiskChange {
  return (
    change !== undefined &&
    bands.indexOf(change.toBand) > bands.indexOf(change.fromBand) &&
    bands.indexOf(change.toBand) >= bands.indexOf(alertFrom)
  );
}

function descriptionOf({ fromBand, fromScore, toBand, toScore }: RiskChange): string {
  return toScore > fromScore
    ? `The risk rose from ${fromBand} (${fromScore}) to ${toBand} (${toScore}).`
    : `The clinic's bands have changed: a score of ${toScore}, ${fromBand} before, is ${toBand}.`;
}

/** The one open alert of a patient whose band has risen: a Task that waits for somebody to acknowledge it. */
export function alertEntries(context: AlertContext, fullUrl: string): BundleEntry<Task>[] {
  const { record, change, thresholds, assessment, now } = context;
  if (!isAlert(change, thresholds.alertFrom)) {
    return [];
  }
  const owner = caseManagerOf(record);
  const due = new Date(now.getTime() + thresholds.hours[change.toBand] * 3_600_000).toISOString();
  const task = labelled<Task>({
    resourceType: 'Task',
    identifier: [{ system: botCanonical.riskAlert, value: record.patient.id }],
    status: 'requested',
    intent: 'order',
    priority: change.toBand === 'critical' ? 'stat' : 'urgent',
    code: { coding: [taskCoding.riskAlert] },
    description: descriptionOf(change),
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
