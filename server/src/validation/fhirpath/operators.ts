import { bool, type Collection, EMPTY, equal, FALSE, order, same, TRUE, truth } from './values.ts';

/** What an expression may refer to besides its focus. */
export interface Surroundings {
  /** `%resource`: the resource that holds the element. */
  readonly resource: unknown;
  /** `%rootResource`: the resource that contains it, or itself. */
  readonly rootResource: unknown;
  /** `%context`: the element the expression is evaluated on. */
  readonly context: unknown;
}

/** A compiled part of an expression. */
export type Evaluate = (focus: Collection, around: Surroundings) => Collection;

function compare(
  test: (sign: number) => boolean,
  uncertain: Collection,
): (left: Evaluate, right: Evaluate) => Evaluate {
  return (left, right) => (focus, around) => {
    const a = left(focus, around);
    const b = right(focus, around);
    if (a.length !== 1 || b.length !== 1) {
      return EMPTY;
    }
    const sign = order(a[0], b[0]);
    return sign === undefined ? EMPTY : Number.isNaN(sign) ? uncertain : bool(test(sign));
  };
}

function logic(
  decide: (left: boolean | undefined, right: () => boolean | undefined) => boolean | undefined,
): (left: Evaluate, right: Evaluate) => Evaluate {
  return (left, right) => (focus, around) => {
    const answer = decide(truth(left(focus, around)), () => truth(right(focus, around)));
    return answer === undefined ? EMPTY : answer ? TRUE : FALSE;
  };
}

/** Infix operators. Uncertain comparisons count as satisfied for `<=` and `>=`: a partial date is not a fault. */
export const OPERATORS: Readonly<Record<string, (left: Evaluate, right: Evaluate) => Evaluate>> = {
  and: logic((l, right) => {
    if (l === false) return false;
    const r = right();
    return r === false ? false : l && r ? true : undefined;
  }),
  or: logic((l, right) => {
    if (l === true) return true;
    const r = right();
    return r === true ? true : l === false && r === false ? false : undefined;
  }),
  xor: logic((l, right) => {
    const r = right();
    return l === undefined || r === undefined ? undefined : l !== r;
  }),
  implies: logic((l, right) => {
    if (l === false) return true;
    const r = right();
    return r === true ? true : l === true && r === false ? false : undefined;
  }),
  '=': (left, right) => (focus, around) => equal(left(focus, around), right(focus, around)),
  '!=': (left, right) => (focus, around) => {
    const answer = equal(left(focus, around), right(focus, around));
    return answer.length === 0 ? EMPTY : answer === TRUE ? FALSE : TRUE;
  },
  '<': compare((sign) => sign < 0, EMPTY),
  '>': compare((sign) => sign > 0, EMPTY),
  '<=': compare((sign) => sign <= 0, TRUE),
  '>=': compare((sign) => sign >= 0, TRUE),
  in: (left, right) => (focus, around) => {
    const items = left(focus, around);
    const list = right(focus, around);
    return items.length === 0 ? EMPTY : bool(list.some((candidate) => same(items[0], candidate)));
  },
  contains: (left, right) => (focus, around) => {
    const list = left(focus, around);
    const items = right(focus, around);
    return items.length === 0 ? EMPTY : bool(list.some((candidate) => same(items[0], candidate)));
  },
  '|': (left, right) => (focus, around) => {
    const both = [...left(focus, around), ...right(focus, around)];
    return both.filter((item, index) => both.findIndex((other) => same(item, other)) === index);
  },
  '&': (left, right) => (focus, around) => [text(left(focus, around)) + text(right(focus, around))],
  '+': (left, right) => (focus, around) => {
    const a = left(focus, around)[0];
    const b = right(focus, around)[0];
    if (a === undefined || b === undefined) return EMPTY;
    return typeof a === 'number' && typeof b === 'number' ? [a + b] : [`${a}${b}`];
  },
  '-': (left, right) => (focus, around) => {
    const a = left(focus, around)[0];
    const b = right(focus, around)[0];
    return typeof a === 'number' && typeof b === 'number' ? [a - b] : EMPTY;
  },
};

function text(items: Collection): string {
  return items.length === 1 && typeof items[0] !== 'object' ? String(items[0]) : '';
}
