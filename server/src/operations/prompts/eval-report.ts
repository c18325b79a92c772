import { z } from 'zod';

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);

const reportSchema = z.strictObject({
  version: z.literal(1),
  /** `id/version` of the prompt, and the hash of its text. */
  prompt: z.string(),
  promptSha256: SHA256,
  data: z.strictObject({ name: z.string().min(1), sha256: SHA256 }),
  date: z.iso.date(),
  approver: z.string().min(1),
  figures: z.record(z.string(), z.number()),
});

/** What an evaluation of a prompt found, on which data, and who approved it. */
export type EvalReport = z.output<typeof reportSchema>;

/** The least, or the most, that a measure may be. @see ai.md §8, first floor */
const FLOORS: Readonly<Record<string, { readonly least?: number; readonly most?: number }>> = {
  A1: { least: 0.97 },
  A2: { least: 0.85 },
  A3: { least: 0.9 },
  A4: { least: 0.8 },
  A5: { least: 0.85 },
  A6: { least: 0.55 },
  A7: { most: 0.2 },
  A8: { most: 0.12 },
  A9: { least: 0.8 },
  B1: { least: 0.38 },
  B2: { most: 0.005 },
  B3: { least: 0.6 },
  C1: { most: 0 },
  C2: { least: 0.55 },
  D1: { least: 1 },
};

/** Measures without which a prompt of that id is not judged. ROUGE alone rewards hallucination: B1 counts with B2 only. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  soap: ['A1', 'A2', 'A3', 'B1', 'B2'],
  coding: ['C1', 'C2'],
  risk: ['D1'],
};

/** Reads a report; undefined when it is none. */
export function parseEvalReport(text: string): EvalReport | undefined {
  try {
    const parsed = reportSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** The measures in which a report falls short: missing ones that are needed, and figures beyond their floor. */
export function shortcomings({ prompt, figures }: EvalReport): string[] {
  const needed = NEEDED[prompt.split('/')[0] ?? ''] ?? [];
  const missing = needed.filter((measure) => figures[measure] === undefined).map((measure) => `${measure} is missing`);
  const failed = Object.entries(figures).flatMap(([measure, figure]) => {
    const { least, most } = FLOORS[measure] ?? {};
    const isBelow = least !== undefined && figure < least;
    const isAbove = most !== undefined && figure > most;
    return isBelow || isAbove
      ? [`${measure} is ${figure}, needed ${isBelow ? `at least ${least}` : `at most ${most}`}`]
      : [];
  });
  const isUnjudged = Object.keys(figures).every((measure) => FLOORS[measure] === undefined);
  return [...missing, ...failed, ...(isUnjudged && missing.length === 0 ? ['no measure with a floor'] : [])];
}
