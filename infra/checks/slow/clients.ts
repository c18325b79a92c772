import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Who comes, and what for. */
export interface Crowd {
  readonly port: number;
  readonly bearer: string;
  /** Path of a document that does not fit into the buffers on the way. */
  readonly document: string;
  readonly trickling: number;
  readonly readers: number;
  /** Time over which they come in, in ms. */
  readonly arrival: number;
  /** Are they slow, or do the readers read at once and nobody trickles? */
  readonly isSlow: boolean;
}

/** When whoever has not been cut off gives up, in ms. */
const PATIENCE = 60_000;
/** When a reader that has stopped looks whether the server has cut it off, in ms. */
const LOOK_AFTER = 25_000;

/** Lets them all come; gives the longest time that a slow connection was kept, in ms. */
export async function letCome(crowd: Crowd): Promise<number> {
  const count = crowd.trickling + crowd.readers;
  const lives: Promise<number>[] = [];
  for (let i = 0; i < count; i++) {
    const isReader = Math.floor((i * crowd.readers) / count) < Math.floor(((i + 1) * crowd.readers) / count);
    if (isReader) {
      lives.push(crowd.isSlow ? life(stopReading(crowd)) : life(read(crowd)));
    } else if (crowd.isSlow) {
      lives.push(life(trickle(crowd.port, heads(crowd.bearer)[i % 3] as string)));
    }
    if (i % 20 === 0) {
      await sleep((crowd.arrival * 20) / count);
    }
  }
  return Math.max(...(await Promise.all(lives)));
}

/** How long a connection lives, in ms. */
function life(socket: Socket): Promise<number> {
  const opened = Date.now();
  const giveUp = setTimeout(() => socket.destroy(), PATIENCE);
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('close', () => {
      clearTimeout(giveUp);
      resolve(Date.now() - opened);
    });
  });
}

/** What trickles: a head that does not end, a form of nobody, and the body of somebody who has signed in. */
function heads(bearer: string): readonly string[] {
  const body = 'Host: x\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n';
  return [
    'GET /fhir/R4/Patient HTTP/1.1\r\nHost: x\r\nX-Slow: ',
    `POST /auth/login HTTP/1.1\r\n${body}\r\n`,
    `POST /fhir/R4/Patient HTTP/1.1\r\nAuthorization: Bearer ${bearer}\r\n${body}\r\n`,
  ];
}

function trickle(port: number, head: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.resume();
  socket.write(head);
  const timer = setInterval(() => socket.write('x'), 1000);
  socket.once('close', () => clearInterval(timer));
  return socket;
}

function read({ port, bearer, document }: Crowd): Socket {
  const socket = connect(port, '127.0.0.1');
  const head = `Host: x\r\nAccept: */*\r\nConnection: close\r\nAuthorization: Bearer ${bearer}\r\n`;
  socket.write(`GET /${document} HTTP/1.1\r\n${head}\r\n`);
  return socket.resume();
}

/** Reads nothing of its answer, until it looks whether there is still somebody. */
function stopReading(crowd: Crowd): Socket {
  const socket = read(crowd).pause();
  const look = setTimeout(() => socket.resume(), LOOK_AFTER);
  socket.once('close', () => clearTimeout(look));
  return socket;
}

// Runs as a process of its own, so that making the connections does not slow down whoever measures.
process.once('message', (crowd: Crowd) => {
  void letCome(crowd).then((longest) => {
    process.send?.(longest);
    process.disconnect();
  });
});
