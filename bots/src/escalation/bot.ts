import type { BotEvent, MedplumClient } from '@medplum/core';
import type { BundleEntry, Task } from '@medplum/fhirtypes';
import { taskCoding } from '@mindbridge/fhir-profiles';
import {
  type BatchClient,
  BotError,
  type Clock,
  deviceEntry,
  localUuid,
  ofType,
  provenanceOf,
  readBatch,
  versionedReference,
  writeTransaction,
} from '../kit/index.ts';
import { escalationEngine } from './engine.ts';
import { isOverdue, raised, rungsOf } from './ladder.ts';

/** What a run needs from outside. */
export interface EscalationDeps {
  readonly client: BatchClient;
  readonly clock: Clock;
  /** References of those who come after every care team, in their order. */
  readonly named: readonly string[];
}

/** How many alerts waited too long, and how many went up. */
export interface EscalationResult {
  readonly overdue: number;
  readonly raised: number;
}

const PAGE = '200';

/** Raises every alert that nobody acknowledged in time. One that somebody touches at the same moment is left to them. */
export async function runEscalation({ client, clock, named }: EscalationDeps): Promise<EscalationResult> {
  const now = clock();
  const { system, code } = taskCoding.riskAlert;
  const waiting = new URLSearchParams({ code: `${system}|${code}`, status: 'requested', _count: PAGE });
  const tasks = await readBatch(client, [`Task?${waiting.toString()}`]);
  const overdue = tasks.flatMap((each) => ofType(each.resources, 'Task')).filter((task) => isOverdue(task, now));
  const teams = await readBatch(
    client,
    overdue.map((task) => `CareTeam?${new URLSearchParams({ patient: task.for?.reference ?? '' }).toString()}`),
  );
  let count = 0;
  for (const [i, task] of overdue.entries()) {
    const next = raised(task, rungsOf(task, ofType(teams[i]?.resources ?? [], 'CareTeam'), named), now);
    count += next && (await isWritten(client, task, next, now)) ? 1 : 0;
  }
  return { overdue: overdue.length, raised: count };
}

async function isWritten(client: BatchClient, before: Task, after: Task, now: Date): Promise<boolean> {
  try {
    await writeTransaction(client, entriesOf(before, after, now));
    return true;
  } catch (error) {
    if (error instanceof BotError && error.retryable) {
      return false;
    }
    throw error;
  }
}

function entriesOf(before: Task, after: Task, now: Date): BundleEntry[] {
  const source = versionedReference(before) ?? '';
  const urn = (name: string): string => `urn:uuid:${localUuid(`${source} ${name}`)}`;
  const target = `Task/${before.id}`;
  const version = before.meta?.versionId;
  const provenance = provenanceOf({
    engine: escalationEngine,
    device: { reference: urn('device') },
    targets: [target],
    sources: [source],
    recorded: now.toISOString(),
  });
  return [
    deviceEntry(escalationEngine, urn('device')),
    {
      fullUrl: target,
      resource: after,
      request: { method: 'PUT', url: target, ...(version && { ifMatch: `W/"${version}"` }) },
    },
    { fullUrl: urn('provenance'), resource: provenance, request: { method: 'POST', url: 'Provenance' } },
  ];
}

/**
 * Escalation ladder, by the clock: alerts of a risen risk that nobody acknowledged in time go to the next of the care
 * team. Secret `ESCALATION_LADDER`: references of those who come after it, separated by commas.
 */
export async function handler(medplum: MedplumClient, event: BotEvent): Promise<EscalationResult> {
  const named = event.secrets.ESCALATION_LADDER?.valueString?.split(',').map((each) => each.trim()) ?? [];
  return runEscalation({ client: medplum, clock: () => new Date(), named });
}
