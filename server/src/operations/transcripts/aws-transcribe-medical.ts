import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { type AwsCredentials, signedHeaders } from '../../outbound/index.ts';
import type { SpokenTurn } from '../notes/transcript-text.ts';
import { type SpeechEngine, type SpeechReply, type SpokenAudio, speechFailure } from './speech-engine.ts';

/** How Amazon Transcribe Medical is reached. Sound and result pass through a bucket of the clinic's own, and are deleted from it. */
export interface AwsTranscribeSettings {
  readonly credentials: AwsCredentials;
  readonly region: string;
  readonly bucket: string;
  /** Base of both services, for tests and private endpoints; those of the region when absent. */
  readonly endpoint?: string;
  /** Longest wait in ms. */
  readonly timeoutMs: number;
  /** Pause in ms between two looks at a job. */
  readonly pollMs: number;
  readonly clock: () => Date;
}

const FORMATS: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'mp4',
  'audio/flac': 'flac',
  'audio/ogg': 'ogg',
  'audio/webm': 'webm',
};

const jobSchema = z.object({
  MedicalTranscriptionJob: z.object({ TranscriptionJobStatus: z.string() }),
});

const itemSchema = z.object({
  type: z.string(),
  start_time: z.string().optional(),
  end_time: z.string().optional(),
  speaker_label: z.string().optional(),
  alternatives: z.array(z.object({ content: z.string() })).min(1),
});
const resultSchema = z.object({ results: z.object({ items: z.array(itemSchema) }) });

/** Words as AWS gives them, put together into turns by who spoke. */
function turnsOf(items: readonly z.infer<typeof itemSchema>[]): SpokenTurn[] {
  const turns: { speaker: string; text: string; audioStart?: number; audioEnd?: number }[] = [];
  for (const { type, start_time, end_time, speaker_label, alternatives } of items) {
    const content = alternatives[0]?.content ?? '';
    const last = turns.at(-1);
    if (type === 'punctuation' && last) {
      last.text += content;
      continue;
    }
    const speaker = speaker_label ?? last?.speaker ?? 'spk_0';
    const audioEnd = Number(end_time ?? 0);
    if (last?.speaker === speaker) {
      last.text += ` ${content}`;
      last.audioEnd = audioEnd;
    } else {
      turns.push({ speaker, text: content, audioStart: Number(start_time ?? 0), audioEnd });
    }
  }
  return turns;
}

/** Amazon Transcribe Medical, as a job over a bucket. @see https://docs.aws.amazon.com/transcribe/latest/APIReference/API_StartMedicalTranscriptionJob.html */
export function awsTranscribeMedical(settings: AwsTranscribeSettings): SpeechEngine {
  return {
    name: 'aws-transcribe-medical',
    version: '2017-10-26',
    isSimulated: false,
    async transcribe(audio) {
      const job = `mb-${randomUUID()}`;
      const signal = AbortSignal.timeout(settings.timeoutMs);
      try {
        return await runJob(settings, job, audio, signal);
      } catch (error) {
        return speechFailure(error);
      } finally {
        const cleanUp = AbortSignal.timeout(10_000);
        await Promise.allSettled([
          s3(settings, 'DELETE', `${job}.audio`, cleanUp),
          s3(settings, 'DELETE', `medical/${job}.json`, cleanUp),
          transcribe(settings, 'DeleteMedicalTranscriptionJob', { MedicalTranscriptionJobName: job }, cleanUp),
        ]);
      }
    },
  };
}

async function runJob(
  settings: AwsTranscribeSettings,
  job: string,
  { bytes, contentType }: SpokenAudio,
  signal: AbortSignal,
): Promise<SpeechReply> {
  await s3(settings, 'PUT', `${job}.audio`, signal, bytes);
  await transcribe(
    settings,
    'StartMedicalTranscriptionJob',
    {
      MedicalTranscriptionJobName: job,
      LanguageCode: 'en-US',
      Specialty: 'PRIMARYCARE',
      Type: 'CONVERSATION',
      MediaFormat: FORMATS[contentType] ?? 'wav',
      Media: { MediaFileUri: `s3://${settings.bucket}/${job}.audio` },
      OutputBucketName: settings.bucket,
      Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels: 4 },
    },
    signal,
  );
  for (;;) {
    const answer = await transcribe(
      settings,
      'GetMedicalTranscriptionJob',
      { MedicalTranscriptionJobName: job },
      signal,
    );
    const state = jobSchema.parse(await answer.json()).MedicalTranscriptionJob.TranscriptionJobStatus;
    if (state === 'COMPLETED') {
      const result = await s3(settings, 'GET', `medical/${job}.json`, signal);
      const parsed = resultSchema.safeParse(await result.json().catch(() => undefined));
      return parsed.success
        ? { kind: 'heard', turns: turnsOf(parsed.data.results.items) }
        : { kind: 'failed', code: 'speech-malformed', reason: 'The speech service answered nonsense' };
    }
    if (state === 'FAILED') {
      return speechFailure(undefined);
    }
    await setTimeout(settings.pollMs, undefined, { signal });
  }
}

function s3(
  settings: AwsTranscribeSettings,
  method: 'GET' | 'PUT' | 'DELETE',
  key: string,
  signal: AbortSignal,
  body: Uint8Array = new Uint8Array(),
): Promise<Response> {
  const base = settings.endpoint ?? `https://s3.${settings.region}.amazonaws.com`;
  return send(settings, { method, url: `${base}/${settings.bucket}/${key}`, service: 's3', headers: {}, body, signal });
}

function transcribe(
  settings: AwsTranscribeSettings,
  action: string,
  body: object,
  signal: AbortSignal,
): Promise<Response> {
  const url = `${settings.endpoint ?? `https://transcribe.${settings.region}.amazonaws.com`}/`;
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Transcribe.${action}` };
  const text = new TextEncoder().encode(JSON.stringify(body));
  return send(settings, { method: 'POST', url, service: 'transcribe', headers, body: text, signal });
}

interface Call {
  readonly method: string;
  readonly url: string;
  readonly service: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

async function send({ credentials, region, clock }: AwsTranscribeSettings, call: Call): Promise<Response> {
  const { method, service, headers, body, signal } = call;
  const url = new URL(call.url);
  const response = await fetch(url, {
    method,
    headers: signedHeaders({ method, url, headers, body, region, service, now: clock() }, credentials),
    ...(body.byteLength > 0 && { body: Buffer.from(body) }),
    redirect: 'error',
    signal,
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`The speech service answered ${response.status}`);
  }
  return response;
}
