import { z } from 'zod';
import { FhirError, invalid, tooLarge, unprocessable } from '../../fhir/index.ts';
import { type SpokenTurn, spokenTurns } from '../notes/transcript-text.ts';

/** Longest transcript as text, and longest sound, in bytes. */
export const MAX_TEXT_BYTES = 2 * 1024 * 1024;
export const MAX_AUDIO_BYTES = 100 * 1024 * 1024;

const seconds = z.number().min(0).max(86_400).optional();
const bodySchema = z.strictObject({
  turns: z
    .array(z.strictObject({ speaker: z.string().max(100), text: z.string(), audioStart: seconds, audioEnd: seconds }))
    .max(20_000),
});

/** What was sent: turns, or sound in which they must first be heard. */
export type TranscriptInput =
  | { readonly kind: 'turns'; readonly turns: readonly SpokenTurn[] }
  | { readonly kind: 'audio'; readonly audio: Uint8Array; readonly contentType: string };

const binary = (): FhirError =>
  unprocessable('transcript-binary', 'The body is no text: send audio with its own Content-Type');

/** Text of bytes that are text. @throws FhirError 422 for anything else. */
function textOf(bytes: Uint8Array): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    if (/[\u0000-\u0008\u000e-\u001f]/.test(text)) {
      throw binary();
    }
    return text;
  } catch (error) {
    throw error instanceof FhirError ? error : binary();
  }
}

function assertSize(bytes: number, most: number): void {
  if (bytes > most) {
    throw tooLarge('transcript-size', `The transcript is larger than the ${most} bytes that are taken`);
  }
}

/**
 * Reads what was sent to `$transcript`.
 * @throws FhirError 400, 413, 415, 422.
 */
export function transcriptInput(body: unknown, contentType: string | undefined): TranscriptInput {
  if (body instanceof Uint8Array && contentType?.startsWith('audio/')) {
    assertSize(body.byteLength, MAX_AUDIO_BYTES);
    return { kind: 'audio', audio: body, contentType };
  }
  if (body instanceof Uint8Array && contentType?.startsWith('text/')) {
    assertSize(body.byteLength, MAX_TEXT_BYTES);
    return { kind: 'turns', turns: spokenTurns(textOf(body)) };
  }
  if (body instanceof Uint8Array) {
    const text = 'A transcript is text/plain, application/json or audio/*';
    throw new FhirError(415, [{ severity: 'error', code: 'not-supported', key: 'media-type', text }]);
  }
  const parsed = bodySchema.safeParse(body ?? { turns: [] });
  if (!parsed.success) {
    throw invalid(
      'transcript-turns',
      'A transcript as JSON is {turns: [{speaker, text, audioStart?, audioEnd?}]}',
      'turns',
    );
  }
  assertSize(
    parsed.data.turns.reduce((size, { text }) => size + text.length, 0),
    MAX_TEXT_BYTES,
  );
  return { kind: 'turns', turns: parsed.data.turns };
}
