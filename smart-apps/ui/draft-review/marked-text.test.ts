import { expect, it } from 'vitest';
import { piecesOf } from './marked-text.tsx';

it('cuts a text at its marks, and loses no character', () => {
  const text = 'took 50 mg daily';
  const pieces = piecesOf(text, [{ start: 5, end: 10 }]);
  expect(pieces.map(({ words, marked }) => [words, marked])).toEqual([
    ['took ', false],
    ['50 mg', true],
    [' daily', false],
  ]);
  for (const ranges of [
    [],
    [{ start: -3, end: 4 }],
    [{ start: 2, end: 99 }],
    [
      { start: 1, end: 6 },
      { start: 4, end: 9 },
    ],
  ]) {
    expect(
      piecesOf(text, ranges)
        .map(({ words }) => words)
        .join(''),
    ).toBe(text);
  }
});
