import { describe, expect, it } from 'vitest';
import { prng } from './prng.ts';

const draw = (seed: string): number[] => {
  const random = prng(seed);
  return Array.from({ length: 1000 }, () => random.integer(1, 6));
};

describe('the generator', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  it('stays within the bounds, reaches both, and favours none', () => {
    const counts = [1, 2, 3, 4, 5, 6].map((face) => draw('dice').filter((value) => value === face).length);
    expect(counts.reduce((sum, each) => sum + each, 0)).toBe(1000);
    expect(Math.min(...counts)).toBeGreaterThan(120);
    expect(Math.max(...counts)).toBeLessThan(220);
  });

  it('shuffles without losing anything', () => {
    const values = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = prng('deck').shuffled(values);
    expect(shuffled).not.toEqual(values);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(values);
  });

  it('refuses to pick from nothing', () => {
    expect(() => prng('x').pick([])).toThrow('empty');
  });
});
