import { hash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type AuditKey, isSignedBy } from './audit-keys.ts';
import type { AuditBatch } from './seal.ts';

const HEAD = z.strictObject({
  tenant: z.int(),
  batch: z.int(),
  to: z.string(),
  head: z.string(),
  sealedAt: z.string(),
  /** Hash of the line before, so that no line can be taken out. */
  previous: z.string(),
  key: z.string(),
  signature: z.string(),
});

/** The signed head of a tenant's chain after one batch. */
export type TreeHead = z.infer<typeof HEAD>;

/** What the file of heads says, and what is wrong with the file itself. */
export interface TreeHeads {
  readonly heads: readonly TreeHead[];
  readonly problems: readonly string[];
}

/** Name of the file in the folder of the heads: one JSON object a line, only ever appended to. */
const FILE = 'heads.ndjson';

const signed = ({ signature: _, ...head }: TreeHead): string => JSON.stringify(head);

function readLines(folder: string): string[] {
  try {
    return readFileSync(join(folder, FILE), 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}

function parsed(line: string): TreeHead | undefined {
  try {
    return HEAD.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Reads the heads and checks every signature and the chain of lines. */
export function readTreeHeads(folder: string): TreeHeads {
  const heads: TreeHead[] = [];
  const problems: string[] = [];
  let previous = '';
  readLines(folder).forEach((line, i) => {
    const head = parsed(line);
    if (!head) {
      problems.push(`line ${i + 1} of ${FILE} is no head`);
    } else {
      if (head.previous !== previous) {
        problems.push(`line ${i + 1} of ${FILE} does not follow the line before it`);
      }
      if (!isSignedBy(folder, head.key, signed(head), head.signature)) {
        problems.push(`line ${i + 1} of ${FILE} is not signed by its key`);
      }
      heads.push(head);
    }
    previous = hash('sha256', line);
  });
  return { heads, problems };
}

/** Where a reader of the file stands. */
export interface HeadsPosition {
  /** Bytes that were read. */
  readonly bytes: number;
  /** Hash of the last line that was read. */
  readonly last: string;
}

/**
 * The heads that were appended after a position, by whichever process, and the position after them. Nothing is checked:
 * where lines were taken out, the next one names a line that is missing, and the verification says so.
 */
export function treeHeadsAfter(folder: string, { bytes, last }: HeadsPosition): [TreeHead[], HeadsPosition] {
  const file = openSync(join(folder, FILE), 'a+', 0o600);
  try {
    const { size } = fstatSync(file);
    const start = Math.min(bytes, size);
    const added = Buffer.alloc(size - start);
    readSync(file, added, 0, added.length, start);
    const lines = added.toString('utf8').split('\n').slice(0, -1);
    const read = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    const end = lines.at(-1);
    const position = { bytes: start + read, last: end === undefined ? last : hash('sha256', end) };
    return [lines.map(parsed).filter((head) => head !== undefined), position];
  } finally {
    closeSync(file);
  }
}

/** Signs and appends the heads of batches after the last line; they are on the disk when it returns. */
export function appendTreeHeads(folder: string, key: AuditKey, batches: readonly AuditBatch[], last: string): void {
  let previous = last;
  let text = '';
  for (const batch of batches) {
    const head = {
      tenant: batch.tenant,
      batch: batch.number,
      to: batch.to_seq,
      head: batch.head,
      sealedAt: batch.micros,
      previous,
      key: key.id,
      signature: '',
    };
    const line = JSON.stringify({ ...head, signature: key.sign(signed(head)) });
    previous = hash('sha256', line);
    text += `${line}\n`;
  }
  const file = openSync(join(folder, FILE), 'a', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
