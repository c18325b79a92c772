/** Names as speech recognition hears them. */
import { describe, expect, it } from 'vitest';
import { editDistance, soundKey, soundsLike } from './similar.ts';

describe('soundsLike', () => {
  it.each([
    ['metformin', 'metforman'],
    ['lisinopril', 'lysinopril'],
    ['flagyl', 'flagell'],
  ])('%s may be %s', (a, b) => {
    expect(soundsLike(a, b)).toBe(true);
  });

  it.each([
    ['sertraline', 'metformin'],
    ['iron', 'ion'],
    ['clonazepam', 'lisinopril'],
  ])('%s is not %s', (a, b) => {
    expect(soundsLike(a, b)).toBe(false);
  });
});

describe('editDistance', () => {
  it('counts edits and swaps, and stops at the limit', () => {
    expect(editDistance('kitten', 'sitting', 5)).toBe(3);
    expect(editDistance('from', 'form', 3)).toBe(1);
    expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3);
  });
});

describe('soundKey', () => {
  it('writes alike what sounds alike', () => {
    expect(soundKey('phenytoin')).toBe(soundKey('fenytoin'));
  });
});
