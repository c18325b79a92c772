import { createServer } from 'node:http';

/** A system elsewhere that is told of changes; it refuses them until it is repaired. */
export interface Receiver {
  readonly url: string;
  /** From now on it takes what comes. */
  repair(): void;
  /** How many it has taken. */
  taken(): number;
  stop(): Promise<void>;
}

/** Starts a receiver that answers 500. */
export async function startReceiver(): Promise<Receiver> {
  let works = false;
  let taken = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      taken += works ? 1 : 0;
      response.writeHead(works ? 200 : 500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`,
    repair: () => {
      works = true;
    },
    taken: () => taken,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
