import type { SpokenTurn } from '../notes/transcript-text.ts';

/** Sound as it was sent. */
export interface SpokenAudio {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** What an engine heard; a failure is a kind of reply, never an error that loses the caller's work. */
export type SpeechReply =
  | { readonly kind: 'heard'; readonly turns: readonly SpokenTurn[] }
  | {
      readonly kind: 'failed';
      readonly code: 'speech-unavailable' | 'speech-slow' | 'speech-malformed' | 'speech-unknown-audio';
      readonly reason: string;
    };

/** Speech to text, whoever does it. Turns carry their times in seconds. */
export interface SpeechEngine {
  /** `deepgram`, `aws-transcribe-medical` or `simulator`. */
  readonly name: string;
  readonly version: string;
  /** True for what does not listen, but knows what a test audio says. */
  readonly isSimulated: boolean;
  transcribe(audio: SpokenAudio): Promise<SpeechReply>;
}

/** A failure as a reply. */
export function speechFailure(error: unknown): SpeechReply {
  const isSlow = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  return isSlow
    ? { kind: 'failed', code: 'speech-slow', reason: 'The speech service did not answer in time' }
    : { kind: 'failed', code: 'speech-unavailable', reason: 'The speech service cannot be reached, or refused' };
}
