import type { CareTeam, Reference, Task } from '@medplum/fhirtypes';
import { idOf, literalOf } from '../kit/index.ts';

/** Hours that each further rung has to acknowledge. */
const HOURS = 1;

/** Is an alert still waiting after its time? Whoever accepted it, rejected it or began has acknowledged it. */
export function isOverdue({ status, restriction }: Task, now: Date): boolean {
  const due = Date.parse(restriction?.period?.end ?? '');
  return status === 'requested' && due < now.getTime();
}

/**
 * Who is told, one after the other: the owner, the other practitioners of the patient's care teams in their order, then
 * those whom the clinic names for everybody.
 */
export function rungsOf(task: Task, careTeams: readonly CareTeam[], named: readonly string[]): string[] {
  const patient = idOf(task.for, 'Patient');
  const members = careTeams
    .filter((team) => idOf(team.subject, 'Patient') === patient && team.status !== 'inactive')
    .flatMap((team) => team.participant ?? [])
    .map((one) => literalOf(one.member));
  const rungs = [literalOf(task.owner), ...members, ...named].filter((each) => each?.startsWith('Practitioner/'));
  return [...new Set(rungs.filter((each) => each !== undefined))];
}

/** People to whom an alert has gone already, as its notes say. */
const TOLD = 'Not acknowledged in time by ';

/** The alert one rung higher, with a note; undefined when the ladder has no rung left. */
export function raised(task: Task, rungs: readonly string[], now: Date): Task | undefined {
  const owner = literalOf(task.owner) ?? 'nobody';
  const told = (task.note ?? []).flatMap(({ text }) => (text?.startsWith(TOLD) ? [text.slice(TOLD.length, -1)] : []));
  const next = rungs.find((rung) => rung !== owner && !told.includes(rung));
  const isSeen = told.includes(owner);
  if (!next && isSeen) {
    return undefined;
  }
  const end = new Date(now.getTime() + HOURS * 3_600_000).toISOString();
  return {
    ...task,
    priority: 'stat',
    lastModified: now.toISOString(),
    ...(next && { owner: { reference: next } as Reference<never> }),
    note: [...(task.note ?? []), { text: `${TOLD}${owner}.`, time: now.toISOString() }],
    restriction: { ...task.restriction, period: { ...task.restriction?.period, end } },
  };
}
