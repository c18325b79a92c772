import { describe, expect, it } from 'vitest';
import { createBinaryLinks } from './binary-links.ts';

const KEY = Buffer.alloc(32, 7);
const context = { requestId: 'r', tenant: 2, projectId: 'p', author: 'Practitioner/1', loginId: 'l', depth: 0 };
const START = Date.parse('2026-01-01T00:00:00Z');
let now = START;
const links = createBinaryLinks('https://ehr.example', KEY, () => new Date(now));
const signed = (): URL => new URL(links.sign(context, { id: 'b1', version: 3 }));
const open = (url: URL) => links.open(url.pathname + url.search);

describe('links to a Binary', () => {
  it('say whose they are and which version they are of, to nobody but the server', () => {
    const url = signed();
    expect(open(url)).toEqual({
      id: 'b1',
      version: 3,
      holder: { tenant: 2, projectId: 'p', author: 'Practitioner/1', loginId: 'l' },
    });
    expect(url.href).not.toContain('Practitioner');
    expect([...url.searchParams.keys()]).toEqual(['Expires', 'Key-Pair-Id', 'Signature']);
  });

  it('end within fifteen minutes', () => {
    now = START;
    const url = signed();
    expect(Number(url.searchParams.get('Expires')) - START / 1000).toBeLessThanOrEqual(15 * 60);
    now = Number(url.searchParams.get('Expires')) * 1000;
    expect(open(url)).toBeUndefined();
    now = START;
  });

  it.each<[string, string | RegExp, string]>([
    ['another Binary', '/storage/b1/', '/storage/b2/'],
    ['another version', '/b1/3', '/b1/2'],
    ['a later end', /Expires=\d/, 'Expires=9'],
    ['no end', 'Expires', 'Ends'],
    ['no signature', 'Signature', 'Name'],
    ['a short signature', /Signature=.*/, 'Signature=AAAA'],
    ['a changed signature', /Signature=.{20}/, `Signature=${'A'.repeat(20)}`],
    ['a path in the id', '/storage/b1', '/storage/../b1'],
  ])('are not good for %s', (_, part, other) => {
    const { pathname, search } = signed();
    const changed = `${pathname}${search}`.replace(part, other);
    expect(changed).not.toBe(`${pathname}${search}`);
    expect(links.open(changed)).toBeUndefined();
  });

  it('of another key are not good', () => {
    const other = createBinaryLinks('https://ehr.example', Buffer.alloc(32, 8), () => new Date(now));
    const url = new URL(other.sign(context, { id: 'b1', version: 3 }));
    expect(open(url)).toBeUndefined();
  });

  it('are stored as the references they were made of, wherever they stand in a body', () => {
    const link = signed().href;
    const body = JSON.stringify({
      photo: [{ url: link }],
      text: `see ${link}`,
      other: 'https://x.example/storage/a/1?b',
    });
    expect(JSON.parse(links.restore(body))).toEqual({
      photo: [{ url: 'Binary/b1' }],
      text: `see ${link}`,
      other: 'https://x.example/storage/a/1?b',
    });
  });
});
