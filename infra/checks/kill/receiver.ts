import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const resource = z.looseObject({
  resourceType: z.string(),
  id: z.string(),
  meta: z.looseObject({ versionId: z.string() }),
});

/** A rest-hook subscriber that remembers every version it was told of. */
export interface Receiver {
  readonly url: string;
  readonly delivered: ReadonlySet<string>;
  close(): void;
}

/** Listens on a free port of this machine and answers 200 once it has noted what was delivered. */
export async function startReceiver(): Promise<Receiver> {
  const delivered = new Set<string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = resource.safeParse(parsed(Buffer.concat(chunks).toString('utf8')));
      if (body.success) {
        const { resourceType, id, meta } = body.data;
        delivered.add(`${resourceType}/${id}/_history/${meta.versionId}`);
      }
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, delivered, close: () => server.close() };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
