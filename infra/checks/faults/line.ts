import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

/** How the line between server and database is just now. */
export interface Weather {
  /** Time that an answer of the database is on its way, in ms. */
  readonly latencyMs: number;
  /** Part of the packets that are lost, and sent again. */
  readonly loss: number;
}

/** A line of our own between server and database. */
export interface Line {
  /** Where the server finds the database. */
  readonly url: string;
  turn(weather: Weather): void;
  close(): Promise<void>;
}

export const CALM: Weather = { latencyMs: 0, loss: 0 };
/** After how long a lost packet is sent again, in ms; twice as long after each further loss. */
const RETRANSMISSION_MS = 200;
/** How often a packet may be lost before the connection is given up. */
const MOST_LOSSES = 5;

/** How long a packet is on its way; undefined when the connection is given up over it. */
function delayOf({ latencyMs, loss }: Weather, isAnswer: boolean): number | undefined {
  let delay = isAnswer ? latencyMs : 0;
  for (let losses = 0; Math.random() < loss; losses++) {
    if (losses === MOST_LOSSES) {
      return undefined;
    }
    delay += RETRANSMISSION_MS * 2 ** losses;
  }
  return delay;
}

/** Hands on what comes, in order, as late as the weather has it. */
function handOn(from: Socket, to: Socket, isAnswer: boolean, weather: () => Weather): void {
  let last = Promise.resolve();
  let due = 0;
  from.on('data', (chunk: Buffer) => {
    const delay = delayOf(weather(), isAnswer);
    if (delay === undefined) {
      from.destroy();
      to.destroy();
      return;
    }
    due = Math.max(due, Date.now() + delay);
    const at = due;
    last = last.then(async () => {
      if (at > Date.now()) {
        await sleep(at - Date.now());
      }
      to.write(chunk);
    });
  });
  from.on('error', () => to.destroy());
  from.on('close', () => void last.then(() => to.end()));
}

/** Lays a line to a database that listens on a unix socket. */
export async function layLine({ host = '', port = 5432 }: pg.ClientConfig): Promise<Line> {
  let now = CALM;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(join(host, `.s.PGSQL.${port}`));
    for (const socket of [near, far]) {
      open.add(socket.setNoDelay());
      socket.once('close', () => open.delete(socket));
    }
    handOn(near, far, false, () => now);
    handOn(far, near, true, () => now);
  });
  await listening(server);
  const address = server.address();
  const listens = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `postgres://mindbridge@127.0.0.1:${listens}/mindbridge`,
    turn(weather) {
      now = weather;
    },
    close() {
      for (const socket of open) {
        socket.destroy();
      }
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
}
