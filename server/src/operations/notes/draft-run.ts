import { z } from 'zod';

const reference = (type: string) => z.string().regex(new RegExp(`^${type}/[A-Za-z0-9.-]{1,64}$`));

const runSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('draft'), document: reference('DocumentReference') }),
  z.object({
    kind: z.literal('abstain'),
    code: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
    reason: z.string().min(1).max(1000),
    guidance: reference('GuidanceResponse').optional(),
  }),
]);

/** What a drafting bot returns. */
export type DraftResult = z.infer<typeof runSchema>;

/** Reads what a drafting bot returned; a run that failed, or returned something else, drafted nothing. */
export function draftResult(run: { readonly state: string; readonly output?: string }): DraftResult {
  const failed: DraftResult = {
    kind: 'abstain',
    code: 'engine-failed',
    reason: 'The engine did not finish. Nothing was drafted; try again, or write the note yourself.',
  };
  if (run.state !== 'succeeded' || run.output === undefined) {
    return failed;
  }
  try {
    const parsed = runSchema.safeParse(JSON.parse(run.output));
    return parsed.success ? parsed.data : failed;
  } catch {
    return failed;
  }
}
