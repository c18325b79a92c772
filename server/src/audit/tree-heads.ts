import { hash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
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
  /** Hash of the last line. */
  readonly last: string;
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
  return { heads, problems, last: previous };
}

/** Signs and appends the heads of batches; they are on the disk when it returns. Gives the hash of the last line. */
export function appendTreeHeads(folder: string, key: AuditKey, batches: readonly AuditBatch[], last: string): string {
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
  return previous;
}
