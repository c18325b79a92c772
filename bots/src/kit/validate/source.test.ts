/** What was said, read once. */
import { describe, expect, it } from 'vitest';
import { isHeard, isSaid, readSource, saidTogether } from './source.ts';

const source = readSource('[doctor] you take met forming ?\n[patient] yes , after they reconstructed my knee');

describe('readSource', () => {
  it('hears a name in two torn words', () => {
    expect(isHeard('metformin', source)).toBe(true);
    expect(isHeard('sertraline', source)).toBe(false);
  });

  it('knows a word by its beginning, and words that stand together', () => {
    expect(isSaid('reconstruction', source)).toBe(true);
    expect(saidTogether(['reconstruct', 'knee'], source, 3)).toBe(true);
    expect(saidTogether(['reconstruct', 'elbow'], source, 3)).toBe(false);
  });

  it('knows the turn of each token', () => {
    expect(source.turnOf.at(-1)).toBe(1);
  });
});
