import type { Annotation, Task, TaskOutput } from '@medplum/fhirtypes';
import { codeSystemUrl, outreachOutcomeCoding, taskCoding, workStatusCoding } from '@mindbridge/fhir-profiles';
import { endOfDay } from '../clinic-time.ts';
import { referencedId } from './patient.ts';

/** Where the work on a patient stands; `none` when nobody asked for an outreach. */
export type WorkStatus = 'uncontacted' | 'in-process' | 'resolved' | 'none';

/** What came of an outreach so far. */
export interface OutreachOutcome {
  readonly contacted: boolean;
  /** Instant of the appointment, or undefined. */
  readonly appointment?: string;
  readonly crisisTeam: boolean;
}

/** One outreach Task. */
export interface Outreach {
  readonly id: string;
  readonly version: string;
  readonly patientId: string;
  readonly workStatus: WorkStatus;
  readonly open: boolean;
  readonly owner?: string;
  readonly ownerName?: string;
  readonly due?: string;
  readonly stat: boolean;
  readonly outcome: OutreachOutcome;
  readonly notes: readonly { readonly text: string; readonly at?: string; readonly author?: string }[];
  readonly updated?: string;
}

const CLOSED = new Set(['completed', 'cancelled', 'rejected', 'failed', 'entered-in-error']);

/** True for a Task that asks somebody to reach out to a patient. */
export function isOutreach(task: Task): boolean {
  return (task.code?.coding ?? []).some(
    (coding) => coding.system === codeSystemUrl.task && coding.code === taskCoding.outreach.code,
  );
}

function workStatusOf(task: Task): WorkStatus {
  const code = task.businessStatus?.coding?.find((coding) => coding.system === codeSystemUrl.workStatus)?.code;
  if (code === 'uncontacted' || code === 'in-process' || code === 'resolved') {
    return code;
  }
  if (CLOSED.has(task.status ?? '')) {
    return 'resolved';
  }
  return task.status === 'in-progress' ? 'in-process' : 'uncontacted';
}

function outputOf(task: Task, code: string): TaskOutput | undefined {
  return task.output?.find((output) => (output.type?.coding ?? []).some((coding) => coding.code === code));
}

function outcomeOf(task: Task): OutreachOutcome {
  return {
    contacted: outputOf(task, outreachOutcomeCoding.patientContacted.code)?.valueBoolean === true,
    appointment: outputOf(task, outreachOutcomeCoding.appointmentScheduled.code)?.valueDateTime,
    crisisTeam: outputOf(task, outreachOutcomeCoding.crisisTeamNotified.code)?.valueBoolean === true,
  };
}

function noteOf(note: Annotation): { text: string; at?: string; author?: string } {
  return { text: note.text ?? '', at: note.time, author: note.authorReference?.display ?? note.authorString };
}

/** What an outreach Task says. Total: works on a Task with nothing but its type. */
export function outreach(task: Task): Outreach {
  return {
    id: task.id ?? '',
    version: task.meta?.versionId ?? '',
    patientId: referencedId(task.for?.reference, 'Patient') ?? '',
    workStatus: workStatusOf(task),
    open: !CLOSED.has(task.status ?? ''),
    owner: task.owner?.reference,
    ownerName: task.owner?.display,
    due: task.restriction?.period?.end,
    stat: task.priority === 'stat',
    outcome: outcomeOf(task),
    notes: (task.note ?? []).map(noteOf).filter((note) => note.text.trim() !== ''),
    updated: task.meta?.lastUpdated,
  };
}

/** Words of a work status, as the clinic says them. */
export function workStatusLabel(status: WorkStatus): string {
  if (status === 'uncontacted') {
    return workStatusCoding.uncontacted.display;
  }
  if (status === 'in-process') {
    return workStatusCoding.inProcess.display;
  }
  return status === 'resolved' ? workStatusCoding.resolved.display : 'No outreach open';
}

/** The same in one word, where the band stands beside it. */
export function shortWorkStatus(status: WorkStatus): string {
  return { uncontacted: 'Uncontacted', 'in-process': 'In process', resolved: 'Resolved', none: '–' }[status];
}

/**
 * True for a follow-up that somebody must make today: not contacted yet, and critical (whoever is critical is reached
 * within 24 hours of the score), or due before the clinic's day ends or within the next 24 hours.
 */
export function isDueToday(task: Outreach, now: Date): boolean {
  if (!task.open || task.workStatus !== 'uncontacted') {
    return false;
  }
  if (task.stat || !task.due) {
    return true;
  }
  const horizon = Math.max(endOfDay(now).getTime(), now.getTime() + 24 * 3_600_000);
  return new Date(task.due).getTime() <= horizon;
}

/** One Task per patient: an open one before a closed one, the most recently touched first. */
export function outreachByPatient(tasks: readonly Outreach[]): ReadonlyMap<string, Outreach> {
  const result = new Map<string, Outreach>();
  for (const task of tasks) {
    const known = result.get(task.patientId);
    const better =
      !known ||
      (task.open && !known.open) ||
      (task.open === known.open && (task.updated ?? '') > (known.updated ?? ''));
    if (task.patientId && better) {
      result.set(task.patientId, task);
    }
  }
  return result;
}
