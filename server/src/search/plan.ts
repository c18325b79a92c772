import type { ParameterRegistry } from '../indexing/index.ts';
import type { Walk } from './branch.ts';
import { badCursor } from './cursor.ts';
import { dateOrderWalk } from './interval-walk.ts';
import { isOneDate, joined } from './joined.ts';
import { MERGED } from './merged-order.ts';
import type { Criterion, SortRule } from './query.ts';
import { sortWalk } from './sort-walk.ts';
import type { AccessFilter, SqlContext } from './sql-context.ts';
import { criterionWalk, lastUpdatedWalk, resourceWalk } from './walk.ts';

/** How a search on one type is carried out. */
export interface Plan {
  readonly type: string;
  readonly walk: Walk;
  /** What remains to be asked of each row of the walk. */
  readonly probes: readonly Criterion[];
  /** Orders the whole set; empty when the walk is in order already. */
  readonly sort: readonly SortRule[];
  /** What comes after the walk: resources without the value that is sorted by. */
  readonly tail?: Walk;
}

/** Roughly how many resources a criterion finds, counted up to a limit. */
export type Estimate = (type: string, criterion: Criterion) => Promise<number>;

/** Counting goes no further than this. */
export const ESTIMATE_LIMIT = 1000;

/** From so many sources on, `_has` is quicker asked of one resource after the other until the page is full. */
const MANY_SOURCES = 300;

/** What planning needs beside the criteria. */
export interface Planning {
  readonly context: SqlContext;
  readonly registry: ParameterRegistry;
  readonly type: string;
  readonly estimate: Estimate;
  /** Name of the plan that an earlier page was made by, and which must go on. */
  readonly wanted?: string;
}

/** Name of the order in which a plan gives its rows. */
export function planName(plan: Plan): string {
  return plan.sort.length > 0 ? 'sorted' : plan.walk.name;
}

/**
 * Chooses what to walk and what to probe: identifiers before references before anything else; where that does not
 * decide, the criterion that finds least. Without a cheap criterion a sort is served by its own index.
 */
export async function planSearch(
  planning: Planning,
  criteria: readonly Criterion[],
  sort: readonly SortRule[],
): Promise<Plan> {
  const { context, type } = planning;
  const all = joined(flatten(criteria));
  const rules = sort.filter((rule) => !rule.parameter || !context.hides(rule.parameter));
  const candidates = all
    .filter((criterion) => rank(criterion) < 9 && criterionWalk(context, type, criterion))
    .sort((a, b) => rank(a) - rank(b));
  const ordered = rules.length === 1 ? orderedBy(context, type, rules[0] as SortRule, all) : undefined;
  const options: Options = { all, candidates, rules, ...(ordered && { ordered }) };
  return planning.wanted === undefined ? choose(planning, options) : resume(planning, options);
}

interface Options {
  readonly all: readonly Criterion[];
  readonly candidates: readonly Criterion[];
  readonly rules: readonly SortRule[];
  /** The plan that is served by the index of what is sorted by. */
  readonly ordered?: Plan;
}

const everything = ({ context, type }: Planning, { all, rules }: Options): Plan => ({
  type,
  walk: resourceWalk(context, type),
  probes: all,
  sort: rules,
});

async function choose(planning: Planning, options: Options): Promise<Plan> {
  const { candidates, ordered } = options;
  const [best] = candidates;
  if (!best) {
    return ordered ?? everything(planning, options);
  }
  if (rank(best) <= 3) {
    return driven(planning, options, best);
  }
  if (ordered && candidates.every((criterion) => !ordered.probes.includes(criterion))) {
    return ordered;
  }
  const needsLinks = candidates.every((criterion) => isLink(criterion));
  return candidates.length === 1 && !ordered && !needsLinks
    ? driven(planning, options, best)
    : weighed(planning, options);
}

const isLink = (criterion: Criterion): boolean => criterion.kind === 'chain' || criterion.kind === 'has';

async function weighed(planning: Planning, options: Options): Promise<Plan> {
  const { candidates, ordered } = options;
  let least = Number.POSITIVE_INFINITY;
  let best = candidates[0] as Criterion;
  for (const candidate of candidates) {
    const found = await planning.estimate(planning.type, candidate);
    if (found < least) {
      least = found;
      best = candidate;
    }
  }
  if (least > ESTIMATE_LIMIT && (ordered || isLink(best))) {
    return ordered ?? everything(planning, options);
  }
  if (best.kind === 'has' && least > MANY_SOURCES && !ordered) {
    return everything(planning, options);
  }
  return ordered && !ordered.probes.includes(best) ? ordered : driven(planning, options, best);
}

/** The plan by which an earlier page was made, whatever would be chosen now. */
function resume(planning: Planning, options: Options): Plan {
  if (planning.wanted === MERGED) {
    return mergeable(planning, options);
  }
  const plans = [
    ...(options.ordered ? [options.ordered] : []),
    ...options.candidates.map((candidate) => driven(planning, options, candidate)),
    everything(planning, options),
  ];
  const found = plans.find((plan) => planName(plan) === planning.wanted || plan.tail?.name === planning.wanted);
  if (!found) {
    throw badCursor();
  }
  return found;
}

/** A plan whose keys are what is sorted by, and nothing comes after it: so the pages of several types can be merged. */
function mergeable(planning: Planning, options: Options): Plan {
  const [best] = options.candidates;
  if (options.ordered && !options.rules[0]?.parameter) {
    return options.ordered;
  }
  const plan = best ? driven(planning, options, best) : everything(planning, options);
  return { ...plan, sort: options.rules };
}

function driven({ context, registry, type }: Planning, { all, rules }: Options, driver: Criterion): Plan {
  const walk = criterionWalk(context, type, driver) as Walk;
  const probes = all.filter((criterion) => criterion !== driver);
  const [rule] = rules;
  const timeline = registry.of(type)?.timeline;
  const byTime = rules.length === 1 && rule?.parameter !== undefined && rule.parameter === timeline && rule.descending;
  // A walk over references runs by clinical time, newest first; what has none comes last, as it must.
  return { type, walk, probes, sort: byTime && walk.name.startsWith('at.') ? [] : rules };
}

/** The plan by the index of what is sorted by; what is asked of the same value says where to begin and to end. */
function orderedBy(context: SqlContext, type: string, rule: SortRule, all: readonly Criterion[]): Plan | undefined {
  const { code, parameter, descending } = rule;
  if (code === '_lastUpdated') {
    const changed = all.find((criterion) => criterion.kind === 'lastUpdated');
    return inOrder(type, lastUpdatedWalk(context, type, descending, changed), all, changed);
  }
  if (!parameter) {
    return inOrder(type, { ...resourceWalk(context, type), descending }, all);
  }
  const dated = all.filter(isOneDate).find((criterion) => criterion.parameter === parameter);
  if (dated) {
    return inOrder(type, dateOrderWalk(context, type, dated, descending), all, dated);
  }
  const sorted = sortWalk(context, type, { ...rule, parameter });
  return sorted && { ...inOrder(type, sorted.walk, all), tail: sorted.tail };
}

/** A plan whose walk is in order already and asks what one of the criteria does. */
function inOrder(type: string, walk: Walk, all: readonly Criterion[], asked?: Criterion): Plan {
  return { type, walk, probes: all.filter((criterion) => criterion !== asked), sort: [] };
}

/** The parts of nested conjunctions. */
function flatten(criteria: readonly Criterion[]): Criterion[] {
  return criteria.flatMap((criterion) => {
    switch (criterion.kind) {
      case 'and':
        return flatten(criterion.criteria);
      case 'always':
        return [];
      case 'policy':
        return flatten([criterion.criterion]).map((part) => ({ kind: 'policy', criterion: part }) as const);
      default:
        return [criterion];
    }
  });
}

/** How good a criterion is to start from without counting; 9 when it cannot be walked. */
function rank(criterion: Criterion): number {
  switch (criterion.kind) {
    case 'id':
      return 0;
    case 'policy':
      return rank(criterion.criterion);
    case 'lastUpdated':
      return criterion.tests.some(([first, ...others]) => first?.prefix !== 'ne' && others.length === 0) ? 5 : 9;
    case 'compartment':
    case 'pointsTo':
      return 3;
    case 'rows':
      return rankOfRows(criterion);
    case 'chain':
    case 'has':
      return 6;
    case 'or':
      return Math.max(4, ...criterion.criteria.map(rank));
    case 'and':
      return Math.min(9, ...criterion.criteria.map(rank));
    default:
      return 9;
  }
}

function rankOfRows({ parameter, tests }: Extract<Criterion, { kind: 'rows' }>): number {
  if (parameter.types.has('Identifier') && tests.every((test) => test.kind === 'token' && test.code)) {
    return 1;
  }
  if (tests[0]?.kind === 'reference' || parameter.kind === 'uri') {
    return 2;
  }
  const unequal = tests.some((test) => (test.kind === 'date' || test.kind === 'quantity') && test.prefix === 'ne');
  const anyCode = tests.some((test) => test.kind === 'token' && test.code === undefined);
  return unequal || anyCode ? 8 : 5;
}

/** Adds what the caller may see to what is searched; undefined when the caller may see nothing. */
export function withAccess(criteria: readonly Criterion[], access: AccessFilter): readonly Criterion[] | undefined {
  return access === 'none' ? undefined : access === 'all' ? criteria : [...criteria, access];
}
