import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { oneAddress } from './one-address.ts';

let server: Server;
afterEach(() => server.close());

/** Where a browser that asks for a page by this host is sent; undefined where the page is served. */
async function sentTo(baseUrl: string, host: string, accept = 'text/html,*/*'): Promise<string | undefined> {
  const app = express();
  app.use(oneAddress(baseUrl), (_request, response) => void response.send('page'));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    const options = { port, path: '/apps/login/?a=b', headers: { host, accept } };
    const asked = request(options, (answer) => {
      answer.resume();
      resolve(answer.headers.location);
    });
    asked.on('error', reject).end();
  });
}

describe('oneAddress', () => {
  it('sends pages to the name of the base URL, query and all', async () => {
    expect(await sentTo('http://localhost:8103', '127.0.0.1:8103')).toBe('http://localhost:8103/apps/login/?a=b');
    expect(await sentTo('http://127.0.0.1:8103', 'localhost:8103')).toBe('http://127.0.0.1:8103/apps/login/?a=b');
  });

  it.each([
    ['its own name', 'http://localhost:8103', 'localhost:8103', undefined],
    ['another port, as of a tunnel', 'http://localhost:8103', '127.0.0.1:9000', undefined],
    ['a host that is not its own', 'http://localhost:8103', 'evil.example:8103', undefined],
    ['a public server', 'https://clinic.example', '127.0.0.1', undefined],
    ['a program, which asks for no page', 'http://localhost:8103', '127.0.0.1:8103', 'application/json'],
  ])('leaves %s alone', async (_, baseUrl, host, accept) => {
    expect(await sentTo(baseUrl, host, accept)).toBeUndefined();
  });
});
