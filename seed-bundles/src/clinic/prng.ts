/** A source of numbers that are the same for the same seed. */
export interface Prng {
  /** A number from 0 up to, not including, 1. */
  next(): number;
  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** One of the values. */
  pick<T>(values: readonly T[]): T;
  /** A copy in another order. */
  shuffled<T>(values: readonly T[]): T[];
}

/** FNV-1a over the UTF-16 units of a text. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

/** Builds a generator from a seed; xorshift over 32 bits, which is plenty for a demo and needs no package. */
export function prng(seed: string): Prng {
  let state = hash(seed) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    integer,
    pick<T>(values: readonly T[]): T {
      const value = values[integer(0, values.length - 1)];
      if (value === undefined) {
        throw new Error('Cannot pick from an empty list');
      }
      return value;
    },
    shuffled<T>(values: readonly T[]): T[] {
      return values
        .map((value) => ({ value, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ value }) => value);
    },
  };
}
