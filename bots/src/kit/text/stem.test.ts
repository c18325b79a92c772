/** Endings that do not matter. */
import { describe, expect, it } from 'vitest';
import { isStopWord, stem } from './stem.ts';

describe('stem', () => {
  it.each([
    ['headaches', 'headache'],
    ['swelling', 'swelled'],
    ['allergies', 'allergy'],
    ['feet', 'foot'],
    ['prescribed', 'prescribing'],
  ])('%s and %s are one word', (a, b) => {
    expect(stem(a)).toBe(stem(b));
  });

  it('keeps short words and numbers apart', () => {
    expect(stem('mg')).toBe('mg');
    expect(stem('left')).not.toBe(stem('leaf'));
  });
});

describe('isStopWord', () => {
  it('knows words without content', () => {
    expect([isStopWord('the'), isStopWord('fever')]).toEqual([true, false]);
  });
});
