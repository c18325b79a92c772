// S36: https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllowList } from './allow-list.ts';
import { createGuardedClient, type GuardedClientOptions, OutboundRefused } from './guarded-client.ts';

let trap: Server;
let port: number;
let hits = 0;
let redirectTo: string | undefined;

beforeAll(async () => {
  trap = createServer((_request, response) => {
    hits++;
    response.writeHead(redirectTo ? 307 : 200, redirectTo ? { location: redirectTo } : {}).end('trapped');
  });
  await new Promise<void>((resolve) => trap.listen(0, resolve));
  port = (trap.address() as AddressInfo).port;
});
afterAll(async () => {
  trap.closeAllConnections();
  await new Promise((resolve) => trap.close(resolve));
});

const resolveTable: Record<string, string[]> = {
  'inside.example': ['10.0.0.1'],
  'mixed.example': ['93.184.216.34', '127.0.0.1'],
  'loop.example': ['127.0.0.1'],
  'a.com.evil.example': ['127.0.0.1'],
};

async function send(url: string, options: Partial<GuardedClientOptions> = {}): Promise<number> {
  const client = createGuardedClient({
    allow: parseAllowList([]),
    requireHttps: false,
    timeoutMs: 500,
    resolve: async (host) => resolveTable[host] ?? ['127.0.0.1'],
    ...options,
  });
  try {
    return (await client.send({ url, method: 'POST', headers: {}, body: '{}' })).status;
  } finally {
    await client.close();
  }
}

const hosts = [
  '127.0.0.1',
  '127.1',
  '127.255.255.254',
  '0.0.0.0',
  '0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0x7f.1',
  '017700000001',
  '[::1]',
  '[::]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[fe80::1]',
  '[ff02::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:db8::1]',
  'localhost',
  'localhost.',
  'inside.example',
  'mixed.example',
  'a.com.evil.example',
];

/** Addresses inside, each to be written in every way that a URL parser or a resolver may understand. */
const INSIDE = [
  ...['127.0.0.1', '127.8.9.10', '0.0.0.0', '10.1.2.3', '172.16.5.6', '172.31.0.9', '192.168.0.1', '169.254.169.254'],
  ...['100.100.100.200', '192.0.0.192', '198.18.3.4', '224.0.0.251', '240.1.1.1', '255.255.255.255'],
];

function writings(address: string): string[] {
  const parts = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = parts;
  const whole = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
  const hex = (value: number, digits = 0): string => value.toString(16).padStart(digits, '0');
  const groups = `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
  return [
    ...[address, `${address}.`, `${whole}`, `0x${hex(whole)}`, `0${whole.toString(8)}`],
    ...[parts.map((part) => `0x${hex(part, 2)}`).join('.'), parts.map((part) => `0${part.toString(8)}`).join('.')],
    ...[`${a}.${b * 65_536 + c * 256 + d}`, `${a}.${b}.${c * 256 + d}`, address.replaceAll('.', '%2e')],
    ...[address.replaceAll('.', '。'), address.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit)))],
    ...[`[::ffff:${address}]`, `[::ffff:${groups}]`, `[::${address}]`, `[64:ff9b::${groups}]`, `[2002:${groups}::1]`],
    ...[`[0:0:0:0:0:ffff:${groups}]`, `[::ffff:0:${groups}]`, `[fd00::${groups}]`, `[fe80::${groups}]`],
  ];
}

describe('guarded client', () => {
  test('S36: refuses every way to write an address inside, and no trap is hit', async () => {
    const urls = INSIDE.flatMap(writings).flatMap((host) => [`http://${host}:${port}/`, `https://${host}:${port}/`]);
    expect(new Set(urls).size).toBeGreaterThanOrEqual(500);
    const results = await Promise.allSettled(urls.map((url) => send(url)));
    const through = urls.filter((_, i) => {
      const result = results[i];
      return result?.status !== 'rejected' || !(result.reason instanceof OutboundRefused);
    });
    expect(through).toEqual([]);
    expect(hits).toBe(0);
  });

  test.each(hosts)('refuses %s', async (host) => {
    for (const userinfo of ['', 'example.org@', 'user:pass@']) {
      for (const scheme of ['http', 'https']) {
        await expect(send(`${scheme}://${userinfo}${host}:${port}/x`)).rejects.toBeInstanceOf(OutboundRefused);
      }
    }
    expect(hits).toBe(0);
  });

  test.each([
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
    'gopher://127.0.0.1/',
    'data:,x',
    '//127.0.0.1',
    'javascript:1',
    '',
  ])('refuses the address %s', async (url) => {
    await expect(send(url)).rejects.toBeInstanceOf(OutboundRefused);
  });

  test('refuses plain http where https is required, unless the host is named', async () => {
    await expect(send('http://93.184.216.34/', { requireHttps: true })).rejects.toThrow('not https');
    const allow = parseAllowList([`loop.example:${port}`]);
    expect(await send(`http://loop.example:${port}/`, { requireHttps: true, allow })).toBe(200);
  });

  test('allows what the setting names, and only on the named port', async () => {
    expect(await send(`http://127.0.0.1:${port}/`, { allow: parseAllowList(['127.0.0.0/8']) })).toBe(200);
    expect(await send(`http://localhost:${port}/`, { allow: parseAllowList(['loopback']) })).toBe(200);
    const otherPort = { allow: parseAllowList([`127.0.0.1:${port + 1}`]) };
    await expect(send(`http://127.0.0.1:${port}/`, otherPort)).rejects.toBeInstanceOf(OutboundRefused);
  });

  test('checks every redirect again', async () => {
    const allow = parseAllowList([`loop.example:${port}`]);
    redirectTo = `http://169.254.169.254:${port}/latest/meta-data`;
    await expect(send(`http://loop.example:${port}/`, { allow })).rejects.toBeInstanceOf(OutboundRefused);
    redirectTo = `http://loop.example:${port}/again`;
    await expect(send(`http://loop.example:${port}/`, { allow })).rejects.toThrow('redirects too often');
    redirectTo = undefined;
  });

  test('a name that changes its address between check and connection gains nothing', async () => {
    const before = hits;
    let calls = 0;
    const resolve = async () => [calls++ === 0 ? '192.0.2.1' : '127.0.0.1'];
    await expect(send(`http://rebind.example:${port}/`, { resolve })).rejects.toThrow();
    expect(hits).toBe(before);
  });
});
