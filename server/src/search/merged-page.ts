import type { Cursor } from './cursor.ts';
import type { Plan } from './plan.ts';
import type { SortRule } from './query.ts';
import { sortColumn } from './sort-walk.ts';

/** Anything that was placed in a sorted order. */
export interface Placed {
  readonly cursor: Cursor;
}

/** Compares two placed rows of different types by what both were sorted by; missing values come last. */
export function comparePlaced(rules: readonly SortRule[], plan: Plan): (left: Placed, right: Placed) => number {
  const backward = plan.sort.length === 0 && plan.walk.descending;
  return (left, right) => {
    for (const [n, rule] of rules.entries()) {
      const order = compareKeys(rule, left.cursor.keys[n] ?? null, right.cursor.keys[n] ?? null);
      if (order !== 0) {
        return order;
      }
    }
    return backward ? right.cursor.rid - left.cursor.rid : left.cursor.rid - right.cursor.rid;
  };
}

function compareKeys(rule: SortRule, left: string | null, right: string | null): number {
  if (left === right) {
    return 0;
  }
  if (left === null || right === null) {
    return left === null ? 1 : -1;
  }
  const numeric = rule.parameter && sortColumn(rule.parameter).keyType !== 'text';
  // Texts compare as the database's "C" collation does; so do timestamps, which the session writes in UTC.
  const order = numeric ? Number(left) - Number(right) : Buffer.compare(Buffer.from(left), Buffer.from(right));
  return rule.descending ? -order : order;
}
