import { describe, expect, it } from 'vitest';
import { binaryData, byteLength, bytesOf } from './binary-data.ts';

describe('the data of a Binary', () => {
  it('is found in its text, wherever it stands', () => {
    const data = Buffer.from('any bytes').toString('base64');
    const plain = { resourceType: 'Binary', id: 'b', data, contentType: 'text/plain; note="x"' };
    const rest = JSON.stringify({ ...plain, data: '' });
    expect(binaryData(JSON.stringify(plain))).toEqual({ contentType: plain.contentType, data, rest });
    const inner = { url: 'urn:x', valueAttachment: { data: 'AAAA' } };
    const text = JSON.stringify({ resourceType: 'Binary', extension: [inner], contentType: 'a/b', data });
    expect(binaryData(text)).toEqual({ contentType: 'a/b', data, rest: text });
    const empty = '{"resourceType":"Binary","contentType":"a/b"}';
    expect(binaryData(empty)).toEqual({ contentType: 'a/b', data: '', rest: empty });
  });

  it('is decoded in any part of it', () => {
    for (const length of [1, 2, 3, 4, 30, 31, 32]) {
      const bytes = Buffer.from(Array.from({ length }, (_, i) => i * 7));
      const data = bytes.toString('base64');
      expect(byteLength(data)).toBe(length);
      for (let first = 0; first < length; first++) {
        for (let end = first; end <= length; end++) {
          expect(bytesOf(data, first, end)).toEqual(bytes.subarray(first, end));
        }
      }
    }
  });
});
