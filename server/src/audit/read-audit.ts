import type { Database } from '../database/index.ts';
import type { RequestContext } from '../fhir/index.ts';
import { AUDIT_COLUMNS, type AuditEntry, auditValues } from './audit-entry.ts';

/** Keeps the audit of reads: `record` resolves once the entry is committed, many entries to a statement. */
export interface ReadAudit {
  /** Rejects when the entry could not be kept: the caller must then not answer (fail closed). */
  record(context: RequestContext, entry: AuditEntry): Promise<void>;
}

interface Waiting {
  readonly tenant: number;
  readonly at: Date;
  readonly values: readonly (string | number)[];
  resolve(): void;
  reject(error: unknown): void;
}

const COLUMNS = AUDIT_COLUMNS.map((column) => column.name).join(', ');
const ARRAYS = AUDIT_COLUMNS.map((column, i) => `$${i + 3}::${column.type}[]`).join(', ');
const INSERT = `INSERT INTO audit_entry (tenant, at, ${COLUMNS}) SELECT * FROM unnest($1::int4[], $2::timestamptz[], ${ARRAYS})`;
const MAX_BATCH = 500;

/**
 * Group commit: entries that arrive while a statement is under way go together into the next one,
 * so that an audited read costs a share of one insert instead of a commit of its own.
 */
export function createReadAudit(database: Database, clock: () => Date): ReadAudit {
  let queue: Waiting[] = [];
  let busy = 0;

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

  return {
    record(context, entry) {
      return new Promise((resolve, reject) => {
        queue.push({ tenant: context.tenant, at: clock(), values: auditValues(context, entry), resolve, reject });
        if (busy === 0) {
          busy += 1;
          setImmediate(() => {
            busy -= 1;
            if (queue.length > 0) {
              void flush();
            }
          });
        }
      });
    },
  };
}
