import type { DocumentReference } from '@medplum/fhirtypes';
import { documentFormatCoding } from '@mindbridge/fhir-profiles';
import { z } from 'zod';
import { attachmentText, type DownloadClient } from '../kit/index.ts';

const evidenceSchema = z.object({
  sentences: z.array(z.object({ sentenceId: z.string(), start: z.number(), end: z.number() })),
});

/** Gives the id of the sentence at a place of the note's text, as its evidence has it; none where the note has no evidence. */
export async function sentencePlaces(
  client: DownloadClient,
  { content = [] }: DocumentReference,
): Promise<(start: number) => string | undefined> {
  const attachment = content.find((each) => each.format?.code === documentFormatCoding.evidence.code)?.attachment;
  const text = attachment && (await attachmentText(client, attachment));
  const parsed = evidenceSchema.safeParse(parsedJson(text));
  const sentences = parsed.success ? parsed.data.sentences : [];
  return (start) => sentences.find((each) => each.start <= start && start < each.end)?.sentenceId;
}

function parsedJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
