import type { IndexRows } from './index-rows.ts';

/** Rows while they are collected; the names are those of the tables. */
export interface RowSink {
  readonly index_token: (string | number)[][];
  readonly index_reference: (string | number)[][];
  readonly index_date: (string | number)[][];
  readonly index_quantity: (string | number)[][];
  readonly index_string: (string | number)[][];
}

/** An empty collection of rows. */
export function newSink(): RowSink {
  return { index_token: [], index_reference: [], index_date: [], index_quantity: [], index_string: [] };
}

/** The collected rows without repetitions. */
export function finish(sink: RowSink): IndexRows {
  return {
    index_token: distinct(sink.index_token),
    index_reference: distinct(sink.index_reference),
    index_date: distinct(sink.index_date),
    index_quantity: distinct(sink.index_quantity),
    index_string: distinct(sink.index_string),
  };
}

function distinct(rows: (string | number)[][]): (string | number)[][] {
  const count = rows.length;
  if (count < 2) {
    return rows;
  }
  if (count > 24) {
    return [...new Map(rows.map((row) => [row.join('\u0000'), row])).values()];
  }
  let kept: (string | number)[][] | undefined;
  for (let i = 1; i < count; i++) {
    const row = rows[i] as (string | number)[];
    if (repeats(rows, i, row)) {
      kept ??= rows.slice(0, i);
    } else {
      kept?.push(row);
    }
  }
  return kept ?? rows;
}

function repeats(rows: (string | number)[][], before: number, row: (string | number)[]): boolean {
  for (let j = 0; j < before; j++) {
    const other = rows[j] as (string | number)[];
    if (other[0] === row[0] && other[1] === row[1] && same(other, row)) {
      return true;
    }
  }
  return false;
}

function same(left: (string | number)[], right: (string | number)[]): boolean {
  for (let i = 2; i < left.length; i++) {
    if (left[i] !== right[i]) {
      return false;
    }
  }
  return true;
}
