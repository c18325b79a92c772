import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { outcomeOf } from '../../fhir/index.ts';
import { NOTIFY_CHANNEL } from '../record-deliveries.ts';
import { SocketHub, type SocketHubOptions } from './socket-hub.ts';
import { SocketSession } from './socket-session.ts';

/** Path of the socket, with an optional last part that clients may add. */
const PATH = /^\/ws\/subscriptions-r4(?:\/[^/]*)?$/;

export interface SubscriptionSocketOptions extends SocketHubOptions {
  /** May a page of this origin connect? Called only when the client sends an Origin. */
  readonly allowsOrigin: (origin: string) => boolean;
  readonly heartbeatMs?: number;
}

/** How often it is looked whether somebody is still behind each socket. */
const LOOK_MS = 3000;
/** How often it is looked whether a Subscription has been silent for its own period. */
const PULSE_MS = 1000;

const messageSchema = z.union([
  z.object({ type: z.literal('ping') }),
  z.object({ type: z.enum(['bind-with-token', 'unbind-from-token']), payload: z.object({ token: z.string() }) }),
]);

/**
 * Serves `ws/subscriptions-r4` on an HTTP server, on the wire of MedplumClient's SubscriptionManager. Upgrades of other paths
 * are left alone. Gives a function that closes every socket.
 */
export async function attachSubscriptionSocket(
  server: Server,
  options: SubscriptionSocketOptions,
): Promise<() => Promise<void>> {
  const hub = new SocketHub(options);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1 << 16, perMessageDeflate: false });
  const stopListening = await options.database.listen(NOTIFY_CHANNEL, (payload) => hub.announce(payload));
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (!PATH.test((request.url ?? '').split('?')[0] ?? '')) {
      return;
    }
    if (request.headers.origin !== undefined && !options.allowsOrigin(request.headers.origin)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (connected) => serve(hub, connected, options));
  };
  server.on('upgrade', onUpgrade);
  const timer = setInterval(() => {
    hub.heartbeat().catch((error: unknown) => options.log('subscription-heartbeat-failed', error));
  }, options.heartbeatMs ?? 25_000);
  const look = setInterval(() => {
    hub.endInactive().catch((error: unknown) => options.log('subscription-look-failed', error));
  }, LOOK_MS);
  const pulse = setInterval(() => {
    hub.pulse().catch((error: unknown) => options.log('subscription-heartbeat-failed', error));
  }, PULSE_MS);
  return async () => {
    clearInterval(pulse);
    clearInterval(timer);
    clearInterval(look);
    server.off('upgrade', onUpgrade);
    hub.closeAll();
    await stopListening();
    for (const client of sockets.clients) {
      client.terminate();
    }
  };
}

function serve(hub: SocketHub, socket: WebSocket, options: SubscriptionSocketOptions): void {
  const session = new SocketSession(socket);
  hub.add(session);
  socket.on('pong', () => {
    session.alive = true;
  });
  socket.on('close', () => hub.remove(session));
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => {
    session.alive = true;
    answer(hub, session, data.toString()).catch((error: unknown) => options.log('subscription-socket-failed', error));
  });
}

async function answer(hub: SocketHub, session: SocketSession, text: string): Promise<void> {
  const parsed = messageSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    session.send(
      refusal('socket-message', 'The message was not understood: need ping, bind-with-token or unbind-from-token'),
    );
    return;
  }
  const message = parsed.data;
  if (message.type === 'ping') {
    session.send('{"type":"pong"}');
  } else if (message.type === 'unbind-from-token') {
    hub.unbind(session, message.payload.token);
  } else if (!(await hub.bind(session, message.payload.token))) {
    session.send(refusal('socket-token', 'The token is unknown, used or expired'));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusal(key: string, text: string): string {
  return JSON.stringify(outcomeOf([{ severity: 'error', code: 'invalid', key, text }]));
}
