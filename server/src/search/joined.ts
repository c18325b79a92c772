import type { Criterion, DateTest, RowsCriterion } from './query.ts';

/** Prefixes that say where a walk in the order of time begins. */
const BEGINS: readonly string[] = ['eq', 'gt', 'ge', 'sa', 'ap'];

/** Asks for the one date of a resource. */
export interface DateCriterion extends RowsCriterion {
  readonly tests: readonly [DateTest];
}

/** Is a criterion about a date of which a resource has one value at most? */
export function isOneDate(criterion: Criterion): criterion is DateCriterion {
  return (
    criterion.kind === 'rows' &&
    criterion.tests.length === 1 &&
    criterion.tests[0]?.kind === 'date' &&
    criterion.sources.length === 1 &&
    !criterion.parameter.multiple
  );
}

/**
 * Criteria about one and the same moment as one criterion: from `date=ge2024-05-01&date=lt2024-06-01` a range with both
 * its ends, which an index can be read between, in place of two that reach from here to the end of time.
 */
export function joined(criteria: readonly Criterion[]): Criterion[] {
  const result: Criterion[] = [];
  for (const criterion of criteria) {
    const at = result.findIndex((earlier) => ofOneMoment(earlier, criterion) !== undefined);
    const both = at < 0 ? undefined : ofOneMoment(result[at] as Criterion, criterion);
    result.splice(at < 0 ? result.length : at, 1, both ?? criterion);
  }
  return result;
}

function ofOneMoment(left: Criterion, right: Criterion): Criterion | undefined {
  if (left.kind === 'lastUpdated' && right.kind === 'lastUpdated') {
    return { kind: 'lastUpdated', tests: [...left.tests, ...right.tests] };
  }
  return isOneDate(left) && isOneDate(right) && left.parameter === right.parameter ? range(left, right) : undefined;
}

function range(left: DateCriterion, right: DateCriterion): DateCriterion {
  const tests = [...left.tests, ...(left.also ?? []), ...right.tests];
  const first = tests.find(({ prefix }) => BEGINS.includes(prefix)) ?? left.tests[0];
  return { ...left, tests: [first], also: tests.filter((test) => test !== first) };
}
