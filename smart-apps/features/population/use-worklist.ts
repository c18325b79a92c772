import { useMemo } from 'react';
import type { LiveStatus, Outreach, Problem, WorklistRow } from '../../client/index.ts';
import {
  isDueToday,
  isOutreach,
  outreach,
  queries,
  referencedId,
  sortWorklist,
  useLiveStatus,
  useMe,
  useNow,
  useSearch,
  worklist,
} from '../../client/index.ts';

/** Everything the population screens draw. */
export interface Worklist {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly problem?: Problem;
  readonly rows: readonly WorklistRow[];
  /** Follow-ups that are due today: one's own, or the team's for somebody who owns none of the patients. */
  readonly followUps: readonly Outreach[];
  /** True when every patient on the list belongs to the person who is signed in. */
  readonly ownPanel: boolean;
  /** Case managers of the patients on the list, by id. */
  readonly caseManagers: readonly string[];
  /** Ids of patients whose score or work status just changed. */
  readonly changed: ReadonlySet<string>;
  readonly live: LiveStatus;
  readonly reload: () => void;
}

/** The worst of several searches is how all of them stand. */
const STATES = ['failed', 'loading'] as const;

/** The patients one may see with their scores and outreach, kept current by Subscriptions. */
export function useWorklist(): Worklist {
  const patients = useSearch('Patient', queries.patients, { live: queries.patientsLive });
  const scores = useSearch('Observation', queries.scores, { live: queries.scoresLive });
  const tasks = useSearch('Task', queries.openOutreach, { live: queries.outreachLive });
  const searches = [patients, scores, tasks];
  const live = useLiveStatus();
  const me = useMe();
  const now = useNow();

  const rows = useMemo(() => {
    const open = tasks.resources.filter(isOutreach);
    return sortWorklist(worklist(patients.resources, scores.resources, open), 'priority');
  }, [patients.resources, scores.resources, tasks.resources]);

  const mine = referencedId(me.reference, 'Practitioner');
  const ownPanel =
    rows.length > 0 && mine !== undefined && rows.every((row) => row.patient.caseManagers.includes(mine));

  const followUps = useMemo(() => {
    const due = tasks.resources.map(outreach).filter((task) => isDueToday(task, now));
    return ownPanel ? due.filter((task) => !task.owner || task.owner.startsWith(me.reference)) : due;
  }, [tasks.resources, now, ownPanel, me.reference]);

  const changed = useMemo(() => {
    const touched = new Set([...scores.touched, ...tasks.touched]);
    const hit = rows.filter(
      (row) => touched.has(`Observation/${row.score?.id}`) || touched.has(`Task/${row.outreach?.id}`),
    );
    return new Set(hit.map((row) => row.patient.id));
  }, [rows, scores.touched, tasks.touched]);

  const caseManagers = useMemo(() => [...new Set(rows.flatMap((row) => row.patient.caseManagers))], [rows]);
  const reload = (): void => void Promise.all(searches.map((search) => search.reload()));
  return {
    state: STATES.find((state) => searches.some((search) => search.state === state)) ?? 'ready',
    problem: searches.find(({ problem }) => problem)?.problem,
    rows,
    followUps,
    ownPanel,
    caseManagers,
    changed,
    live,
    reload,
  };
}
