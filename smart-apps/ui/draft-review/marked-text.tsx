import type { JSX } from 'react';
import classes from './draft-review.module.css';

/** A part of a text, in UTF-16 offsets, half-open. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Cuts a text at the ranges: plain and marked pieces in their order. Ranges may overlap and reach beyond the text. */
export function piecesOf(
  text: string,
  ranges: readonly TextRange[],
): readonly { readonly words: string; readonly marked: boolean; readonly at: number }[] {
  const cuts = [0, text.length, ...ranges.flatMap(({ start, end }) => [start, end])]
    .map((cut) => Math.min(Math.max(cut, 0), text.length))
    .sort((a, b) => a - b);
  const edges = [...new Set(cuts)];
  return edges.slice(0, -1).map((at, index) => {
    const end = edges[index + 1] ?? text.length;
    return { words: text.slice(at, end), marked: ranges.some((range) => range.start <= at && end <= range.end), at };
  });
}

/** A text with some of its words marked. */
export function MarkedText({ text, ranges }: { text: string; ranges: readonly TextRange[] }): JSX.Element {
  return (
    <>
      {piecesOf(text, ranges).map(({ words, marked, at }) =>
        marked ? (
          <mark key={at} className={classes.mark}>
            {words}
          </mark>
        ) : (
          <span key={at}>{words}</span>
        ),
      )}
    </>
  );
}
