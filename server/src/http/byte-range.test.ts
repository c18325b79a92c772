/** @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests */
import { describe, expect, it } from 'vitest';
import { byteRange } from './byte-range.ts';

const there = { length: 10, etag: '"3"', lastModified: new Date('2026-01-02T03:04:05Z') };
const of = (range: string | undefined, ifRange?: string) => byteRange({ range, ifRange }, there);

describe('byteRange', () => {
  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=2-5', 2, 5],
    ['bytes=7-', 7, 9],
    ['bytes=7-99', 7, 9],
    ['bytes=-3', 7, 9],
    ['bytes=-99', 0, 9],
  ])('gives the part of %s', (range, first, last) => {
    expect(of(range)).toEqual({ kind: 'part', first, last });
  });

  it.each(['bytes=10-', 'bytes=10-12', 'bytes=-0'])('has nothing for %s', (range) => {
    expect(of(range)).toEqual({ kind: 'unsatisfiable' });
  });

  it.each([undefined, 'bytes=0-1,4-5', 'bytes=5-2', 'pages=1-2', 'bytes=a-b', 'bytes=-', ''])(
    'answers %s as a whole',
    (range) => {
      expect(of(range)).toEqual({ kind: 'whole' });
    },
  );

  it('follows If-Range while the version is the same, by ETag or by date', () => {
    expect(of('bytes=0-1', '"3"').kind).toBe('part');
    expect(of('bytes=0-1', 'Fri, 02 Jan 2026 03:04:05 GMT').kind).toBe('part');
    expect(of('bytes=0-1', '"2"').kind).toBe('whole');
    expect(of('bytes=0-1', 'W/"3"').kind).toBe('whole');
  });

  it('has no range of nothing', () => {
    const empty = { ...there, length: 0 };
    expect(byteRange({ range: 'bytes=0-' }, empty).kind).toBe('unsatisfiable');
    expect(byteRange({ range: 'bytes=-5' }, empty).kind).toBe('unsatisfiable');
  });
});
