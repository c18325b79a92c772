import { mkdirSync } from 'node:fs';
import { type Database, sql } from '../database/index.ts';
import { loadAuditKey } from './audit-keys.ts';
import { type AuditBatch, batchesAfter, sealEntries } from './seal.ts';
import { appendTreeHeads, type HeadsPosition, treeHeadsAfter } from './tree-heads.ts';

/** How often what is new is sealed, in ms. */
const SEAL_MS = 10_000;
/** Held while the file of heads is appended to: all processes of a server write into the same one. */
const HEADS_LOCK = 727_080_118;

export interface SealerOptions {
  readonly database: Database;
  /** Folder of the private keys. */
  readonly keysFolder: string;
  /** Folder of the signed heads, outside the database; to be copied off the machine. */
  readonly headsFolder: string;
  readonly clock: () => Date;
  readonly log: (worker: string, error: unknown) => void;
}

/** Seals the audit in the background. */
export interface Sealer {
  start(): void;
  /** Seals what is final now, and writes the heads of what was sealed. */
  seal(): Promise<void>;
  /** Ends after a last seal. */
  stop(): Promise<void>;
}

/** Makes the sealer; any number of processes may have one, over one file of heads. */
export function createSealer({ database, keysFolder, headsFolder, clock, log }: SealerOptions): Sealer {
  mkdirSync(headsFolder, { recursive: true, mode: 0o700 });
  const key = loadAuditKey(keysFolder, headsFolder);
  const written = new Map<number, number>();
  let position: HeadsPosition = { bytes: 0, last: '' };
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  /** Takes note of what any process has written since. */
  function catchUp(): void {
    const [heads, after] = treeHeadsAfter(headsFolder, position);
    for (const head of heads) {
      written.set(head.tenant, Math.max(head.batch, written.get(head.tenant) ?? 0));
    }
    position = after;
  }

  async function unwritten(): Promise<AuditBatch[]> {
    const ends = await database.query<{ tenant: number; number: number }>(
      sql`SELECT t.tenant, b.number::int4 AS number FROM (SELECT tenant FROM tenant UNION SELECT 0 UNION SELECT 1) t
        JOIN LATERAL (SELECT max(number) AS number FROM audit_batch WHERE audit_batch.tenant = t.tenant) b ON b.number IS NOT NULL`,
    );
    const found: AuditBatch[] = [];
    for (const { tenant, number } of ends) {
      const from = written.get(tenant) ?? 0;
      if (number > from) {
        found.push(...(await batchesAfter(database, tenant, from)));
      }
    }
    return found;
  }

  async function seal(): Promise<void> {
    await sealEntries(database, clock());
    catchUp();
    const batches = await unwritten();
    if (batches.length === 0) {
      return;
    }
    await database.transaction(async (tx) => {
      await tx.query(sql`SELECT pg_advisory_xact_lock(${HEADS_LOCK})`);
      catchUp();
      const mine = batches.filter(({ tenant, number }) => number > (written.get(tenant) ?? 0));
      appendTreeHeads(headsFolder, key, mine, position.last);
      catchUp();
    });
  }

  const inTurn = (): Promise<void> => {
    running = running.then(seal);
    const mine = running;
    running = running.catch(() => undefined);
    return mine;
  };
  return {
    start() {
      timer ??= setInterval(() => void inTurn().catch((error: unknown) => log('audit-seal', error)), SEAL_MS).unref();
    },
    seal: inTurn,
    async stop() {
      clearInterval(timer);
      await inTurn().catch((error: unknown) => log('audit-seal', error));
    },
  };
}
