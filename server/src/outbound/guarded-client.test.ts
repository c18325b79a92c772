// S36: https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllowList } from './allow-list.ts';
import { createGuardedClient, type GuardedClientOptions, OutboundRefused } from './guarded-client.ts';

let trap: Server;
let port: number;
let hits = 0;
let redirectTo: string | undefined;
let redirectStatus = 307;
const seen: IncomingHttpHeaders[] = [];

beforeAll(async () => {
  trap = createServer((_request, response) => {
    hits++;
    seen.push(_request.headers);
    response.writeHead(redirectTo ? redirectStatus : 200, redirectTo ? { location: redirectTo } : {}).end('trapped');
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

  test.each([
    ...['data:text/plain,x', 'file:///etc/passwd', 'ftp://loop.example/', 'http://u:p@loop.example/', 'http://['],
    ...[
      'http://[::ffff:10.0.0.1]/',
      'http://[64:ff9b::a9fe:a9fe]/',
      'http://0x7f.1/',
      'http://127.0.0.1./',
      '//10.0.0.1/',
    ],
    ...['http://localhost/', 'http://metadata.google.internal/', 'http://deep.localhost/'],
  ])('follows no redirect to %s', async (location) => {
    const allow = parseAllowList([`loop.example:${port}`]);
    redirectTo = location;
    const resolve = async (host: string) => (host === 'loop.example' ? ['127.0.0.1'] : ['169.254.169.254']);
    await expect(send(`http://loop.example:${port}/`, { allow, resolve })).rejects.toBeInstanceOf(OutboundRefused);
    redirectTo = undefined;
  });

  test.each([301, 302, 303])('a redirect with %i is an answer, and not followed', async (status) => {
    redirectTo = 'http://169.254.169.254/';
    redirectStatus = status;
    expect(await send(`http://loop.example:${port}/`, { allow: parseAllowList(['loop.example']) })).toBe(status);
    redirectTo = undefined;
    redirectStatus = 307;
  });

  test('a redirect to another origin takes no credentials with it, and is checked by the caller too', async () => {
    const allow = parseAllowList(['loop.example', 'other.example']);
    const client = createGuardedClient({ allow, requireHttps: false, resolve: async () => ['127.0.0.1'] });
    const headers = { authorization: 'Bearer x', cookie: 'a=b', 'x-kept': '1' };
    const request = { url: `http://loop.example:${port}/`, method: 'POST', headers, body: '{}' } as const;
    redirectTo = `http://other.example:${port}/`;
    await expect(client.send(request)).rejects.toThrow('redirects too often');
    await client.close();
    const [first, second] = seen.slice(-4);
    expect(first).toMatchObject(headers);
    expect(second).toMatchObject({ 'x-kept': '1' });
    expect(second).not.toHaveProperty('authorization');
    expect(second).not.toHaveProperty('cookie');
    const permit = (url: URL): void => {
      if (url.hostname !== 'loop.example') {
        throw new OutboundRefused('not declared');
      }
    };
    const before = hits;
    await expect(send(request.url, { allow, permit })).rejects.toThrow('not declared');
    expect(hits).toBe(before + 1);
    redirectTo = undefined;
  });

  test.each([
    ...['::ffff:10.0.0.1', '64:ff9b::a00:1', '64:ff9b:1::a00:1', '2002:a00:1::', '::', '::1', '0.0.0.0', 'fec0::1'],
    ...['2001::1', '100::1', '5f00::1', '10.0.0.1', 'nonsense', 'fe80::1%eth0'],
  ])('a name that leads to %s is not called, alone or beside a public address', async (address) => {
    const before = hits;
    for (const addresses of [[address], ['93.184.216.34', address]]) {
      const resolve = async (): Promise<string[]> => addresses;
      await expect(send(`http://cname.example:${port}/`, { resolve })).rejects.toBeInstanceOf(OutboundRefused);
    }
    expect(hits).toBe(before);
  });

  test.each([
    ...[
      'http:\\\\127.0.0.1',
      'http:127.0.0.1',
      'http:///127.0.0.1',
      'http://127.0.0.1\t',
      ' http://127.0.0.1',
      'HTTP://127.1',
    ],
    ...['http://①②⑦.⓪.⓪.①', 'http://127。0。0。1', 'http://127.0.0.1#@example.org', 'http://127.0.0.1?@example.org'],
    ...[
      'http://LOCALHOST',
      'http://a.b.localhost.',
      'http://%6c%6f%63%61%6c%68%6f%73%74',
      'http://0',
      'http://00000177.1',
    ],
  ])('reads %j as the address inside that it is', async (url) => {
    await expect(send(url)).rejects.toBeInstanceOf(OutboundRefused);
  });

  test('a name that changes its address between check and connection gains nothing', async () => {
    const before = hits;
    let calls = 0;
    const resolve = async () => [calls++ === 0 ? '192.0.2.1' : '127.0.0.1'];
    await expect(send(`http://rebind.example:${port}/`, { resolve })).rejects.toThrow();
    expect(hits).toBe(before);
  });
});
