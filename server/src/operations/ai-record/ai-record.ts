import type { Queryable } from '../../database/index.ts';
import { sha256 } from '../notes/sha256.ts';

/** What a record is about: something put out, or what a person decided on it. */
export type AiRecordKind = 'output' | 'decision';

/** A record that is to be chained. */
export interface NewAiRecord {
  readonly kind: AiRecordKind;
  readonly at: Date;
  /** Versioned reference. */
  readonly output: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** A record as it stands in the chain of its tenant. */
export interface AiRecord {
  readonly number: number;
  readonly at: Date;
  readonly kind: AiRecordKind;
  readonly output: string;
  readonly record: Readonly<Record<string, unknown>>;
  readonly previousHash: string;
  readonly hash: string;
}

/** Puts a record at the end of its tenant's chain, in the transaction of what it tells of. */
export async function appendAiRecord(queryable: Queryable, tenant: number, entry: NewAiRecord): Promise<void> {
  await queryable.query({
    name: 'ai:append-record',
    text: 'SELECT append_ai_record($1, $2, $3, $4, $5)',
    values: [tenant, entry.at, entry.kind, entry.output, JSON.stringify(entry.record)],
  });
}

interface AiRecordRow {
  readonly number: number;
  readonly at: Date;
  readonly kind: AiRecordKind;
  readonly output: string;
  readonly record: string;
  readonly previous_hash: string;
  readonly hash: string;
}

const read = ({ record, previous_hash: previousHash, ...row }: AiRecordRow): AiRecord => ({
  ...row,
  record: JSON.parse(record) as Record<string, unknown>,
  previousHash,
});

/** The records about one resource, in any of its versions, oldest first. */
export async function aiRecordsOf(queryable: Queryable, tenant: number, reference: string): Promise<AiRecord[]> {
  const rows = await queryable.query<AiRecordRow & Record<string, unknown>>({
    name: 'ai:records-of',
    text: `SELECT number, at, kind, output, record, previous_hash, hash FROM ai_record
      WHERE tenant = $1 AND output >= $2 || '/' AND output < $2 || '0' ORDER BY number`,
    values: [tenant, reference],
  });
  return rows.map(read);
}

/** What a look at a whole chain found. */
export interface AiChainReport {
  readonly records: number;
  /** Numbers of the records at which the chain does not hold. */
  readonly broken: readonly number[];
}

const PAGE = 1000;
const START = '0'.repeat(64);

/**
 * Goes over the chain of a tenant and finds each record that was changed, is missing, or came in between. A chain cut
 * at its end is found by comparing `records` with an earlier look.
 */
export async function verifyAiRecords(queryable: Queryable, tenant: number): Promise<AiChainReport> {
  const broken: number[] = [];
  let [last, lastHash] = [0, START];
  for (;;) {
    const rows = await queryable.query<AiRecordRow & Record<string, unknown>>({
      name: 'ai:verify-records',
      text: `SELECT number, at, kind, output, record, previous_hash, hash FROM ai_record
        WHERE tenant = $1 AND number > $2 ORDER BY number LIMIT ${PAGE}`,
      values: [tenant, last],
    });
    for (const { number, kind, output, record, previous_hash, hash } of rows) {
      const expected = sha256([previous_hash, number, kind, output, record].join('\n'));
      if (Number(number) !== last + 1 || previous_hash !== lastHash || hash !== expected) {
        broken.push(Number(number));
      }
      [last, lastHash] = [Number(number), hash];
    }
    if (rows.length < PAGE) {
      return { records: last, broken };
    }
  }
}
