import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A receiver of rest-hooks on this machine. */
export interface TestReceiver {
  readonly url: string;
  /** Bodies of what came, in their order. */
  readonly received: string[];
  close(): void;
}

/** Starts a receiver that takes whatever comes. */
export async function startReceiver(): Promise<TestReceiver> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      received.push(body);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
