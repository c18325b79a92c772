import { z } from 'zod';
import { type SpeechEngine, speechFailure } from './speech-engine.ts';

/** How Deepgram is reached. */
export interface DeepgramSettings {
  readonly apiKey: string;
  readonly baseUrl: string;
  /** Longest wait in ms. */
  readonly timeoutMs: number;
}

const MODEL = 'nova-3-medical';

const replySchema = z.object({
  results: z.object({
    utterances: z.array(
      z.object({ start: z.number(), end: z.number(), transcript: z.string(), speaker: z.int().optional() }),
    ),
  }),
});

/** Deepgram's pre-recorded audio. @see https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded */
export function deepgram({ apiKey, baseUrl, timeoutMs }: DeepgramSettings): SpeechEngine {
  const query = new URLSearchParams({
    model: MODEL,
    language: 'en-US',
    diarize: 'true',
    utterances: 'true',
    smart_format: 'true',
    mip_opt_out: 'true',
  });
  return {
    name: 'deepgram',
    version: MODEL,
    isSimulated: false,
    async transcribe({ bytes, contentType }) {
      try {
        const response = await fetch(`${baseUrl}/v1/listen?${query}`, {
          method: 'POST',
          headers: { authorization: `Token ${apiKey}`, 'content-type': contentType },
          body: Buffer.from(bytes),
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (!response.ok) {
          await response.body?.cancel();
          return speechFailure(undefined);
        }
        const parsed = replySchema.safeParse(await response.json().catch(() => undefined));
        if (!parsed.success) {
          return { kind: 'failed', code: 'speech-malformed', reason: 'The speech service answered nonsense' };
        }
        const turns = parsed.data.results.utterances.map(({ start, end, transcript, speaker = 0 }) => ({
          speaker: `speaker ${speaker + 1}`,
          text: transcript,
          audioStart: start,
          audioEnd: end,
        }));
        return { kind: 'heard', turns };
      } catch (error) {
        return speechFailure(error);
      }
    },
  };
}
