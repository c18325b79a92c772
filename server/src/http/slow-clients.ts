import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** How slow is too slow. */
export interface SlowClientLimits {
  /** How long a client is watched before it is judged, in ms. */
  readonly windowMs: number;
  /** Least speed of a body that is coming in and of an answer that is being read, on the average of a window. */
  readonly bytesPerSecond: number;
}

/** A client at one kilobyte a second sends 64 MiB in a day; one that trickles or has stopped is gone after 20 seconds. */
export const SLOW_CLIENT_LIMITS: SlowClientLimits = { windowMs: 10_000, bytesPerSecond: 1024 };

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What a connection was waiting for at the end of a window, and how far it had come. */
interface Progress {
  readonly exchange: Exchange;
  readonly waitsFor: 'body' | 'reader';
  readonly bytes: number;
}

const TIMEOUT = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/**
 * Ends connections whose client sends the body of a request, or reads an answer, slower than it may. A minimum speed rather
 * than a time: a large upload takes as long as it keeps coming, and time in which the server itself is at work does not
 * count. (Headers that do not come are `headersTimeout`'s.)
 * @see security.md S67
 */
export function watchSlowClients(server: Server, limits: SlowClientLimits = SLOW_CLIENT_LIMITS): void {
  const sockets = new Map<Socket, Progress | undefined>();
  const exchanges = new WeakMap<Socket, Exchange>();
  const leastBytes = (limits.bytesPerSecond * limits.windowMs) / 1000;
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, undefined);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    exchanges.set(request.socket, { request, response });
  });
  const timer = setInterval(() => {
    for (const [socket, before] of sockets) {
      const exchange = exchanges.get(socket);
      const now = exchange && progressOf(socket, exchange);
      if (before && now && isSame(before, now) && now.bytes - before.bytes < leastBytes) {
        end(socket, now);
      }
      sockets.set(socket, now);
    }
  }, limits.windowMs);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}

function isSame(before: Progress, now: Progress): boolean {
  return before.exchange === now.exchange && before.waitsFor === now.waitsFor;
}

/** What a connection waits for from its client; undefined while the next step is the server's. */
function progressOf(socket: Socket, exchange: Exchange): Progress | undefined {
  const { request, response } = exchange;
  const unread = unreadBytes(socket);
  if (unread > 0) {
    return { exchange, waitsFor: 'reader', bytes: socket.bytesWritten - unread };
  }
  const isWaiting = !request.complete && request.readableLength === 0 && !response.destroyed;
  return isWaiting ? { exchange, waitsFor: 'body', bytes: socket.bytesRead } : undefined;
}

/**
 * Bytes of answers that the operating system has not taken yet. One write of Node's counts as pending until its last byte is
 * taken; only the handle below the socket knows how far it has come.
 */
function unreadBytes(socket: Socket): number {
  const { _handle } = socket as { readonly _handle?: { readonly writeQueueSize?: number } | null };
  return _handle?.writeQueueSize ?? socket.writableLength;
}

function end(socket: Socket, { exchange, waitsFor }: Progress): void {
  if (waitsFor === 'body' && !exchange.response.headersSent) {
    socket.write(TIMEOUT, () => socket.destroy());
  } else {
    socket.destroy();
  }
}
