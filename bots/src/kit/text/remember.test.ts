/** Memory of pure functions. */
import { describe, expect, it } from 'vitest';
import { remember } from './remember.ts';

describe('remember', () => {
  it('asks once for each word, and stays right after its memory was full', () => {
    let asked = 0;
    const length = remember((word) => {
      asked++;
      return word.length;
    });
    expect([length('ab'), length('ab'), asked]).toEqual([2, 2, 1]);
    for (let i = 0; i < 20_001; i++) {
      length(`w${i}`);
    }
    expect(length('ab')).toBe(2);
    expect(asked).toBeGreaterThan(20_002);
  });
});
