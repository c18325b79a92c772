import { FhirError, invalid, unprocessable } from '../../fhir/index.ts';
import type { OperationRequest } from '../../repository/index.ts';
import { type CanonicalTranscript, canonicalTranscript, type SpokenTurn } from '../notes/transcript-text.ts';
import type { SpeechEngine } from './speech-engine.ts';
import { isOtherLanguage } from './spoken-language.ts';
import { type TranscriptInput, transcriptInput } from './transcript-input.ts';

interface Heard {
  readonly turns: readonly SpokenTurn[];
  readonly engine?: SpeechEngine;
}

/** @throws FhirError 409 without speech-to-text, 422 or 503 when it did not work. */
async function heard(speech: readonly SpeechEngine[], input: TranscriptInput, asked: string | null): Promise<Heard> {
  if (input.kind === 'turns') {
    return { turns: input.turns };
  }
  const engine = asked === null ? speech[0] : speech.find(({ name }) => name === asked);
  if (!engine) {
    throw invalid('speech-engine', `Speech-to-text is one of: ${speech.map(({ name }) => name).join(', ') || 'none'}`);
  }
  const reply = await engine.transcribe({ bytes: input.audio, contentType: input.contentType });
  if (reply.kind === 'failed') {
    const isTheirs = reply.code === 'speech-unknown-audio';
    throw new FhirError(isTheirs ? 422 : 503, [
      { severity: 'error', code: isTheirs ? 'business-rule' : 'transient', key: reply.code, text: reply.reason },
    ]);
  }
  return { turns: reply.turns, engine };
}

/** @throws FhirError 422 for what says nothing, or says it in another language. */
function written(turns: readonly SpokenTurn[]): CanonicalTranscript {
  const canonical = canonicalTranscript(turns);
  if (
    canonical.turns.length === 0 ||
    !/\p{L}/u.test(canonical.turns.map(({ start, end }) => canonical.text.slice(start, end)).join(' '))
  ) {
    throw unprocessable('transcript-empty', 'The transcript says nothing');
  }
  if (isOtherLanguage(turns.map(({ text }) => text).join(' '))) {
    throw unprocessable(
      'transcript-language',
      'The transcript is not in English, the only language that is understood',
    );
  }
  return canonical;
}

/** What was sent, and what it says. */
export interface Understood {
  readonly input: TranscriptInput;
  readonly engine?: SpeechEngine;
  readonly canonical: CanonicalTranscript;
}

/**
 * Reads what was sent to `$transcript`, with speech-to-text where it is sound.
 * @throws FhirError 400, 409, 413, 415, 422, 503.
 */
export async function understood(speech: readonly SpeechEngine[], request: OperationRequest): Promise<Understood> {
  const input = transcriptInput(request.body, request.contentType);
  const { turns, engine } = await heard(speech, input, request.query.get('speech'));
  return { input, canonical: written(turns), ...(engine && { engine }) };
}
