import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import type { Accepted } from './delivery-record.ts';

/** A receiver that misbehaves, and remembers what it accepted in the end. */
export interface ChaosReceiver {
  readonly url: string;
  readonly accepted: Accepted[];
  /** How many messages were met how. */
  readonly met: Record<Mood, number>;
  close(): void;
}

type Mood = 'accepted' | 'error' | 'reset' | 'hang';

/** Of 100 messages, how many are answered with an error, cut off, and never answered. */
const PERCENT = { error: 15, reset: 10, hang: 5 } as const;
/** The attempt from which a message is accepted at last: bad luck alone must not make the check take an hour. */
const LAST_ATTEMPT = 5;

const versioned = z.looseObject({
  resourceType: z.string(),
  id: z.string(),
  meta: z.looseObject({ versionId: z.string() }),
});

/** Listens on a free port of this machine. */
export async function startChaosReceiver(): Promise<ChaosReceiver> {
  const accepted: Accepted[] = [];
  const met: Record<Mood, number> = { accepted: 0, error: 0, reset: 0, hang: 0 };
  const attempts = new Map<string, number>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const id = String(request.headers['webhook-id']);
      const attempt = (attempts.get(id) ?? 0) + 1;
      attempts.set(id, attempt);
      const mood = attempt >= LAST_ATTEMPT ? 'accepted' : moodOf(Math.random() * 100);
      met[mood]++;
      if (mood === 'accepted') {
        const { resourceType, id: name, meta } = versioned.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
        accepted.push({ id, resource: `${resourceType}/${name}`, version: Number(meta.versionId) });
      }
      meet(mood, request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/chaos`, accepted, met, close };
}

function moodOf(percent: number): Mood {
  const { error, reset, hang } = PERCENT;
  if (percent < error) {
    return 'error';
  }
  return percent < error + reset ? 'reset' : percent < error + reset + hang ? 'hang' : 'accepted';
}

function meet(mood: Mood, request: IncomingMessage, response: ServerResponse): void {
  if (mood === 'accepted') {
    response.writeHead(204).end();
  } else if (mood === 'error') {
    response.writeHead(Math.random() < 0.5 ? 503 : 429).end();
  } else if (mood === 'reset') {
    request.socket.resetAndDestroy();
  }
}
