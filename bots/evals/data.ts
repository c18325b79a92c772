import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { z } from 'zod';
import { parseCsv } from './csv.ts';

/** A folder laid out like the test data; readers give undefined when a file is absent. */
export interface DataFolder {
  text(path: string): string | undefined;
  csv(path: string): Record<string, string>[] | undefined;
  jsonl<T>(path: string, schema: z.ZodType<T>): T[] | undefined;
}

/** Opens a data folder; without one every file is absent. */
export function openData(folder: string | undefined): DataFolder {
  const text = (path: string): string | undefined => {
    const file = folder === undefined ? '' : join(folder, path);
    if (!existsSync(file)) {
      return undefined;
    }
    const bytes = readFileSync(file);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  };
  return {
    text,
    csv: (path) => {
      const found = text(path);
      return found === undefined ? undefined : parseCsv(found);
    },
    jsonl: (path, schema) =>
      text(path)
        ?.split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => schema.parse(JSON.parse(line))),
  };
}

/** One visit: what was said, and the note that a clinician wrote. */
export interface Visit {
  readonly id: string;
  readonly dialogue: string;
  readonly note: string;
}

/** Visits of ACI-Bench by id; `valid` only, or all. Undefined without the folder. */
export function readVisits(data: DataFolder, parts: readonly ('train' | 'valid')[]): Visit[] | undefined {
  const rows = parts.flatMap((part) => data.csv(`aci-bench/${part}.csv`) ?? []);
  return rows.length === 0
    ? undefined
    : rows.map((row) => ({ id: row.encounter_id ?? '', dialogue: row.dialogue ?? '', note: row.note ?? '' }));
}
