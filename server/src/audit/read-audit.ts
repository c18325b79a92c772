import type { Database } from '../database/index.ts';
import { type RequestContext, unavailable } from '../fhir/index.ts';
import { AUDIT_COLUMNS, type AuditEntry, auditValues } from './audit-entry.ts';

/** Keeps the audit of what is no write: `record` resolves once the entry is committed, many entries to a statement. */
export interface ReadAudit {
  /**
   * Does a piece of work and records what it came to, before its result is given. While it runs, entries of others wait a
   * moment for this one, so that many go into one statement.
   * @throws whatever the work throws, and FhirError 503 when the entry could not be kept.
   */
  access<T>(context: RequestContext, work: () => Promise<T>, entryOf: (result: T) => AuditEntry): Promise<T>;
  /** @throws FhirError 503 when the entry could not be kept: the caller must then not answer (fail closed). */
  record(context: RequestContext, entry: AuditEntry): Promise<void>;
  /** For what has happened already and shows no record, such as a refused sign-in: kept as soon as the store answers. */
  note(context: RequestContext, entry: AuditEntry): void;
}

interface Waiting {
  readonly tenant: number;
  readonly at: Date;
  readonly values: readonly (string | number | null)[];
  resolve(): void;
  reject(error: unknown): void;
}

/**
 * Most entries to a statement. Each number of entries is a prepared statement of its own with a row of parameters for
 * each: two entries cost PostgreSQL 84 µs each that way, and 133 as arrays that it takes apart.
 */
const MAX_BATCH = 16;
const COLUMNS = AUDIT_COLUMNS.map((column) => column.name).join(', ');
const TYPES = [
  'int4',
  'timestamptz',
  ...AUDIT_COLUMNS.map(({ name, type }) => (name === 'patients' ? 'text[]' : type)),
];
const INSERTS = Array.from({ length: MAX_BATCH }, (_, i) => insertOf(i + 1));

function insertOf(entries: number): { readonly name: string; readonly text: string } {
  const row = (n: number): string => TYPES.map((type, i) => `$${n * TYPES.length + i + 1}::${type}`).join(', ');
  const rows = Array.from({ length: entries }, (_, n) => `(${row(n)})`);
  return {
    name: `audit:reads:${entries}`,
    text: `INSERT INTO audit_entry (tenant, at, ${COLUMNS}) VALUES ${rows.join(', ')}`,
  };
}

/** Was a value refused, such as a text with U+0000? @see https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isUnstorable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('22');
}

/** How long an entry waits for those of accesses under way, in ms. Eight readers at once, entries to a statement: 1.5 without, 5 with. */
const LINGER_MS = 2;
/** Most entries that wait for a store which does not answer, and how long until it is asked again, in ms. */
const MAX_NOTES = 10_000;
const RETRY_MS = 1000;

/**
 * Group commit: entries that arrive while a statement is under way go together into the next one,
 * so that an audited read costs a share of one insert instead of a commit of its own.
 */
export function createReadAudit(database: Database, clock: () => Date): ReadAudit {
  let queue: Waiting[] = [];
  let accesses = 0;
  let writing = false;
  let turn: NodeJS.Immediate | undefined;
  let patience: NodeJS.Timeout | undefined;
  let notes = 0;

  async function write(): Promise<void> {
    clearTimeout(patience);
    clearImmediate(turn);
    patience = undefined;
    turn = undefined;
    writing = true;
    const batch = queue.slice(0, MAX_BATCH);
    queue = queue.slice(MAX_BATCH);
    await keepAll(batch);
    writing = false;
    schedule();
  }

  /** An entry that no text of the store can hold fails alone: the others of its statement are then kept one by one. */
  async function keepAll(batch: readonly Waiting[]): Promise<void> {
    try {
      const insert = INSERTS[batch.length - 1] as (typeof INSERTS)[number];
      const values = batch.flatMap((waiting) => [waiting.tenant, waiting.at, ...waiting.values]);
      await database.query({ ...insert, values });
      for (const waiting of batch) {
        waiting.resolve();
      }
    } catch (error) {
      const alone = batch.length === 1 || !isUnstorable(error);
      for (const waiting of batch) {
        await (alone ? waiting.reject(error) : keepAll([waiting]));
      }
    }
  }

  /** Writes what waits: at the end of this turn when nobody else is about to come, else when patience ends. */
  function schedule(): void {
    if (writing || queue.length === 0) {
      return;
    }
    if (accesses === 0 || queue.length >= MAX_BATCH) {
      turn ??= setImmediate(() => void write());
    } else {
      patience ??= setTimeout(() => void write(), LINGER_MS);
    }
  }

  function push(waiting: Waiting): void {
    queue.push(waiting);
    schedule();
  }

  function record(context: RequestContext, entry: AuditEntry): Promise<void> {
    return new Promise((resolve, reject) => {
      push({
        tenant: context.tenant,
        at: clock(),
        values: auditValues(context, entry),
        resolve,
        reject: () => reject(unavailable('audit-unavailable', 'This access cannot be recorded now; try again shortly')),
      });
    });
  }

  function keep(waiting: Omit<Waiting, 'resolve' | 'reject'>): void {
    push({
      ...waiting,
      resolve: () => {
        notes -= 1;
      },
      reject: () => void setTimeout(() => keep(waiting), RETRY_MS).unref(),
    });
  }

  return {
    record,
    async access(context, work, entryOf) {
      accesses += 1;
      let result: Awaited<ReturnType<typeof work>>;
      try {
        result = await work();
      } finally {
        accesses -= 1;
      }
      await record(context, entryOf(result));
      return result;
    },
    note(context, entry) {
      if (notes < MAX_NOTES) {
        notes += 1;
        keep({ tenant: context.tenant, at: clock(), values: auditValues(context, entry) });
      }
    },
  };
}
