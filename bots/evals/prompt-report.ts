import { createHash } from 'node:crypto';
import type { Prompt } from '../src/kit/index.ts';
import type { Measure } from './measure.ts';

/** What a report is made of. */
export interface ReportInput {
  readonly prompt: Prompt;
  readonly measures: readonly Measure[];
  /** Name and bytes of the data that was measured on. */
  readonly data: { readonly name: string; readonly texts: readonly string[] };
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly approver: string;
}

/** The eval report with which a version of a prompt is activated: figures as shares, data by its hash. */
export function promptReport({
  prompt,
  measures,
  data,
  date,
  approver,
}: ReportInput): Readonly<Record<string, unknown>> {
  const hash = createHash('sha256');
  for (const text of data.texts) {
    hash.update(text).update('\0');
  }
  const shown = measures.filter((measure) => measure.unit !== 'ms');
  const figures = new Map<string, number>();
  for (const { id, value, unit } of shown) {
    figures.set(id, figures.get(id) ?? (unit === '' ? value : value / 100));
  }
  return {
    version: 1,
    prompt: `${prompt.id}/${prompt.version}`,
    promptSha256: prompt.hash,
    data: { name: data.name, sha256: hash.digest('hex') },
    date,
    approver,
    figures: Object.fromEntries(figures),
  };
}
