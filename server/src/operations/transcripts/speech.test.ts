// Speech-to-text behind one interface: Deepgram and Amazon Transcribe Medical against stand-ins, and what each failure becomes.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isBaaProvider } from '../../config/index.ts';
import { signedHeaders } from '../../outbound/index.ts';
import { awsTranscribeMedical } from './aws-transcribe-medical.ts';
import { deepgram } from './deepgram.ts';
import { speechSimulator } from './speech-simulator.ts';
import { testAudio } from './testing.ts';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let url: string;
const seen: Seen[] = [];
let answer: (request: Seen, response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const each of request) {
      chunks.push(each as Buffer);
    }
    const { method = '', url: path = '', headers } = request;
    const one = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
    seen.push(one);
    answer(one, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
beforeEach(() => {
  seen.length = 0;
});

const audio = { bytes: Buffer.from('sound'), contentType: 'audio/wav' };
const json = (response: ServerResponse, body: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

describe('Deepgram', () => {
  const engine = () => deepgram({ apiKey: 'k', baseUrl: url, timeoutMs: 300 });

  test('is sent the sound with the key, and gives turns with their times', async () => {
    const utterances = [
      { start: 0.5, end: 2, transcript: 'What brings you in?', speaker: 0 },
      { start: 2.5, end: 4, transcript: 'My knee hurts.', speaker: 1 },
    ];
    answer = (_request, response) => json(response, { results: { utterances } });
    expect(await engine().transcribe(audio)).toEqual({
      kind: 'heard',
      turns: [
        { speaker: 'speaker 1', text: 'What brings you in?', audioStart: 0.5, audioEnd: 2 },
        { speaker: 'speaker 2', text: 'My knee hurts.', audioStart: 2.5, audioEnd: 4 },
      ],
    });
    expect(seen[0]).toMatchObject({ method: 'POST', body: 'sound' });
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Token k', 'content-type': 'audio/wav' });
    expect(seen[0]?.path).toContain('model=nova-3-medical');
  });

  test.each<[string, (request: Seen, response: ServerResponse) => void, string]>([
    ['refuses', (_request, response) => json(response, {}, 401), 'speech-unavailable'],
    ['fails', (_request, response) => json(response, {}, 503), 'speech-unavailable'],
    ['answers nonsense', (_request, response) => json(response, { results: [] }), 'speech-malformed'],
    ['answers no JSON', (_request, response) => void response.end('<html>'), 'speech-malformed'],
    ['hangs', () => undefined, 'speech-slow'],
    ['breaks off', (_request, response) => void response.destroy(), 'speech-unavailable'],
  ])('that %s is a kind of reply', async (_name, behaviour, code) => {
    answer = behaviour;
    expect(await engine().transcribe(audio)).toMatchObject({ kind: 'failed', code });
  });
});

describe('Amazon Transcribe Medical', () => {
  const engine = () =>
    awsTranscribeMedical({
      credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret' },
      region: 'us-east-1',
      bucket: 'visits',
      endpoint: url,
      timeoutMs: 2000,
      pollMs: 5,
      clock: () => new Date('2026-01-15T10:00:00Z'),
    });
  const word = (content: string, start: number, speaker: string) => ({
    type: 'pronunciation',
    start_time: String(start),
    end_time: String(start + 0.5),
    speaker_label: speaker,
    alternatives: [{ content }],
  });
  const items = [
    word('Any', 0, 'spk_0'),
    word('pain', 1, 'spk_0'),
    { type: 'punctuation', alternatives: [{ content: '?' }] },
    word('No', 2, 'spk_1'),
  ];

  /** Both services in one: a job is done at the second look. */
  function standIn(states: string[]): typeof answer {
    return ({ method, path, headers }, response) => {
      if (path.startsWith('/visits/')) {
        return method === 'GET' ? json(response, { results: { items } }) : void response.end();
      }
      const action = String(headers['x-amz-target']).split('.')[1];
      const status = action === 'GetMedicalTranscriptionJob' ? (states.shift() ?? 'COMPLETED') : 'QUEUED';
      return json(response, { MedicalTranscriptionJob: { TranscriptionJobStatus: status } });
    };
  }

  test('puts the sound into the bucket, waits for the job, and leaves nothing behind', async () => {
    answer = standIn(['IN_PROGRESS', 'COMPLETED']);
    expect(await engine().transcribe(audio)).toEqual({
      kind: 'heard',
      turns: [
        { speaker: 'spk_0', text: 'Any pain?', audioStart: 0, audioEnd: 1.5 },
        { speaker: 'spk_1', text: 'No', audioStart: 2, audioEnd: 2.5 },
      ],
    });
    const calls = seen.map(
      ({ method, path, headers }) => `${method} ${headers['x-amz-target'] ?? path.split('.').pop()}`,
    );
    expect(calls.slice(0, 2)).toEqual(['PUT audio', 'POST Transcribe.StartMedicalTranscriptionJob']);
    expect(calls.slice(-3).sort()).toEqual([
      'DELETE audio',
      'DELETE json',
      'POST Transcribe.DeleteMedicalTranscriptionJob',
    ]);
    expect(seen[1]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/20260115\/us-east-1\/transcribe\/aws4_request, SignedHeaders=.*host.*, Signature=[0-9a-f]{64}$/,
    );
  });

  test('a job that fails is a kind of reply', async () => {
    answer = standIn(['FAILED']);
    expect(await engine().transcribe(audio)).toMatchObject({ kind: 'failed', code: 'speech-unavailable' });
  });

  test('signs as the published example does', () => {
    // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, GET object
    const { authorization } = signedHeaders(
      {
        method: 'GET',
        url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
        headers: { range: 'bytes=0-9' },
        body: new Uint8Array(),
        region: 'us-east-1',
        service: 's3',
        now: new Date('2013-05-24T00:00:00Z'),
      },
      { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
    );
    expect(authorization).toContain('Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41');
  });
});

describe('the simulator', () => {
  test('gives what a test audio is known to say, and refuses any other sound', async () => {
    const turns = [{ speaker: 'doctor', text: 'Hello.', audioStart: 0, audioEnd: 1 }];
    const known = { bytes: testAudio(turns), contentType: 'audio/wav' };
    expect(await speechSimulator().transcribe(known)).toEqual({ kind: 'heard', turns });
    expect(await speechSimulator().transcribe(audio)).toMatchObject({ code: 'speech-unknown-audio' });
    expect(speechSimulator().isSimulated).toBe(true);
  });
});

test('a provider without an agreement is sent nothing, unless it stands on this machine', () => {
  expect(isBaaProvider(undefined, 'deepgram', undefined)).toBe(false);
  expect(isBaaProvider(['aws'], 'deepgram', 'https://api.deepgram.com')).toBe(false);
  expect(isBaaProvider(['deepgram'], 'deepgram', undefined)).toBe(true);
  expect(isBaaProvider([], 'deepgram', 'http://127.0.0.1:9/x')).toBe(true);
  expect(isBaaProvider([], 'deepgram', 'http://127.0.0.1.evil.example')).toBe(false);
});
