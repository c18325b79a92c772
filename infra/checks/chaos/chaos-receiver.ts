import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Accepted } from './delivery-record.ts';

/** A receiver that misbehaves at one address and behaves at another, and remembers what it accepted in the end. */
export interface ChaosReceiver {
  readonly url: string;
  readonly accepted: Accepted[];
  /** The address that accepts everything at once. */
  readonly healthyUrl: string;
  /** For each message that came there, how many ms after its version was written. */
  readonly healthy: number[];
  /** How many messages were met how. */
  readonly met: Readonly<Partial<Record<Mood, number>>>;
  close(): void;
}

type Mood = 'accepted' | 'dripping' | 'error' | 'busy' | 'elsewhere' | 'circle' | 'reset' | 'cut' | 'hang';

/**
 * Of 100 messages, how many are answered with an error, with the wish to be left alone for a second, with a redirect to another
 * method or to itself, are reset, get half an answer, are never answered; and how many are accepted with a body that never ends.
 */
const PERCENT: readonly (readonly [Mood, number])[] = [
  ['error', 10],
  ['busy', 3],
  ['elsewhere', 1],
  ['circle', 1],
  ['reset', 7],
  ['cut', 3],
  ['hang', 5],
  ['dripping', 3],
];
/** One mood for each of the first of 100 messages. */
const MOODS: readonly Mood[] = PERCENT.flatMap(([mood, share]) => Array<Mood>(share).fill(mood));
/** The attempt from which a message is accepted at last: bad luck alone must not make the check take an hour. */
const LAST_ATTEMPT = 9;

const versioned = z.looseObject({
  resourceType: z.string(),
  id: z.string(),
  meta: z.looseObject({ versionId: z.string(), lastUpdated: z.string() }),
});
type Versioned = z.infer<typeof versioned>;

/** Listens on a free port of this machine. */
export async function startChaosReceiver(): Promise<ChaosReceiver> {
  const accepted: Accepted[] = [];
  const healthy: number[] = [];
  const met: Partial<Record<Mood, number>> = {};
  const attempts = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const message = versioned.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      if (request.url === '/healthy') {
        healthy.push(Date.now() - Date.parse(message.meta.lastUpdated));
        response.writeHead(204).end();
        return;
      }
      const id = String(request.headers['webhook-id']);
      const attempt = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, attempt);
      const mood = attempt >= LAST_ATTEMPT ? 'accepted' : (MOODS[Math.floor(Math.random() * 100)] ?? 'accepted');
      met[mood] = (met[mood] ?? 0) + 1;
      if (mood === 'accepted' || mood === 'dripping') {
        accepted.push(acceptedOf(id, message));
      }
      MEET[mood](request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  const base = `http://127.0.0.1:${port}`;
  return { url: `${base}/chaos`, healthyUrl: `${base}/healthy`, accepted, healthy, met, close };
}

function acceptedOf(id: string, { resourceType, id: name, meta }: Versioned): Accepted {
  return { id, resource: `${resourceType}/${name}`, version: Number(meta.versionId) };
}

const MEET: Readonly<Record<Mood, (request: IncomingMessage, response: ServerResponse) => void>> = {
  accepted: (_request, response) => response.writeHead(204).end(),
  dripping: (_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{');
  },
  error: (_request, response) => response.writeHead(Math.random() < 0.5 ? 500 : 503).end('down'),
  busy: (_request, response) => response.writeHead(429, { 'retry-after': '1' }).end(),
  elsewhere: (_request, response) => response.writeHead(302, { location: '/login' }).end(),
  circle: ({ url = '' }, response) => response.writeHead(307, { location: url }).end(),
  reset: ({ socket }) => socket.resetAndDestroy(),
  cut: ({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'),
  hang: () => undefined,
};
