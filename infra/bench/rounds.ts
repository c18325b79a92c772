import { chart, staff, type Transaction } from './charts.ts';
import { type Floor, recordTasks } from './floor.ts';
import type { HttpSide } from './http-side.ts';
import { type Measured, measure, type Step } from './measure.ts';
import type { MeasuredServer } from './measured-server.ts';
import type { RecordedStatement } from './preload/record-statements.ts';
import { FLOOR } from './results.ts';
import { SEARCH_GROUPS, searchPaths, valuesOf } from './search-groups.ts';
import { crudTasks, importTasks, type Known, searchTasks, type Task } from './workloads.ts';

/** How much is measured. */
export interface Plan {
  /** Measured rounds; one more runs before them, to warm up. */
  readonly rounds: number;
  /** Requests at once. */
  readonly workers: number;
  /** Searches of each group in a round. */
  readonly searches: number;
  /** Lives of four linked resources, 16 requests each, in a round. */
  readonly crud: number;
}

/** What is loaded: resources that the charts refer to, and the charts. */
export interface Data {
  readonly shared: readonly Transaction[];
  readonly charts: readonly Transaction[];
}

/** Who is measured. */
export interface Sides {
  readonly http: readonly HttpSide[];
  readonly floor: Floor;
  /** Not measured: gives the statements that the floor runs. */
  readonly recorder: MeasuredServer;
}

/** Data of our own making. */
export function ownData(patients: number, seed: number): Data {
  return { shared: [staff()], charts: Array.from({ length: patients }, (_, i) => chart(i, seed)) };
}

/**
 * Runs every workload on every side, round by round, so that what disturbs the machine disturbs all of them; the order
 * of the sides turns with the rounds. Gives the measurements by side and workload.
 */
export async function runRounds(plan: Plan, data: Data, sides: Sides): Promise<Map<string, Map<string, Measured[]>>> {
  const names = [...sides.http.map(({ name }) => name), FLOOR];
  const results = new Map(names.map((name) => [name, new Map<string, Measured[]>()]));
  for (let round = 0; round <= plan.rounds; round++) {
    for (const workload of workloadsOf(plan, data, round)) {
      const note = (side: string, measured: Measured): void => {
        const ofSide = results.get(side);
        if (round > 0) {
          ofSide?.set(workload.name, [...(ofSide.get(workload.name) ?? []), measured]);
        }
      };
      await runOnAll(workload, { plan, sides, round, note });
    }
    process.stdout.write(round === 0 ? 'warmed up\n' : `round ${round} of ${plan.rounds}\n`);
  }
  return results;
}

interface Workload {
  readonly name: string;
  tasksFor(known: Known): Task[];
}

function workloadsOf(plan: Plan, { shared, charts }: Data, round: number): Workload[] {
  const share = Math.ceil(charts.length / (plan.rounds + 1));
  const bundles = [...(round === 0 ? shared : []), ...charts.slice(round * share, (round + 1) * share)];
  const values = valuesOf(charts.slice(0, (round + 1) * share));
  return [
    { name: 'import', tasksFor: (known) => importTasks(bundles, known) },
    { name: 'CRUD', tasksFor: () => crudTasks(plan.crud) },
    ...Object.entries(SEARCH_GROUPS).map(([group, query]) => ({
      name: `search: ${group}`,
      tasksFor: (known: Known) => searchTasks(searchPaths(query, values, known, plan.searches, round)),
    })),
  ];
}

interface Run {
  readonly plan: Plan;
  readonly sides: Sides;
  readonly round: number;
  note(side: string, measured: Measured): void;
}

async function runOnAll(workload: Workload, { plan, sides, round, note }: Run): Promise<void> {
  const { recorder, floor, http } = sides;
  const take = async (): Promise<readonly RecordedStatement[]> =>
    (await recorder.ask('take statements')) as readonly RecordedStatement[];
  const recorded = await recordTasks(workload.tasksFor(recorder.known), recorder.send, take);
  const runs = [
    ...http.map((side) => async () => {
      const steps = workload.tasksFor(side.known).map((task) => stepOf(task, side));
      note(side.name, await measure(steps, workersFor(workload, plan, round), side.cpuMs));
    }),
    async () => note(FLOOR, await measure(floor.stepsOf(recorded), workersFor(workload, plan, round), floor.cpuMs)),
  ];
  for (let i = 0; i < runs.length; i++) {
    await runs[(i + round) % runs.length]?.();
  }
}

/** What the charts refer to must be there before they come: the first import goes one by one. */
function workersFor(workload: Workload, plan: Plan, round: number): number {
  return round === 0 && workload.name === 'import' ? 1 : plan.workers;
}

function stepOf(task: Task, side: HttpSide): Step {
  return (timed) => task((request) => timed(() => side.send(request)));
}
