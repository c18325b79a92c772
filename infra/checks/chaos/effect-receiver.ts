import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { effectOf } from './effect-bot.ts';

const effect = z.looseObject({ identifier: z.array(z.object({ system: z.string(), value: z.string() })) });

/** A rest-hook subscriber that notes for which versions there is an effect: it tells when the server has caught up. */
export interface EffectReceiver {
  readonly url: string;
  readonly seen: ReadonlySet<string>;
  close(): void;
}

/** The version that an effect stands for; undefined when it is none. */
export function versionOf(resource: unknown): string | undefined {
  const parsed = effect.safeParse(resource);
  return parsed.data?.identifier.find(({ system }) => system === effectOf)?.value;
}

/** Listens on a free port of this machine. */
export async function startEffectReceiver(): Promise<EffectReceiver> {
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const version = versionOf(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      if (version !== undefined) {
        seen.add(version);
      }
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/effects`, seen, close: () => server.close() };
}
