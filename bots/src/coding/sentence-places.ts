import type { DocumentReference } from '@medplum/fhirtypes';
import { documentFormatCoding } from '@mindbridge/fhir-profiles';
import { attachmentText, type DownloadClient } from '../kit/index.ts';

interface Place {
  readonly sentenceId: string;
  readonly start: number;
  readonly end: number;
}

/** Gives the id of the sentence at a place of the note's text, as its evidence has it; none where the note has no evidence. */
export async function sentencePlaces(
  client: DownloadClient,
  { content = [] }: DocumentReference,
): Promise<(start: number) => string | undefined> {
  const attachment = content.find((each) => each.format?.code === documentFormatCoding.evidence.code)?.attachment;
  const places = placesIn(parsedJson(attachment && (await attachmentText(client, attachment))));
  return (start) => places.find((each) => each.start <= start && start < each.end)?.sentenceId;
}

function parsedJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

function placesIn(evidence: unknown): Place[] {
  const sentences = typeof evidence === 'object' && evidence !== null && 'sentences' in evidence && evidence.sentences;
  return Array.isArray(sentences) ? sentences.filter(isPlace) : [];
}

function isPlace(value: unknown): value is Place {
  return (
    typeof value === 'object' &&
    value !== null &&
    'sentenceId' in value &&
    typeof value.sentenceId === 'string' &&
    'start' in value &&
    typeof value.start === 'number' &&
    'end' in value &&
    typeof value.end === 'number'
  );
}
