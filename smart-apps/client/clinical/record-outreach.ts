import type {
  Appointment,
  Bundle,
  BundleEntry,
  Patient,
  Practitioner,
  Reference,
  RiskAssessment,
  Task,
  TaskOutput,
} from '@medplum/fhirtypes';
import { outreachOutcomeCoding, profileUrl, taskCoding, workStatusCoding } from '@mindbridge/fhir-profiles';
import type { WorkStatus } from './outreach.ts';

/** What a case manager filled in. */
export interface OutreachForm {
  readonly contacted: boolean;
  readonly scheduled: boolean;
  /** Instant of the appointment; needed when `scheduled`. */
  readonly appointment?: string;
  readonly crisisTeam: boolean;
  readonly note: string;
}

/** Who writes, about whom, when. */
export interface OutreachContext {
  readonly patient: Reference<Patient>;
  readonly author: Reference<Practitioner>;
  readonly assessment?: Reference<RiskAssessment>;
  /** Instant of writing. */
  readonly now: string;
}

type Coding = (typeof outreachOutcomeCoding)[keyof typeof outreachOutcomeCoding];

const APPOINTMENT_MINUTES = 45;

function output(coding: Coding, value: Partial<TaskOutput>): TaskOutput {
  return { type: { coding: [{ ...coding }], text: coding.display }, ...value };
}

function outputs(form: OutreachForm): TaskOutput[] {
  return [
    ...(form.contacted ? [output(outreachOutcomeCoding.patientContacted, { valueBoolean: true })] : []),
    ...(form.scheduled && form.appointment
      ? [output(outreachOutcomeCoding.appointmentScheduled, { valueDateTime: form.appointment })]
      : []),
    ...(form.crisisTeam ? [output(outreachOutcomeCoding.crisisTeamNotified, { valueBoolean: true })] : []),
  ];
}

function isOurs(candidate: TaskOutput): boolean {
  const codes = Object.values(outreachOutcomeCoding).map((coding): string => coding.code);
  return (candidate.type?.coding ?? []).some((coding) => coding.code !== undefined && codes.includes(coding.code));
}

/** A new outreach Task for a patient for whom none is open. */
export function newOutreachTask(context: OutreachContext): Task {
  const due = new Date(new Date(context.now).getTime() + 24 * 3_600_000).toISOString();
  return {
    resourceType: 'Task',
    ...(context.assessment ? { meta: { profile: [profileUrl.outreachTask] } } : {}),
    status: 'requested',
    intent: 'order',
    priority: 'routine',
    code: { coding: [{ ...taskCoding.outreach }] },
    businessStatus: { coding: [{ ...workStatusCoding.uncontacted }] },
    for: context.patient,
    ...(context.assessment ? { focus: context.assessment } : {}),
    authoredOn: context.now,
    owner: context.author,
    restriction: { period: { end: due } },
  };
}

/** The Task at another work status; nothing else changes. */
export function withWorkStatus(task: Task, status: Exclude<WorkStatus, 'none'>, now: string): Task {
  const coding = {
    uncontacted: workStatusCoding.uncontacted,
    'in-process': workStatusCoding.inProcess,
    resolved: workStatusCoding.resolved,
  }[status];
  const taskStatus = { uncontacted: 'requested', 'in-process': 'in-progress', resolved: 'completed' } as const;
  return {
    ...task,
    status: taskStatus[status],
    businessStatus: { coding: [{ ...coding }], text: coding.display },
    lastModified: now,
  };
}

/** The Task with what came of the outreach: in process, outcomes replaced, a note added. */
export function withOutreach(task: Task, form: OutreachForm, context: OutreachContext): Task {
  const text = form.note.trim();
  const others = (task.output ?? []).filter((candidate) => !isOurs(candidate));
  const all = [...others, ...outputs(form)];
  const notes = text ? [...(task.note ?? []), { authorReference: context.author, time: context.now, text }] : task.note;
  return {
    ...withWorkStatus(task, 'in-process', context.now),
    output: all.length > 0 ? all : undefined,
    note: notes,
  };
}

/** A booked Appointment of 45 minutes with the patient and the person who booked it. */
function bookedAppointment(start: string, context: OutreachContext): Appointment {
  const end = new Date(new Date(start).getTime() + APPOINTMENT_MINUTES * 60_000).toISOString();
  return {
    resourceType: 'Appointment',
    status: 'booked',
    description: 'Follow-up visit',
    start,
    end,
    minutesDuration: APPOINTMENT_MINUTES,
    created: context.now,
    participant: [
      { actor: context.patient, required: 'required', status: 'accepted' },
      { actor: context.author, required: 'required', status: 'accepted' },
    ],
  };
}

function taskEntry(task: Task): BundleEntry {
  const version = task.meta?.versionId;
  return task.id
    ? {
        resource: task,
        request: { method: 'PUT', url: `Task/${task.id}`, ...(version ? { ifMatch: `W/"${version}"` } : {}) },
      }
    : { resource: task, request: { method: 'POST', url: 'Task' } };
}

/** One transaction: the Task (only if nobody changed it meanwhile) and, when one was booked, the Appointment. */
export function outreachTransaction(task: Task, form: OutreachForm, context: OutreachContext): Bundle {
  const before = task.output?.find((candidate) => candidate.valueDateTime !== undefined)?.valueDateTime;
  const isNew = form.scheduled && form.appointment !== undefined && form.appointment !== before;
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      taskEntry(withOutreach(task, form, context)),
      ...(isNew && form.appointment
        ? [
            {
              resource: bookedAppointment(form.appointment, context),
              request: { method: 'POST' as const, url: 'Appointment' },
            },
          ]
        : []),
    ],
  };
}
