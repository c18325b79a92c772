/** Bounded concurrency. */
import { describe, expect, it } from 'vitest';
import { inParallel } from './in-parallel.ts';

describe('inParallel', () => {
  it('keeps the order and the limit', async () => {
    let running = 0;
    let most = 0;
    const work = async (value: number): Promise<number> => {
      most = Math.max(most, ++running);
      await new Promise((done) => setImmediate(done));
      running--;
      return value * 2;
    };
    expect(await inParallel([1, 2, 3, 4, 5], 2, work)).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(2);
  });
});
