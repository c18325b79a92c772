/** Spoken numbers, word by word. */
import { describe, expect, it } from 'vitest';
import { isNumberWord, loneNumber, spokenNumber } from './number-words.ts';

describe('spokenNumber', () => {
  it.each([
    ['forty five', 45],
    ['one oh five', 105],
    ['fourteen hundred', 1400],
    ['one thousand two hundred', 1200],
    ['point five', 0.5],
    ['seven point two five', 7.25],
  ])('%s is %d', (words, value) => {
    expect(spokenNumber(words.split(' '))).toBe(value);
  });

  it.each(['hundred hundred', 'point', 'twenty thirty forty', 'seven point twenty five'])(
    '%s is no number',
    (words) => {
      expect(spokenNumber(words.split(' '))).toBeUndefined();
    },
  );
});

describe('words', () => {
  it('tells which can stand in a number, and which are one alone', () => {
    expect([isNumberWord('sixty'), isNumberWord('mg')]).toEqual([true, false]);
    expect([loneNumber('couple'), loneNumber('many')]).toEqual([2, undefined]);
  });
});
