/** @see security.md S67 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchSlowClients } from './slow-clients.ts';

const limits = { windowMs: 100, bytesPerSecond: 1000 };
const LARGE = Buffer.alloc(32 * 1024 * 1024, 'x');
let server: Server;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
  }
  if (request.url === '/slow') {
    await sleep(500);
  }
  response.end(request.url === '/large' ? LARGE : `${bytes} bytes`);
}

beforeAll(async () => {
  server = createServer((request, response) => {
    answer(request, response).catch(() => undefined);
  });
  watchSlowClients(server, limits);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function open(head: string): { socket: Socket; received: () => string; closed: Promise<void> } {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.length > 1000 ? '' : chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(head);
  return { socket, received: () => text, closed: new Promise((resolve) => socket.once('close', () => resolve())) };
}

const post = (path: string, length: number): string =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;

describe('S67: slow clients', () => {
  it('ends many that trickle a body, each with 408', async () => {
    const clients = Array.from({ length: 50 }, () => open(post('/', 1000)));
    const trickle = setInterval(() => {
      for (const { socket } of clients) {
        socket.write('x');
      }
    }, 20);
    await Promise.all(clients.map(({ closed }) => closed));
    clearInterval(trickle);
    expect(clients.filter(({ received }) => !received().startsWith('HTTP/1.1 408'))).toEqual([]);
  });

  it('lets a long upload through that keeps coming', async () => {
    const { socket, received, closed } = open(post('/', 20_000));
    for (let sent = 0; sent < 20_000; sent += 1000) {
      socket.write('x'.repeat(1000));
      await sleep(25);
    }
    await closed;
    expect(received()).toContain('20000 bytes');
  });

  it('ends one that stops reading its answer', async () => {
    const { socket, closed } = open('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => socket.once('data', resolve));
    socket.pause();
    const connections = (): Promise<number> =>
      new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    while ((await connections()) > 0) {
      await sleep(20);
    }
    socket.resume();
    await closed;
    expect(socket.bytesRead).toBeLessThan(LARGE.length);
  });

  it('waits for itself as long as it takes', async () => {
    const { received, closed } = open(`${post('/slow', 1)}x`);
    await closed;
    expect(received()).toContain('1 bytes');
  });
});
