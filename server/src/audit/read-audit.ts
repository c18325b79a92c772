import type { Database } from '../database/index.ts';
import { type RequestContext, unavailable } from '../fhir/index.ts';
import { AUDIT_COLUMNS, AUDIT_SELECT, type AuditEntry, auditValues } from './audit-entry.ts';

/** Keeps the audit of what is no write: `record` resolves once the entry is committed, many entries to a statement. */
export interface ReadAudit {
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

const COLUMNS = AUDIT_COLUMNS.map((column) => column.name).join(', ');
const ARRAYS = AUDIT_COLUMNS.map((column, i) => `$${i + 3}::${column.type}[]`).join(', ');
const INSERT = `WITH kept AS (INSERT INTO audit_entry (tenant, at, ${COLUMNS}) SELECT tenant, at, ${AUDIT_SELECT}
  FROM unnest($1::int4[], $2::timestamptz[], ${ARRAYS}) AS e(tenant, at, ${COLUMNS}) RETURNING tenant, seq, patients)
INSERT INTO audit_patient (tenant, patient, seq) SELECT k.tenant, p, k.seq FROM kept k, unnest(k.patients) p`;
const MAX_BATCH = 500;
/** Most entries that wait for a store which does not answer, and how long until it is asked again, in ms. */
const MAX_NOTES = 10_000;
const RETRY_MS = 1000;

/**
 * Group commit: entries that arrive while a statement is under way go together into the next one,
 * so that an audited read costs a share of one insert instead of a commit of its own.
 */
export function createReadAudit(database: Database, clock: () => Date): ReadAudit {
  let queue: Waiting[] = [];
  let busy = 0;
  let notes = 0;

  async function flush(): Promise<void> {
    const batch = queue.slice(0, MAX_BATCH);
    queue = queue.slice(MAX_BATCH);
    busy += 1;
    try {
      const columns = AUDIT_COLUMNS.map((_, i) => batch.map((waiting) => waiting.values[i]));
      await database.query({
        name: 'audit:reads',
        text: INSERT,
        values: [batch.map((waiting) => waiting.tenant), batch.map((waiting) => waiting.at), ...columns],
      });
      for (const waiting of batch) {
        waiting.resolve();
      }
    } catch (error) {
      for (const waiting of batch) {
        waiting.reject(error);
      }
    } finally {
      busy -= 1;
      if (queue.length > 0) {
        void flush();
      }
    }
  }

  function push(waiting: Waiting): void {
    queue.push(waiting);
    if (busy === 0) {
      busy += 1;
      setImmediate(() => {
        busy -= 1;
        if (queue.length > 0) {
          void flush();
        }
      });
    }
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
    record(context, entry) {
      return new Promise((resolve, reject) => {
        push({
          tenant: context.tenant,
          at: clock(),
          values: auditValues(context, entry),
          resolve,
          reject: () =>
            reject(unavailable('audit-unavailable', 'This access cannot be recorded now; try again shortly')),
        });
      });
    },
    note(context, entry) {
      if (notes < MAX_NOTES) {
        notes += 1;
        keep({ tenant: context.tenant, at: clock(), values: auditValues(context, entry) });
      }
    },
  };
}
