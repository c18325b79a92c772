// https://hl7.org/fhir/R4/http.html#mime-type and RFC 9110 §8.4 (Content-Encoding)

import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { isJson, jsonShape, mediaType, parseJson, readBody } from './receive.ts';

const limits = { maxBodyBytes: 1000, maxDepth: 8, maxElements: 50 };

function incoming(bytes: Buffer, headers: Record<string, string> = {}): IncomingMessage {
  return Object.assign(Readable.from([bytes]), { headers }) as unknown as IncomingMessage;
}

describe('readBody', () => {
  it('inflates gzip and brotli', async () => {
    const text = JSON.stringify({ a: 'b'.repeat(100) });
    const zipped = await readBody(incoming(gzipSync(text), { 'content-encoding': 'gzip' }), limits);
    const brotli = await readBody(incoming(brotliCompressSync(text), { 'content-encoding': 'br' }), limits);
    expect([zipped.toString(), brotli.toString()]).toEqual([text, text]);
  });

  it('answers 413 by the inflated size', async () => {
    const bomb = brotliCompressSync(Buffer.alloc(1_000_000, 'a'));
    expect(bomb.length).toBeLessThan(limits.maxBodyBytes);
    await expect(readBody(incoming(bomb, { 'content-encoding': 'br' }), limits)).rejects.toMatchObject({ status: 413 });
    await expect(readBody(incoming(Buffer.alloc(1001)), limits)).rejects.toMatchObject({ status: 413 });
  });

  it('answers 400 for broken compression and 415 for an unknown one', async () => {
    await expect(readBody(incoming(Buffer.from('nope'), { 'content-encoding': 'gzip' }), limits)).rejects.toMatchObject(
      { status: 400 },
    );
    await expect(readBody(incoming(Buffer.from('x'), { 'content-encoding': 'zstd' }), limits)).rejects.toMatchObject({
      status: 415,
    });
  });
});

describe('jsonShape', () => {
  it('counts nesting, and ignores brackets inside strings', () => {
    const depths = ['{"a":[{"b":1}]}', '{"a":"[[[[{{{{"}', '{"a":"\\"[[","b":"\\\\"}', '[]'].map(
      (text) => jsonShape(text).depth,
    );
    expect(depths).toEqual([3, 1, 1, 1]);
  });

  it('counts values, commas inside strings not among them', () => {
    expect(jsonShape('[1,2,3]').values).toBe(4);
    expect(jsonShape('["a,b,c"]').values).toBe(2);
  });

  it('ends at once on an unclosed string', () => {
    expect(jsonShape('{"a":"').depth).toBe(1);
  });
});

describe('parseJson', () => {
  it('answers 400 for malformed and for too deep JSON, without repeating the content', () => {
    const attempt = (text: string) => {
      try {
        parseJson(Buffer.from(text), limits);
        return undefined;
      } catch (error) {
        return error as { status: number; message: string };
      }
    };
    expect(attempt('{"name":"Secret')).toMatchObject({ status: 400 });
    expect(attempt('{"name":"Secret')?.message).not.toContain('Secret');
    expect(attempt('['.repeat(100_000))).toMatchObject({ status: 400 });
    expect(attempt(JSON.stringify(Array(60).fill(1)))).toMatchObject({ status: 413 });
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]), limits)).toThrow('UTF-8');
  });
});

describe('mediaType and isJson', () => {
  it('take FHIR JSON, plain JSON and JSON Patch', () => {
    expect(isJson(mediaType('application/fhir+json; charset=utf-8'))).toBe(true);
    expect(isJson(mediaType('application/json-patch+json'))).toBe(true);
    expect(isJson(mediaType('Application/JSON'))).toBe(true);
    expect(isJson(mediaType('application/fhir+xml'))).toBe(false);
    expect(isJson(undefined)).toBe(false);
  });
});
