import type { Observation, Patient, Task } from '@medplum/fhirtypes';
import type { Band } from './band.ts';
import { isHigh } from './band.ts';
import { lastSeenDay } from './last-seen.ts';
import type { Outreach, WorkStatus } from './outreach.ts';
import { outreach, outreachByPatient } from './outreach.ts';
import type { PatientCard } from './patient.ts';
import { patientCard } from './patient.ts';
import type { RiskScore, ScoreFactor } from './risk-score.ts';
import { riskScore } from './risk-score.ts';

/** One line of the work list: a patient with score, work status and reason. */
export interface WorklistRow {
  readonly patient: PatientCard;
  readonly score?: RiskScore;
  readonly band: Band;
  readonly outreach?: Outreach;
  readonly workStatus: WorkStatus;
  /** The factors that raise the score, in the order the engine gave them; zero and good values are left out. */
  readonly reasons: readonly ScoreFactor[];
  /** Day on which the patient was last seen (`YYYY-MM-DD`), or undefined when the score does not say. */
  readonly lastSeen?: string;
}

/** What the list is narrowed to; an empty field does not narrow. */
export interface WorklistFilter {
  readonly band?: Band | 'high-and-critical';
  readonly workStatus?: WorkStatus;
  readonly caseManager?: string;
  readonly text?: string;
}

/** What the list is sorted by; priority is the score, then the older unfinished work. */
export type WorklistSort = 'priority' | 'name' | 'last-seen' | 'due';

const LAST_SEEN = 'days-since-seen';

/** From this adherence in % on, adherence is no reason for worry. */
const GOOD_ADHERENCE = 80;

function isReason(factor: ScoreFactor): boolean {
  if (factor.code === LAST_SEEN || factor.code === 'cap' || factor.code === 'rounding') {
    return false;
  }
  const value = factor.value ?? 0;
  return factor.code === 'medication-adherence' ? value < GOOD_ADHERENCE : value > 0;
}

/** Joins patients, scores and tasks into rows, one per patient; a patient without a score stays in the list. */
export function worklist(
  patients: readonly Patient[],
  scores: readonly Observation[],
  tasks: readonly Task[],
): WorklistRow[] {
  const scoreOf = new Map(scores.map(riskScore).map((score): [string, RiskScore] => [score.patientId, score]));
  const taskOf = outreachByPatient(tasks.map(outreach));
  return patients.map(patientCard).map((patient) => {
    const score = scoreOf.get(patient.id);
    const task = taskOf.get(patient.id);
    return {
      patient,
      score,
      band: score?.band ?? 'unknown',
      outreach: task,
      workStatus: task?.workStatus ?? 'none',
      reasons: (score?.factors ?? []).filter(isReason),
      lastSeen: lastSeenDay(score?.at, score?.factors.find((factor) => factor.code === LAST_SEEN)?.value),
    };
  });
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** True when every word typed is found in the name or the number, in any order, accents aside. */
export function matchesText(row: WorklistRow, text: string): boolean {
  const hay = fold(`${row.patient.name} ${row.patient.number ?? ''}`);
  return fold(text)
    .split(/[\s,]+/)
    .every((word) => hay.includes(word));
}

function matchesBand(band: Band, wanted: WorklistFilter['band']): boolean {
  return !wanted || (wanted === 'high-and-critical' ? isHigh(band) : band === wanted);
}

/** The rows that pass every part of the filter. */
export function filterWorklist(rows: readonly WorklistRow[], filter: WorklistFilter): WorklistRow[] {
  return rows.filter(
    (row) =>
      matchesBand(row.band, filter.band) &&
      (!filter.workStatus || row.workStatus === filter.workStatus) &&
      (!filter.caseManager || row.patient.caseManagers.includes(filter.caseManager)) &&
      (!filter.text || matchesText(row, filter.text)),
  );
}

const WORK_ORDER: readonly WorkStatus[] = ['uncontacted', 'in-process', 'none', 'resolved'];

function byPriority(a: WorklistRow, b: WorklistRow): number {
  return (
    (b.score?.score ?? -1) - (a.score?.score ?? -1) ||
    WORK_ORDER.indexOf(a.workStatus) - WORK_ORDER.indexOf(b.workStatus) ||
    bySeen(a, b) ||
    byName(a, b)
  );
}

/** Longest unseen first; patients whose last visit is not documented come before all. */
function bySeen(a: WorklistRow, b: WorklistRow): number {
  return (a.lastSeen ?? '').localeCompare(b.lastSeen ?? '');
}

function byName(a: WorklistRow, b: WorklistRow): number {
  return a.patient.name.localeCompare(b.patient.name) || (a.patient.number ?? '').localeCompare(b.patient.number ?? '');
}

const COMPARE: Readonly<Record<WorklistSort, (a: WorklistRow, b: WorklistRow) => number>> = {
  priority: byPriority,
  name: byName,
  'last-seen': (a, b) => bySeen(a, b) || byPriority(a, b),
  due: (a, b) => (a.outreach?.due ?? '9').localeCompare(b.outreach?.due ?? '9') || byPriority(a, b),
};

/** The rows in order; the input stays as it is. */
export function sortWorklist(rows: readonly WorklistRow[], sort: WorklistSort): WorklistRow[] {
  return [...rows].sort(COMPARE[sort]);
}
