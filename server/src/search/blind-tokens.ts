import type { Criterion, RowTest, SearchQuery, TokenTest } from './query.ts';

/** What stands in the index for a token that is kept as a keyed hash; undefined where the token itself stands there. */
export type BlindToken = (test: TokenTest) => readonly TokenTest[] | undefined;

function testsOf(tests: readonly RowTest[], blind: BlindToken): readonly RowTest[] {
  let changed = false;
  const next = tests.flatMap((test): readonly RowTest[] => {
    const found = test.kind === 'token' ? blind(test) : undefined;
    changed ||= found !== undefined;
    return found ?? [test];
  });
  return changed ? next : tests;
}

function criterionOf(criterion: Criterion, blind: BlindToken): Criterion {
  switch (criterion.kind) {
    case 'rows': {
      const tests = testsOf(criterion.tests, blind);
      return tests === criterion.tests ? criterion : { ...criterion, tests };
    }
    case 'and':
    case 'or':
      return { ...criterion, criteria: criterion.criteria.map((one) => criterionOf(one, blind)) };
    case 'not':
    case 'has':
    case 'policy':
      return { ...criterion, criterion: criterionOf(criterion.criterion, blind) } as Criterion;
    case 'chain': {
      const targets = criterion.targets.map((one) => ({ ...one, criterion: criterionOf(one.criterion, blind) }));
      return { ...criterion, targets };
    }
    default:
      return criterion;
  }
}

/** The search with its tokens as the index keeps them. */
export function blinded(query: SearchQuery, blind: BlindToken | undefined): SearchQuery {
  if (!blind) {
    return query;
  }
  const criteria = new Map(
    [...query.criteria].map(([type, list]) => [type, list.map((one) => criterionOf(one, blind))] as const),
  );
  return { ...query, criteria };
}
