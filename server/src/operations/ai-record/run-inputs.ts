import type { Database } from '../../database/index.ts';
import type { RequestContext, StoredResource } from '../../fhir/index.ts';
import { sha256 } from '../notes/sha256.ts';

/** A version that a run has read. */
export interface RunInput {
  /** Versioned reference. */
  readonly reference: string;
  /** Of its JSON text; absent where it is known by its name alone. */
  readonly sha256?: string;
}

/** What is on record of a run. */
export interface RunFacts {
  readonly requester?: string;
  readonly attempt?: number;
  readonly inputs: readonly RunInput[];
}

/** Keeps what the runs of bots read, for the record of what they write. */
export interface RunInputs {
  note(context: RequestContext, stored: StoredResource): void;
  of(context: RequestContext): Promise<RunFacts>;
}

const MAX_RUNS = 500;
const MAX_INPUTS = 500;
/** What says nothing about a patient. */
const NO_INPUT = new Set(['Device', 'Bot', 'Subscription', 'Provenance']);
const VERSIONED = /^[A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64}\/_history\/\d+$/;

/**
 * Remembers the versions that each run reads in this process. A run whose reads went to another process is known by the
 * version that set it off.
 */
export function createRunInputs(database: Database): RunInputs {
  const runs = new Map<string, Map<string, string>>();
  const keyOf = ({ tenant, run }: RequestContext): string => `${tenant} ${run}`;
  return {
    note(context, { type, id, version, json, deleted }) {
      if (NO_INPUT.has(type) || deleted) {
        return;
      }
      const key = keyOf(context);
      const inputs = runs.get(key) ?? new Map<string, string>();
      runs.delete(key);
      runs.set(key, inputs);
      if (inputs.size < MAX_INPUTS) {
        inputs.set(`${type}/${id}/_history/${version}`, sha256(json));
      }
      const [oldest] = runs.size > MAX_RUNS ? runs.keys() : [];
      if (oldest !== undefined) {
        runs.delete(oldest);
      }
    },
    async of(context) {
      const read = [...(runs.get(keyOf(context)) ?? [])].map(([reference, hash]) => ({ reference, sha256: hash }));
      const [row] = await database.query<{ requester: string; input: string; attempt: number }>({
        name: 'ai:run-facts',
        text: 'SELECT requester, input, attempt FROM bot_run WHERE tenant = $1 AND run = $2',
        values: [context.tenant, context.run ?? ''],
      });
      const trigger = row && VERSIONED.test(row.input) ? row.input : undefined;
      const known = trigger === undefined || read.some(({ reference }) => reference === trigger);
      const inputs = known ? read : [{ reference: trigger }, ...read];
      return { ...(row && { requester: row.requester, attempt: row.attempt }), inputs };
    },
  };
}
