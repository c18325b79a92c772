import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { send } from './fhir-client.ts';
import type { Ledger } from './ledger.ts';

const stored = z.looseObject({ id: z.string(), meta: z.looseObject({ versionId: z.string() }) });
const answer = z.looseObject({ entry: z.array(z.looseObject({ response: z.looseObject({ location: z.string() }) })) });

export const bundleSystem = 'https://mindbridge.health/fhir/sid/kill-test';

/** Where the writers write, and when they stop. */
export interface Writing {
  readonly base: string;
  readonly bearer: string;
  readonly ledger: Ledger;
  /** Entries of each Bundle. */
  readonly entries: number;
  readonly going: () => boolean;
}

let refusal = 'none';

/** Why the last write was not acknowledged. */
export function lastRefusal(): string {
  return refusal;
}

/** Writes without pause until told to stop: creates, updates of what was created, and Bundles, by turns. */
export async function writeUntilStopped(writing: Writing, writer: string): Promise<void> {
  for (let n = 0; writing.going(); n++) {
    try {
      await (n % 3 === 2 ? writeBundle(writing, `${writer}-${n}`) : writeAndUpdate(writing, `${writer}-${n}`));
    } catch (error) {
      // The server is down: nothing was acknowledged, and the writer tries again.
      refusal = error instanceof Error ? error.message : String(error);
      await sleep(10);
    }
  }
}

function observation(name: string): Record<string, unknown> {
  return {
    resourceType: 'Observation',
    status: 'preliminary',
    identifier: [{ system: bundleSystem, value: name }],
    code: { text: 'Kill test' },
  };
}

async function writeAndUpdate({ base, bearer, ledger }: Writing, name: string): Promise<void> {
  const created = stored.parse(await send(base, bearer, 'POST', 'fhir/R4/Observation', observation(name)));
  ledger.acknowledge(`Observation/${created.id}/_history/${created.meta.versionId}`);
  const final = { ...observation(name), id: created.id, status: 'final' };
  const updated = stored.parse(await send(base, bearer, 'PUT', `fhir/R4/Observation/${created.id}`, final));
  ledger.acknowledge(`Observation/${updated.id}/_history/${updated.meta.versionId}`);
}

async function writeBundle({ base, bearer, ledger, entries }: Writing, name: string): Promise<void> {
  const entry = Array.from({ length: entries }, () => ({
    resource: observation(name),
    request: { method: 'POST', url: 'Observation' },
  }));
  ledger.send(name, entries);
  const result = answer.parse(
    await send(base, bearer, 'POST', 'fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry }),
  );
  for (const { response } of result.entry) {
    const location = /Observation\/[^/]+\/_history\/\d+/.exec(response.location)?.[0];
    if (location !== undefined) {
      ledger.acknowledge(location);
    }
  }
}
