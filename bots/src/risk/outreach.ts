import type { BundleEntry, Flag, Reference, Task } from '@medplum/fhirtypes';
import { identifierSystem, snomedCoding, taskCoding, workStatusCoding } from '@mindbridge/fhir-profiles';
import { addDays, hasCode, idOf, labelled, localDate, startOfDay } from '../kit/index.ts';
import type { Band } from './bands.ts';
import { openStatuses, type PatientRecord } from './reads.ts';

/** What the outreach of one run is decided on. */
export interface OutreachContext {
  readonly record: PatientRecord;
  readonly band: Band;
  readonly recommendation: string;
  /** Reference to the RiskAssessment of this run; `urn:uuid` inside the transaction. */
  readonly assessment: string;
  readonly now: Date;
  readonly timeZone: string;
}

/** Is a patient of this band to be contacted? */
export function needsOutreach(band: Band): boolean {
  return band === 'high' || band === 'critical';
}

/** The patient's case manager: from the care team, else the account on the patient, else the general practitioner. */
export function caseManagerOf(record: PatientRecord): Reference | undefined {
  const member = record.careTeams
    .flatMap((team) => team.participant ?? [])
    .find((one) =>
      one.role?.some((role) => hasCode(role, snomedCoding.caseManager.system, snomedCoding.caseManager.code)),
    )?.member;
  const candidates = [member, ...(record.patient.meta?.accounts ?? []), ...(record.patient.generalPractitioner ?? [])];
  const found = candidates.find((each) => idOf(each, 'Practitioner'));
  return (
    found && {
      reference: `Practitioner/${idOf(found, 'Practitioner')}`,
      ...(found.display && { display: found.display }),
    }
  );
}

/** Has nobody taken the Task up yet? Only then may the bot change it. */
export function isUntouched(task: Task): boolean {
  const { system, code } = workStatusCoding.uncontacted;
  return task.status === 'requested' && hasCode(task.businessStatus, system, code);
}

/** When the outreach is due: within 24 hours at critical, within the clinic's day at high. */
export function dueAt(band: Band, now: Date, timeZone: string): string {
  const endOfToday = startOfDay(addDays(localDate(now, timeZone), 1), timeZone) - 1000;
  const due = band === 'critical' ? now.getTime() + 86_400_000 : endOfToday;
  return new Date(due).toISOString();
}

/**
 * The one open outreach Task: opened at high or critical, made more urgent or handed over while nobody has taken it up,
 * cancelled when the band falls below high before anybody did. A Task that a person has moved on is never touched.
 */
export function taskEntries(context: OutreachContext, fullUrl: string): BundleEntry<Task>[] {
  const { record, band } = context;
  const [open] = record.openTasks;
  if (!open) {
    return needsOutreach(band) ? [openTask(context, fullUrl)] : [];
  }
  if (!isUntouched(open) || !open.id) {
    return [];
  }
  const changed = needsOutreach(band) ? raisedTask(open, context) : cancelledTask(open, band);
  return changed ? [updateEntry(changed, open.id)] : [];
}

const priorityOf = (band: Band): Task['priority'] => (band === 'critical' ? 'stat' : 'urgent');

function openTask(context: OutreachContext, fullUrl: string): BundleEntry<Task> {
  const { record, band, now, timeZone } = context;
  const patient = { reference: `Patient/${record.patient.id}` };
  const owner = caseManagerOf(record);
  const task = labelled<Task>({
    resourceType: 'Task',
    identifier: [{ system: identifierSystem.outreach, value: record.patient.id }],
    status: 'requested',
    intent: 'order',
    priority: priorityOf(band),
    code: { coding: [taskCoding.outreach] },
    description: context.recommendation,
    focus: { reference: context.assessment },
    for: patient,
    authoredOn: now.toISOString(),
    lastModified: now.toISOString(),
    ...(owner && { owner }),
    businessStatus: { coding: [workStatusCoding.uncontacted], text: workStatusCoding.uncontacted.display },
    restriction: { period: { start: now.toISOString(), end: dueAt(band, now, timeZone) } },
  } as Task);
  const ifNoneExist = `identifier=${identifierSystem.outreach}|${record.patient.id}&status=${openStatuses}`;
  return { fullUrl, resource: task, request: { method: 'POST', url: 'Task', ifNoneExist } };
}

/** The Task with the priority, due time and owner of now; undefined when nothing would change. */
function raisedTask(open: Task, context: OutreachContext): Task | undefined {
  const { record, band, now, timeZone } = context;
  const priority = priorityOf(band);
  const owner = caseManagerOf(record) ?? open.owner;
  const sameOwner = idOf(owner as Reference, 'Practitioner') === idOf(open.owner, 'Practitioner');
  if (open.priority === priority && sameOwner) {
    return undefined;
  }
  const before = open.restriction?.period?.end;
  const due = dueAt(band, now, timeZone);
  return {
    ...open,
    priority,
    owner: owner as Task['owner'],
    description: context.recommendation,
    focus: { reference: context.assessment },
    lastModified: now.toISOString(),
    restriction: {
      ...open.restriction,
      period: { ...open.restriction?.period, end: before && before < due ? before : due },
    },
  };
}

function cancelledTask(open: Task, band: Band): Task {
  return {
    ...open,
    status: 'cancelled',
    statusReason: { text: `The risk band fell to ${band} before anybody took this up.` },
    businessStatus: { coding: [workStatusCoding.resolved], text: workStatusCoding.resolved.display },
  };
}

function updateEntry<R extends Task | Flag>(resource: R, id: string): BundleEntry<R> {
  const version = resource.meta?.versionId;
  return {
    fullUrl: `${resource.resourceType}/${id}`,
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${id}`, ...(version && { ifMatch: `W/"${version}"` }) },
  };
}

/** The one Flag: active while the patient is at critical, inactive with an end when not. */
export function flagEntries(context: OutreachContext, fullUrl: string): BundleEntry<Flag>[] {
  const { record, band, now } = context;
  const { flag } = record;
  const critical = band === 'critical';
  if (!flag?.id) {
    return critical ? [openFlag(context, fullUrl)] : [];
  }
  if (critical === (flag.status === 'active')) {
    return [];
  }
  const period = critical ? { start: now.toISOString() } : { ...flag.period, end: now.toISOString() };
  return [updateEntry<Flag>({ ...flag, status: critical ? 'active' : 'inactive', period }, flag.id)];
}

function openFlag(context: OutreachContext, fullUrl: string): BundleEntry<Flag> {
  const { record, now } = context;
  const flag = labelled<Flag>({
    resourceType: 'Flag',
    identifier: [{ system: identifierSystem.riskFlag, value: record.patient.id }],
    status: 'active',
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/flag-category', code: 'safety', display: 'Safety' }],
      },
    ],
    code: { text: 'Critical risk' },
    subject: { reference: `Patient/${record.patient.id}` },
    period: { start: now.toISOString() },
  });
  const ifNoneExist = `identifier=${identifierSystem.riskFlag}|${record.patient.id}`;
  return { fullUrl, resource: flag, request: { method: 'POST', url: 'Flag', ifNoneExist } };
}
