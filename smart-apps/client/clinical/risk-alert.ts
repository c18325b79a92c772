import type { Task } from '@medplum/fhirtypes';
import { codeSystemUrl, taskCoding } from '@mindbridge/fhir-profiles';
import { referencedId } from './patient.ts';

/** A risk that rose into a higher band, and waits for somebody to say that it was seen. */
export interface RiskAlert {
  readonly id: string;
  readonly patientId: string;
  /** "The risk rose from medium (59) to critical (95)." */
  readonly words: string;
  readonly stat: boolean;
  readonly raised?: string;
  /** Until when it is to be acknowledged before it goes up the ladder. */
  readonly due?: string;
  /** Reference of whose turn it is. */
  readonly owner?: string;
  readonly overdue: boolean;
  /** References of those who did not acknowledge it in time, before it went on. */
  readonly passedBy: readonly string[];
}

/** What the escalation writes when nobody has acknowledged an alert in time. */
const PASSED = /^Not acknowledged in time by (\S+)\.$/;

function isOpenAlert(task: Task): boolean {
  const isAlert = (task.code?.coding ?? []).some(
    (coding) => coding.system === codeSystemUrl.task && coding.code === taskCoding.riskAlert.code,
  );
  return isAlert && task.status === 'requested';
}

/** The alerts that nobody has acknowledged: overdue and escalated ones first, then the most urgent, then the oldest. */
export function openAlerts(tasks: readonly Task[], now: Date): readonly RiskAlert[] {
  const alerts = tasks.filter(isOpenAlert).map((task): RiskAlert => {
    const due = task.restriction?.period?.end;
    return {
      id: task.id ?? '',
      patientId: referencedId(task.for?.reference, 'Patient') ?? '',
      words: task.description ?? 'The risk rose.',
      stat: task.priority === 'stat',
      raised: task.authoredOn,
      due,
      owner: task.owner?.reference,
      overdue: due !== undefined && new Date(due) < now,
      passedBy: (task.note ?? []).flatMap(({ text }) => PASSED.exec(text ?? '')?.[1] ?? []),
    };
  });
  const rank = (alert: RiskAlert): number =>
    (alert.overdue || alert.passedBy.length > 0 ? 0 : 2) + (alert.stat ? 0 : 1);
  return alerts.sort((a, b) => rank(a) - rank(b) || (a.raised ?? '').localeCompare(b.raised ?? ''));
}

/** The Task once somebody has seen the alert: who, and when. */
export function acknowledged(task: Task, who: string, now: Date): Task {
  const note = { text: 'Acknowledged.', time: now.toISOString(), authorReference: { reference: who } };
  return { ...task, status: 'completed', note: [...(task.note ?? []), note] };
}
