import { describe, expect, it } from 'vitest';
import { columnReader, encodeValue } from './wire-values.ts';

describe('encodeValue', () => {
  it.each([
    ['text', 'text'],
    [7, '7'],
    [true, 'true'],
    [12n, '12'],
    [undefined, null],
    [null, null],
    [new Date('2026-11-24T07:30:00.5Z'), '2026-11-24T07:30:00.500Z'],
    [{ a: 1 }, '{"a":1}'],
    [[], '{}'],
    [['a', 'b"c\\', null, ''], '{"a","b\\"c\\\\",NULL,""}'],
    [[1, true, 2n], '{1,true,2}'],
    [[['a'], ['b']], '{{"a"},{"b"}}'],
    [[new Date(0)], '{"1970-01-01T00:00:00.000Z"}'],
  ])('gives the text form of %o', (value, text) => {
    expect(encodeValue(value)).toBe(text);
  });

  it('keeps bytes as bytes', () => {
    expect(encodeValue(Buffer.from([1]))).toEqual(Buffer.from([1]));
    expect(encodeValue(new Uint8Array([2]))).toEqual(Buffer.from([2]));
  });
});

describe('columnReader', () => {
  it.each([
    ['{}', []],
    ['{a}', ['a']],
    ['{a-1.b,c}', ['a-1.b', 'c']],
    ['{"a,b",c}', ['a,b', 'c']],
    ['{a,NULL,"NULL"}', ['a', null, 'NULL']],
    ['{"",x}', ['', 'x']],
    ['{"a\\"b"}', ['a"b']],
    [
      '{{a,b},{c,d}}',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['[2:3]={a,b}', ['a', 'b']],
  ])('reads the array of texts %s', (text, values) => {
    expect(columnReader(1009)(text)).toEqual(values);
  });

  it('reads timestamps of any age, int8 arrays with gaps, and leaves unknown types as text', () => {
    const timestamp = columnReader(1184);
    expect(timestamp('2026-11-24 07:30:00.123456+00')).toEqual(new Date('2026-11-24T07:30:00.123Z'));
    expect(timestamp('1969-12-31 23:59:59+00')).toEqual(new Date(-1000));
    expect(timestamp('2026-11-24 08:30:00+01')).toEqual(new Date('2026-11-24T07:30:00Z'));
    expect(timestamp('infinity')).toBe(Number.POSITIVE_INFINITY);
    expect(columnReader(1016)('{1,NULL,9007199254740991}')).toEqual([1, null, 2 ** 53 - 1]);
    expect(columnReader(1700)('1.50')).toBe('1.50');
  });
});
